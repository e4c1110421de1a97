// The camera page: photographs of the card's front and the clip that answers the liveness challenge. Frames are sent
// as the camera gave them; only the preview of the face is mirrored.
import { answerOf, guarded, postJson } from "/static/webauthn.js";

const CARD_PICTURES = 4; // the engine needs three that agree
const CARD_INTERVAL_MS = 700; // a pose change apart
const CLIP_INTERVAL_MS = 100; // about ten frames a second
const JPEG_QUALITY = 0.9;

const WORDS = {
  card: "カードを枠いっぱいに写し、少しずつ角度を変えてください / Fill the frame with the card, tilt it a little each time",
  ahead: "正面を見てください / Look ahead",
  turn_left: "ご自分の左を向いてください / Turn to your left",
  turn_right: "ご自分の右を向いてください / Turn to your right",
  sending: "送信しています / Sending",
};

const view = document.getElementById("view");
const stage = document.getElementById("stage");
const prompt = document.getElementById("prompt");

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (key) => { prompt.textContent = WORDS[key]; };

async function withCamera(video, mirrored, action) {
  const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
  try {
    view.srcObject = stream;
    view.classList.toggle("mirror", mirrored);
    stage.hidden = false;
    await view.play();
    await action();
  } finally {
    for (const track of stream.getTracks()) track.stop();
    stage.hidden = true;
  }
}

function grab() {
  const canvas = document.createElement("canvas");
  canvas.width = view.videoWidth;
  canvas.height = view.videoHeight;
  canvas.getContext("2d").drawImage(view, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
}

async function put(path, name, blobs, fields = {}) {
  const form = new FormData();
  blobs.forEach((blob, number) => form.append(name, blob, `${number}.jpg`));
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  return answerOf(await fetch(`${location.pathname}/${path}`, { method: "PUT", body: form }));
}

async function photographCard() {
  const pictures = [];
  say("card");
  await pause(2 * CARD_INTERVAL_MS); // focus and exposure settle
  for (let n = 0; n < CARD_PICTURES; n += 1) {
    await pause(CARD_INTERVAL_MS);
    pictures.push(await grab());
  }
  say("sending");
  await put("surface", "images", pictures);
}

async function recordFace() {
  const challenge = await postJson(`${location.pathname}/challenge`);
  const [pictures, times] = [[], []];
  const began = performance.now();
  for (let now = 0; now <= challenge.duration_ms; now = Math.round(performance.now() - began)) {
    say(challenge.steps.find((step) => step.start_ms <= now && now < step.end_ms)?.action ?? "ahead");
    pictures.push(grab());
    times.push(now);
    await pause(Math.max(0, began + times.length * CLIP_INTERVAL_MS - performance.now()));
  }
  say("sending");
  await put("clip", "frames", await Promise.all(pictures), { timestamps_ms: JSON.stringify(times) });
}

function wire(id, video, mirrored, action) {
  const button = document.getElementById(id);
  button.addEventListener("click", () =>
    guarded(button, async () => {
      await withCamera(video, mirrored, action);
      document.getElementById(`${id}-done`).hidden = false;
    }),
  );
}

wire("card", { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1440 } }, false, photographCard);
wire("face", { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 } }, true, recordFace);
