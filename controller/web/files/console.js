// What every page does when it has a script: local times, keys, live regions, the theme's switch. Every page works
// without it.
import {listenToKeys} from "./keys.js";
import {beLive} from "./live.js";
import {showTimes} from "./times.js";

const themes = ["auto", "light", "dark"];

function chosenTheme() {
  return document.documentElement.dataset.theme ?? "auto";
}

function switchTheme(button) {
  const next = themes[(themes.indexOf(chosenTheme()) + 1) % themes.length];
  if (next === "auto") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = next;
  }
  try {
    localStorage.setItem("portcullis-theme", next);
  } catch {
    // It holds for this page, then.
  }
  button.textContent = `Theme: ${next}`;
}

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.textContent = `Theme: ${chosenTheme()}`;
  button.addEventListener("click", () => switchTheme(button));
}
// One press does a thing once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
document.body.addEventListener("htmx:afterSettle", (event) => showTimes(event.target.parentNode ?? document));
showTimes();
listenToKeys();
beLive();
document.querySelector("[data-refusal]")?.focus();
