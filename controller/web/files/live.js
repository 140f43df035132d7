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

async function refresh(changes) {
  for (const region of document.querySelectorAll("[data-live][id]")) {
    if (!concerned(region, changes)) continue;
    if (busy(region)) {
      region.dataset.stale = "";
      continue;
    }
    const focused = document.activeElement?.closest("[data-live] [id], [data-live] a[href]");
    const href = focused?.getAttribute("href");
    await globalThis.htmx.ajax("GET", location.href, {target: `#${region.id}`, select: `#${region.id}`,
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

export function beLive() {
  if (globalThis.htmx) fetchTheRest();
  if (document.getElementById("live-state")) connect();
}
