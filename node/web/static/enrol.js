// The enrolment page: one button, one passkey.
import { guarded } from "/static/guarded.js";
import { createPasskey, postJson } from "/static/webauthn.js";

const button = document.getElementById("make");

button.addEventListener("click", () =>
  guarded(button, async () => {
    const { ceremony_id, options } = await postJson(`${location.pathname}/options`);
    const credential = await createPasskey(options);
    await postJson(location.pathname, { ceremony_id, credential });
    button.hidden = true;
    document.getElementById("done").hidden = false;
  }),
);
