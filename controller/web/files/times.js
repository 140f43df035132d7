// Times in the viewer's own zone; UTC stays in the title. Without this script everything is UTC.
const near = new Intl.DateTimeFormat(undefined, {weekday: "short", hour: "2-digit", minute: "2-digit"});
const far = new Intl.DateTimeFormat(undefined, {year: "numeric", month: "short", day: "numeric", hour: "2-digit",
  minute: "2-digit"});
const week = 6 * 24 * 3600 * 1000;

export function showTimes(root = document) {
  for (const element of root.querySelectorAll("time[datetime]:not([data-local])")) {
    const time = new Date(element.getAttribute("datetime"));
    if (Number.isNaN(time.getTime())) continue;
    element.textContent = (Math.abs(time - Date.now()) < week ? near : far).format(time);
    element.dataset.local = "";
  }
}
