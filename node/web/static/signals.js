// What the browser tells about the camera and the page while a clip is recorded: evidence for a reviewer, no more
// than any page with the camera's permission sees. The node bounds and keeps it; it decides nothing.

const MAX_NAME = 120;
const MAX_CAMERAS = 12;

const short = (text) => String(text ?? "").replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "").slice(0, MAX_NAME);

async function cameraNames() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((one) => one.kind === "videoinput").slice(0, MAX_CAMERAS).map((one) => short(one.label));
}

/** Count delivered frames where the browser tells them; gives a function that ends it and gives the number. */
function presentedFrames(video) {
  if (!video.requestVideoFrameCallback) return () => 0;
  let [first, last, handle] = [null, 0, 0];
  const next = (_now, frame) => {
    first ??= frame.presentedFrames;
    last = frame.presentedFrames;
    handle = video.requestVideoFrameCallback(next);
  };
  handle = video.requestVideoFrameCallback(next);
  return () => {
    video.cancelVideoFrameCallback(handle);
    return first === null ? 0 : last - first + 1;
  };
}

/** Watch page and camera from now on; `told()` ends it and gives the account. */
export function watched(video) {
  let [hidden, changes] = [0, 0];
  const left = () => { if (document.visibilityState === "hidden") hidden += 1; };
  const blurred = () => { hidden += 1; };
  const changed = () => { changes += 1; };
  document.addEventListener("visibilitychange", left);
  window.addEventListener("blur", blurred);
  navigator.mediaDevices.addEventListener("devicechange", changed);
  const presented = presentedFrames(video);

  async function told() {
    document.removeEventListener("visibilitychange", left);
    window.removeEventListener("blur", blurred);
    navigator.mediaDevices.removeEventListener("devicechange", changed);
    const track = video.srcObject.getVideoTracks()[0];
    const settings = track.getSettings();
    return {
      camera: short(track.label),
      cameras: await cameraNames(),
      width: settings.width ?? video.videoWidth,
      height: settings.height ?? video.videoHeight,
      frame_rate: Math.round(10 * (settings.frameRate ?? 0)) / 10,
      presented: presented(),
      hidden,
      device_changes: changes,
      automated: navigator.webdriver === true,
      touch: navigator.maxTouchPoints > 0,
      platform: short(navigator.userAgentData?.platform ?? navigator.platform),
    };
  }
  return { told };
}
