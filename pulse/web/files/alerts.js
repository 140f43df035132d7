// What needs attention now.

import * as api from "./api.js";
import {announce, h, name, time} from "./dom.js";
import {act, button, fill, heading, table} from "./parts.js";

const levels = {critical: "Critical", warning: "Warning"};

function page(place, app) {
  const messages = h("div", {});
  const list = h("div", {});
  const writable = !app.session.readOnly;
  let shown = "";
  const show = (activeAlerts) => {
    shown = JSON.stringify(activeAlerts);
    return table("Open alerts", [
      {title: "What", cell: (alert) => name(alert.message || alert.type)},
      {title: "Where", cell: (alert) => name(alert.resourceName || alert.resourceId || "–")},
      {title: "Severity", cell: (alert) =>
        h("span", {class: `badge ${alert.level}`}, levels[alert.level] ?? alert.level)},
      {title: "Since", cell: (alert) => time(alert.startTime)},
      {title: "Looked after by", cell: (alert) => (alert.acknowledged ? name(alert.ackUser ?? "") : "–")},
      ...(writable ? [{title: "", kind: "actions", cell: actions}] : []),
    ], activeAlerts, "Nothing needs your attention.");
  };
  const load = () => fill(list, () => api.get("/api/state"), (state) => show(state.activeAlerts));

  /** When somebody comes back to the page or something is heard; not by a clock, for every look counts as a call. */
  async function refresh() {
    if (!list.isConnected) {
      document.removeEventListener("visibilitychange", refresh);
      document.removeEventListener("alertschanged", refresh);
    }
    if (document.visibilityState !== "visible" || !list.isConnected) return;
    try {
      const {activeAlerts} = await api.get("/api/state");
      if (JSON.stringify(activeAlerts) === shown) return;
      list.replaceChildren(show(activeAlerts));
      announce("The alerts have changed.");
    } catch {
      // What was shown stays; whoever presses Refresh is told why.
    }
  }

  async function move(alert, what, said) {
    if (await act(messages, said, () => api.post(`/api/alerts/${api.segment(alert.id)}/${what}`))) {
      messages.replaceChildren();
      load();
    }
  }
  function actions(alert) {
    if (!alert.resourceId) return null;  // it is over when what it is about is over
    const about = alert.message || alert.type;
    return [
      alert.acknowledged
        ? button("Give back", () => move(alert, "unacknowledge", "You no longer look after the alert."),
          {describe: `Give back ${about}`})
        : button("Look after it", () => move(alert, "acknowledge", "You look after the alert."),
          {describe: `Look after ${about}`}),
      button("Clear", () => move(alert, "clear", "The alert is cleared."), {describe: `Clear ${about}`}),
    ];
  }

  place.replaceChildren(heading("Alerts", button("Refresh", () => {
    load();
    announce("The alerts are up to date.");
  })));
  const reason = app.readOnlyNotice();
  if (reason) place.append(reason);
  place.append(messages, list);
  load();
  document.addEventListener("visibilitychange", refresh);
  document.addEventListener("alertschanged", refresh);
}

export const alertsPage = {path: "/alerts", title: "Alerts", section: "", show: page};
