// fetch, for a node that may be busy: told when to come back, the page comes back then, and says so meanwhile.
const BUSY = "混み合っています。このままお待ちください。/ We are busy. Please wait.";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The answer, once there is another than "later" (503 with Retry-After, in seconds). */
export async function patiently(url, options) {
  const line = document.getElementById("message");
  for (;;) {
    const response = await fetch(url, options);
    const wait_s = response.status === 503 ? Number(response.headers.get("Retry-After")) : 0;
    if (line.textContent === BUSY) line.hidden = true;
    if (!wait_s) return response;
    line.textContent = BUSY;
    line.hidden = false;
    await pause(1000 * wait_s * (1 + Math.random())); // not all at the same moment
  }
}
