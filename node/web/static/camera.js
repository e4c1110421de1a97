// The camera, shared by every page that needs one: show it, grab frames, record the clip that answers a liveness
// challenge. Frames are sent as the camera gave them; only the preview of the face is mirrored.
// A page that imports this has #stage with #view (video) and #prompt in it.

const CLIP_INTERVAL_MS = 100; // about ten frames a second
const JPEG_QUALITY = 0.9;

export const FACE = { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 } };

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

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const say = (key) => { prompt.textContent = WORDS[key]; };

export async function withCamera(video, mirrored, action) {
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

export function grab() {
  const canvas = document.createElement("canvas");
  canvas.width = view.videoWidth;
  canvas.height = view.videoHeight;
  canvas.getContext("2d").drawImage(view, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
}

/** Record a clip for a challenge; gives form fields: frames and their times. */
export async function recordClip(challenge) {
  const [pictures, times] = [[], []];
  const began = performance.now();
  for (let now = 0; now <= challenge.duration_ms; now = Math.round(performance.now() - began)) {
    say(challenge.steps.find((step) => step.start_ms <= now && now < step.end_ms)?.action ?? "ahead");
    pictures.push(grab());
    times.push(now);
    await pause(Math.max(0, began + times.length * CLIP_INTERVAL_MS - performance.now()));
  }
  say("sending");
  const form = new FormData();
  (await Promise.all(pictures)).forEach((blob, number) => form.append("frames", blob, `${number}.jpg`));
  form.append("timestamps_ms", JSON.stringify(times));
  return form;
}
