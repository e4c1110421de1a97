// Follows a visit: asks for its steps once a second while the page is looked at, and shows them when they changed.
const EVERY_MS = 1000;
const steps = document.getElementById("steps");
let shown = "";

async function look() {
  if (document.hidden) return;
  const answer = await fetch(`${location.pathname}/steps`);
  if (!answer.ok) return;
  const now = await answer.text();
  if (now !== shown) steps.innerHTML = now;
  shown = now;
}

setInterval(() => look().catch(() => {}), EVERY_MS); // a demo that was ended answers no more
