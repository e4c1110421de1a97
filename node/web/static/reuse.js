// The customer's journey at the recipient: wait, show one's face if asked, learn the outcome.
import { FACE, pause, recordClip, withCamera } from "/static/camera.js";
import { guarded } from "/static/guarded.js";
import { patiently } from "/static/patience.js";
import { answerOf, postJson } from "/static/webauthn.js";

const POLL_MS = 1000;
const here = document.getElementById("reuse").dataset;
const base = `/reuse/${here.id}`;

async function untilMoved() {
  for (;;) {
    await pause(POLL_MS);
    const { state } = await postJson(`${base}/state`);
    if (state !== here.state) return location.reload();
  }
}

async function recordFace() {
  await withCamera(FACE, true, async () => {
    const form = await recordClip(await postJson(`${base}/challenge`));
    await answerOf(await patiently(`${base}/clip`, { method: "PUT", body: form }));
  });
  location.reload();
}

const button = document.getElementById("face");
if (button) button.addEventListener("click", () => guarded(button, recordFace));
else if (here.final !== "yes") untilMoved();
