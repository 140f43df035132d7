// At the top of every page: the organization in use. Who has only one sees its name, who has more can change it.

import {h, name, uniqueId} from "../dom.js";

/** Remembers the choice for this browser and shows the console for it. */
export function use(id) {
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
  return h("p", {class: "organization"},
    h("label", {for: id, class: "title"}, "Organization"),
    h("select", {id, on: {change: (event) => use(event.target.value)}}, choices.map((choice) =>
      h("option", {
        value: choice.id,
        selected: choice.id === current.id,
        disabled: choice.status !== "active",
        dir: "auto",
      }, nameOf(choice), choice.status === "active" ? null : " (suspended)"))));
}
