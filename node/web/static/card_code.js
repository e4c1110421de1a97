// What was read from the card's front: shown to the customer, sent back once confirmed or corrected.
import { guarded } from "/static/guarded.js";
import { patiently } from "/static/patience.js";
import { answerOf, postJson } from "/static/webauthn.js";

const NAMES = ["birth_date", "expires_on", "security_code"];
const form = document.getElementById("code");
const done = document.getElementById("code-done");
const path = `${location.pathname}/code`;

/** Ask what the photographs say, and let the customer check it. */
export async function checkCode() {
  done.hidden = true;
  const read = await postJson(path);
  for (const name of NAMES) form.elements[name].value = read[name];
  document.getElementById("code-unread").hidden = NAMES.every((name) => read[name]);
  form.hidden = false;
  form.elements[NAMES.find((name) => !read[name]) ?? NAMES[0]].focus();
}

async function confirmCode() {
  const body = JSON.stringify(Object.fromEntries(new FormData(form)));
  await answerOf(await patiently(path, { method: "PUT", headers: { "Content-Type": "application/json" }, body }));
  form.hidden = true;
  done.hidden = false;
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  guarded(document.getElementById("confirm"), confirmCode);
});

// The page was opened again: what was read may not have been confirmed yet.
if (form && "photographed" in form.dataset) guarded(document.getElementById("confirm"), checkCode);
