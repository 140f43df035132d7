// What needs attention now.

import * as api from "./api.js";
import {h, time} from "./dom.js";
import {fill, heading, table} from "./parts.js";

const severities = {critical: "Critical", warning: "Warning"};

function severity(alert) {
  return h("span", {class: `badge ${alert.level}`}, severities[alert.level] ?? alert.level);
}

export const alertsPage = {
  path: "/alerts",
  title: "Alerts",
  section: "",
  show(place) {
    const list = h("div", {});
    place.replaceChildren(heading("Alerts"), list);
    fill(list, () => api.get("/api/state"), (answer) => table("Open alerts", [
      {title: "What", cell: (alert) => alert.message},
      {title: "Severity", cell: severity},
      {title: "Since", cell: (alert) => time(alert.startTime)},
    ], answer.activeAlerts, "Nothing needs your attention."));
  },
};
