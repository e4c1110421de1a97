// The camera, shared by every page that needs one: show it, grab frames, record the clip that answers a liveness
// challenge. Frames are sent as the camera gave them; only the preview of the face is mirrored.
// A page that imports this has the stage (templates/stage.html) in it.
import { watched } from "/static/signals.js";

const CLIP_INTERVAL_MS = 66; // about fifteen frames a second: a blink lasts 100 to 300 ms
const MAX_FRAMES = 140; // the node takes 150
const JPEG_QUALITY = 0.9;

export const FACE = { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };

// The person's own left and right: "left" is also where the mirrored preview shows it.
const WORDS = {
  card: "カードを枠に合わせ、左下の4桁まで写るように、少しずつ角度を変えてください / Fit the card to the outline with the four digits at its lower left in view, and tilt it a little each time",
  ahead: "正面を見てください / Look ahead",
  turn_left: "ご自分の左を向いてください / Turn to your left",
  turn_right: "ご自分の右を向いてください / Turn to your right",
  turn_up: "顔を上げてください / Look up",
  turn_down: "顔を下げてください / Look down",
  blink: "両目を一度閉じて、開けてください / Blink once",
  wink_left: "ご自分の左目だけを閉じて、開けてください / Wink with your left eye",
  wink_right: "ご自分の右目だけを閉じて、開けてください / Wink with your right eye",
  open_mouth: "口を大きく開けて、閉じてください / Open your mouth wide, then close it",
  move_closer: "顔をカメラに近づけて、戻してください / Come closer, then go back",
  flat: "カードをまっすぐ写してください / Hold the card straight before the camera",
  top_away: "カードの上端を奥へ倒してください / Tilt the card's top edge away",
  bottom_away: "カードの下端を奥へ倒してください / Tilt the card's bottom edge away",
  left_away: "カードの左端を奥へ倒してください / Tilt the card's left edge away",
  right_away: "カードの右端を奥へ倒してください / Tilt the card's right edge away",
  sending: "送信しています / Sending",
};
const PICTURES = new Set(Object.keys(WORDS).filter((key) => !["card", "sending", "flat"].includes(key) && !key.endsWith("_away")));

const view = document.getElementById("view");
const stage = document.getElementById("stage");
const prompt = document.getElementById("prompt");
const guide = document.getElementById("guide");
const cardGuide = document.getElementById("card-guide");
const left = document.getElementById("left");

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function say(key) {
  if (prompt.textContent === WORDS[key]) return;
  prompt.textContent = WORDS[key];
  guide.setAttribute("class", PICTURES.has(key) ? key : "");
  guide.toggleAttribute("hidden", !PICTURES.has(key));
  cardGuide.hidden = key !== "card";
}

export async function withCamera(video, mirrored, action) {
  const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
  try {
    view.srcObject = stream;
    view.classList.toggle("mirror", mirrored);
    left.hidden = !mirrored;
    left.value = 0;
    stage.hidden = false;
    await view.play();
    await action();
  } finally {
    for (const track of stream.getTracks()) track.stop();
    stage.hidden = true;
    cardGuide.hidden = true;
  }
}

export function grab() {
  const canvas = document.createElement("canvas");
  canvas.width = view.videoWidth;
  canvas.height = view.videoHeight;
  canvas.getContext("2d").drawImage(view, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
}

/**
 * Record a clip for a challenge; gives form fields: frames, their times, what they answer, how they came about.
 * Between the actions the page says `rest`.
 */
export async function recordClip(challenge, { rest = "ahead", every = CLIP_INTERVAL_MS } = {}) {
  const [pictures, times] = [[], []];
  const interval = Math.max(every, challenge.duration_ms / MAX_FRAMES);
  const watch = watched(view);
  const began = performance.now();
  for (let now = 0; now <= challenge.duration_ms; now = Math.round(performance.now() - began)) {
    say(challenge.steps.find((step) => step.start_ms <= now && now < step.end_ms)?.action ?? rest);
    left.value = now / challenge.duration_ms;
    pictures.push(grab());
    times.push(now);
    await pause(Math.max(1, began + times.length * interval - performance.now()));
  }
  say("sending");
  const form = new FormData();
  (await Promise.all(pictures)).forEach((blob, number) => form.append("frames", blob, `${number}.jpg`));
  form.append("timestamps_ms", JSON.stringify(times));
  form.append("challenge", challenge.token);
  form.append("signals", JSON.stringify(await watch.told()));
  return form;
}
