// The camera page: photographs of the card's front and the clip that answers the liveness challenge.
import { checkCode } from "/static/card_code.js";
import { FACE, grab, pause, recordClip, say, withCamera } from "/static/camera.js";
import { guarded } from "/static/guarded.js";
import { patiently } from "/static/patience.js";
import { answerOf, postJson } from "/static/webauthn.js";

const CARD_PICTURES = 4; // the engine needs three that agree
const CARD_INTERVAL_MS = 700; // a pose change apart
const TILT_INTERVAL_MS = 125; // eight large frames a second
const TILTED = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } };
const CARD = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1440 } };

const put = async (path, form) =>
  answerOf(await patiently(`${location.pathname}/${path}`, { method: "PUT", body: form }));

async function photographCard() {
  const form = new FormData();
  say("card");
  await pause(2 * CARD_INTERVAL_MS); // focus and exposure settle
  for (let n = 0; n < CARD_PICTURES; n += 1) {
    await pause(CARD_INTERVAL_MS);
    form.append("images", await grab(), `${n}.jpg`);
  }
  say("sending");
  await put("surface", form);
}

// What was read is for the customer's eyes before it is sent to the card.
const afterCard = async () => document.getElementById("code") && checkCode();

async function recordFace() {
  await put("clip", await recordClip(await postJson(`${location.pathname}/challenge`)));
}

async function filmTilt() {
  say("flat");
  await pause(2 * CARD_INTERVAL_MS); // focus and exposure settle
  const asked = await postJson(`${location.pathname}/tilt-challenge`);
  await put("tilt", await recordClip(asked, { rest: "flat", every: TILT_INTERVAL_MS }));
}

function wire(id, video, mirrored, action, after = async () => {}) {
  const button = document.getElementById(id);
  button?.addEventListener("click", () =>
    guarded(button, async () => {
      await withCamera(video, mirrored, action);
      document.getElementById(`${id}-done`).hidden = false;
      await after();
    }),
  );
}

wire("card", CARD, false, photographCard, afterCard);
wire("face", FACE, true, recordFace);
wire("tilt", TILTED, false, filmTilt);
