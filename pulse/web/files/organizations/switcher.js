// At the top of every page: the organization in use. Who has only one sees its name, who has more can change it.

import * as api from "../api.js";
import {h, name, uniqueId} from "../dom.js";
import {notice} from "../parts.js";

/** Remembers the choice for this browser and shows the console for it; or says why it cannot be. */
export async function use(id) {
  try {
    await api.getWith("/api/version", {"X-Pulse-Org-ID": id});
  } catch (refusal) {
    if (!refusal.code) throw refusal;
    document.getElementById("main").prepend(notice("error", refusal.message));
    return;
  }
  document.cookie = `pulse_org_id=${id}; path=/; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  location.reload();
}

export function nameOf(organization) {
  return organization.name || organization.id;
}

export function switcher(app) {
  const current = app.session.organization;
  const choices = app.session.organizations;
  if (choices.length < 2) {
    return h("p", {class: "organization"}, h("span", {class: "title"}, "Organization: "), name(nameOf(current)));
  }
  const id = uniqueId("organization");
  const change = async (event) => {
    const list = event.target;
    await use(list.value);
    list.value = current.id;  // until the console comes anew
  };
  return h("p", {class: "organization"},
    h("label", {for: id, class: "title"}, "Organization"),
    h("select", {id, on: {change}}, choices.map((choice) =>
      h("option", {
        value: choice.id,
        selected: choice.id === current.id,
        disabled: choice.status !== "active",
        dir: "auto",
      }, nameOf(choice), choice.status === "active" ? null : " (suspended)"))));
}
