// Shows every <time data-unix> in the reader's own time zone.
for (const element of document.querySelectorAll("time[data-unix]")) {
  const moment = new Date(Number(element.dataset.unix) * 1000);
  element.dateTime = moment.toISOString();
  element.textContent = moment.toLocaleString("ja-JP", { dateStyle: "medium", timeStyle: "short" });
}
