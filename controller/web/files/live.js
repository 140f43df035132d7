// What changed is told over a WebSocket; the regions marked data-live are then asked for again and exchanged. A region in
// which somebody is typing stays as it is, and says that there is something newer.
const pauses = [1000, 2000, 5000, 10000, 30000];
let failures = 0;
let seen = 0;
let pending = null;

function say(state, text) {
  const element = document.getElementById("live-state");
  if (!element) return;
  element.dataset.state = state;
  const words = element.querySelector("[data-live-text]");
  if (words.textContent !== text) words.textContent = text;
}

function busy(region) {
  // A form that somebody has opened stays open under their hands, even before the first letter.
  if (region.querySelector("details[open] form")) return true;
  if (region.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return true;
  return [...region.querySelectorAll("textarea, input:not([type=hidden]):not([type=checkbox]):not([type=radio])")].some(
    (field) => field.value !== field.defaultValue);
}

// Only regions whose data-live names what changed; an empty one takes part in everything.
function concerned(region, changes) {
  const names = (region.dataset.live ?? "").split(/\s+/).filter(Boolean);
  return names.length === 0 || changes.length === 0 || changes.some((change) => names.some((name) =>
    name === change.release || name === change.tenant || change.action.startsWith(name)));
}

async function refresh(changes, regions = document.querySelectorAll("[data-live][id]")) {
  for (const region of regions) {
    if (!concerned(region, changes)) continue;
    if (busy(region)) {
      region.dataset.stale = "";
      continue;
    }
    const focused = document.activeElement?.closest("[data-live] [id], [data-live] a[href]");
    const href = focused?.getAttribute("href");
    // Where a form was refused, the address is the form's; the page has one of its own.
    await globalThis.htmx.ajax("GET", region.dataset.from ?? document.body.dataset.here ?? location.href, {target: `#${region.id}`, select: `#${region.id}`,
      swap: "outerHTML"});
    if (href) document.querySelector(`[data-live] a[href="${CSS.escape(href)}"]`)?.focus({preventScroll: true});
  }
}

function later(changes) {
  pending = [...(pending ?? []), ...changes];
  clearTimeout(later.timer);
  later.timer = setTimeout(() => {
    const all = pending;
    pending = null;
    refresh(all);
  }, 150);
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}/console/live`);
  socket.addEventListener("open", () => {
    failures = 0;
    say("on", "live");
  });
  socket.addEventListener("message", (event) => {
    const news = JSON.parse(event.data);
    const missed = seen !== 0 && news.seq > seen && news.changes.length === 0;
    seen = news.seq;
    document.dispatchEvent(new CustomEvent("portcullis:changed", {detail: news}));
    if (news.changes.length > 0 || missed) later(news.changes);
  });
  socket.addEventListener("close", () => {
    say("off", "not live: reconnecting");
    setTimeout(connect, pauses[Math.min(failures, pauses.length - 1)]);
    failures += 1;
  });
}

// What was left out so that the page came soon is asked for behind it, as long as that brings more.
async function fetchTheRest() {
  let left = Infinity;
  for (;;) {
    const now = document.querySelectorAll("[data-live][id] [data-later]").length;
    if (now === 0 || now >= left) return;
    left = now;
    await refresh([]);
  }
}

// What names a detail that somebody has opened to read, before and after an exchange.
function nameOf(details) {
  const around = details.closest("tr, li, section");
  return [around?.id, around?.querySelector("th, h2, h3")?.textContent, details.querySelector("summary")?.textContent].join("|");
}

let opened = new Set();
document.addEventListener("htmx:beforeSwap", (event) => {
  const region = event.detail.target?.closest?.("[data-live]");
  if (!region) return;
  // What was on its way while somebody began to type comes too late.
  if (busy(region)) {
    event.detail.shouldSwap = false;
    region.dataset.stale = "";
  }
  opened = new Set([...region.querySelectorAll("details[open]")].map(nameOf));
});
document.addEventListener("htmx:afterSwap", () => {
  for (const details of document.querySelectorAll("[data-live] details:not([open])")) {
    if (opened.has(nameOf(details))) details.open = true;
  }
});

// Finished with the form: what had to wait for it is shown now.
for (const moment of ["focusout", "toggle"]) {
  document.addEventListener(moment, () => setTimeout(() => refresh([], document.querySelectorAll("[data-live][id][data-stale]"))),
    {capture: true});
}

export function beLive() {
  if (globalThis.htmx) fetchTheRest();
  if (document.getElementById("live-state")) connect();
}
