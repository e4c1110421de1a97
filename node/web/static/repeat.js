// A page that could not be shown for lack of time is asked for again, for two minutes at most.

const PATIENCE_MS = 120_000;
const { after } = document.getElementById("repeat").dataset;
const key = `busy since ${location.pathname}`;
const since = Number(sessionStorage.getItem(key)) || Date.now();

if (Date.now() - since < PATIENCE_MS) {
  sessionStorage.setItem(key, since);
  setTimeout(() => location.reload(), 1000 * after * (1 + Math.random()));
} else {
  sessionStorage.removeItem(key);
  document.getElementById("repeat").hidden = true;
}
