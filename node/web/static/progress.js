// How far the verification is, once it has started: the place in the queue, then that it runs, then that it ended.
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
    const answer = await fetch(`${location.pathname}/progress`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) show(await answer.json());
    else if (answer && answer.status !== 503) return; // the link has expired
  }
}

const text = (name) => section.querySelector(`[data-number=${name}]`).textContent;

follow();
