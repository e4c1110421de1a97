// How far the verification is, once it has started: the place in the queue, then that it runs, then that it ended.
import { patiently } from "/static/patience.js";

const LOOK_MS = 3000; // a verification takes several seconds
const section = document.getElementById("progress");

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function show(progress) {
  section.dataset.step = progress.step;
  section.hidden = progress.step === "open";
  for (const line of section.querySelectorAll("[data-shows]")) line.hidden = line.dataset.shows !== progress.step;
  for (const number of section.querySelectorAll("[data-number]"))
    number.textContent = progress[number.dataset.number] ?? "";
}

async function follow() {
  show({ step: section.dataset.step, place: text("place"), waiting: text("waiting") });
  while (section.dataset.step !== "done") {
    await pause(LOOK_MS);
    const answer = await patiently(`${location.pathname}/progress`).catch(() => null); // no connection: look again
    if (answer && !answer.ok) return; // the link has expired
    if (answer) show(await answer.json());
  }
}

const text = (name) => section.querySelector(`[data-number=${name}]`).textContent;

follow();
