// The console: asks the server who is signed in and what there is for them, draws the frame, shows the page of the
// address. What the server does not offer is not known here. Parts that are not for everybody are modules the server
// names in `extensions`; each exports install(app).

import * as api from "./api.js";
import {alertsPage} from "./alerts.js";
import {customersPage} from "./customers.js";
import {announce, h, name, replace} from "./dom.js";
import {showLogin} from "./login.js";
import {button, failure, heading, notice} from "./parts.js";
import {tokensPage} from "./tokens.js";

const recheckEvery = 5000;
const newsKey = "pulse-console-news";

const app = {
  /** The server's document: {signedIn, user, readOnly, extensions, ...}. */
  session: null,
  pages: [],
  /** Functions that give something for the top of every page. */
  headerParts: [],

  /** page: {path, title, section, show(place, app)}; section is the name of its group in the menu. */
  addPage(page) {
    this.pages.push(page);
  },
  addHeaderPart(part) {
    this.headerParts.push(part);
  },
  navigate(path) {
    if (path !== location.pathname) history.pushState(null, "", path);
    showPage(true);
  },
  /** The page again, with what the server says now. */
  refresh() {
    showPage(false);
  },
  /** Asks the server again; loads the console anew when something else is in force. `expected`: the person did it. */
  recheck,
  /** A reason why nothing can be changed here, or null. */
  readOnlyNotice() {
    return this.session.readOnly ? notice("info", this.session.readOnly) : null;
  },
};

function basePages() {
  return [customersPage, alertsPage, tokensPage];
}

function samePath(page) {
  return page.path === location.pathname;
}

function frame() {
  const sections = new Map();
  for (const page of app.pages) {
    if (page.hidden) continue;
    sections.set(page.section, [...(sections.get(page.section) ?? []), page]);
  }
  const link = (page) => h("li", {}, h("a", {
    href: page.path,
    "aria-current": samePath(page) ? "page" : null,
    on: {
      click: (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        app.navigate(page.path);
      },
    },
  }, page.title));
  return [
    h("header", {class: "top"},
      h("a", {class: "product", href: "/"}, "Pulse"),
      app.headerParts.map((part) => part(app)),
      h("div", {class: "user"},
        h("span", {class: "quiet"}, "Signed in as "), name(app.session.user.id),
        button("Sign out", signOut))),
    h("nav", {"aria-label": "Main menu"}, [...sections].map(([title, pages]) => [
      title ? h("h2", {}, title) : null,
      h("ul", {}, pages.map(link)),
    ])),
    h("main", {id: "main", tabindex: "-1"}),
  ];
}

function showPage(moved) {
  const page = app.pages.find(samePath);
  const place = document.getElementById("console");
  replace(place, frame());
  const main = document.getElementById("main");
  document.title = `${page?.title ?? "Not found"} – Pulse`;
  if (page) {
    page.show(main, app);
  } else {
    replace(main, heading("Not found"), h("p", {}, "There is no such page. Choose one from the menu."));
  }
  if (moved) {
    main.querySelector("h1")?.focus();
    announce(document.title);
  }
}

async function signOut() {
  try {
    await api.post("/api/logout");
  } catch (refusal) {
    if (refusal.status !== 401) {
      announce(refusal.message);
      replace(document.getElementById("main"), failure(refusal, signOut));
      return;
    }
  }
  location.assign("/");
}

async function askForSession() {
  try {
    return await api.getPlain("/api/ui/session");
  } catch (refusal) {
    if (refusal.status < 400 || refusal.status >= 500) throw refusal;
    // What this browser had chosen is refused, and forgotten with the refusal: without it there is an answer.
    return api.getPlain("/api/ui/session");
  }
}

let checking = null;
async function recheck(expected = false) {
  checking ??= compareSession(expected).finally(() => {
    checking = null;
  });
  return checking;
}

async function compareSession(expected) {
  let now;
  try {
    now = await askForSession();
  } catch {
    return;  // Whatever the person does next says what is wrong.
  }
  if (JSON.stringify(now) === JSON.stringify(app.session)) return;
  if (!expected) sessionStorage.setItem(newsKey, now.signedIn ? "changed" : "ended");
  const stays = !now.signedIn || basePages().some(samePath) || now.extensions.length > 0;
  if (stays) {
    location.reload();
  } else {
    location.replace("/");
  }
}

/** Said once, after the console was loaded anew by itself; or null. */
function news() {
  const what = sessionStorage.getItem(newsKey);
  sessionStorage.removeItem(newsKey);
  if (what === "ended") return notice("info", "Your session has ended. Sign in again to go on where you were.");
  if (what === null || !app.session.signedIn) return null;
  return notice("info", "What is available to you here has changed, so the console was loaded again.");
}

function watch() {
  api.onRefusal((refusal) => {
    if ([400, 401, 402, 403, 501].includes(refusal.status)) recheck();
  });
  setInterval(() => {
    if (document.visibilityState === "visible" && document.querySelector("dialog[open]") === null) recheck();
  }, recheckEvery);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") recheck();
  });
  addEventListener("popstate", () => showPage(true));
}

async function start() {
  const main = document.getElementById("main");
  try {
    app.session = await askForSession();
  } catch (refusal) {
    if (!refusal.code) throw refusal;
    replace(main, failure(refusal, start));
    return;
  }
  if (!app.session.signedIn) {
    showLogin(document.getElementById("console"), news(), () => location.reload());
    return;
  }
  basePages().forEach((page) => app.addPage(page));
  for (const address of app.session.extensions ?? []) {
    const extension = await import(address);
    extension.install(app);
  }
  if (location.pathname === "/") history.replaceState(null, "", app.pages[0].path);
  showPage(false);
  const said = news();
  if (said) document.getElementById("console").querySelector("header").after(said);
  watch();
}

start();
