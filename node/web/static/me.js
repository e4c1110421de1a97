// The customer's page: sign in, stop sharing, sign out. Each button is there only when it makes sense.
import { guarded } from "/static/guarded.js";
import { postJson, signIn } from "/static/webauthn.js";

const actions = {
  "sign-in": () => signIn(),
  withdraw: () => postJson("/me/withdraw"),
  "sign-out": () => postJson("/sign-out"),
};

for (const [id, action] of Object.entries(actions)) {
  const button = document.getElementById(id);
  button?.addEventListener("click", () =>
    guarded(button, async () => {
      await action();
      location.reload();
    }),
  );
}
