// The organization in use, and the others of the person.

import * as api from "../api.js";
import {announce, h, name, time} from "../dom.js";
import {ask, button, confirm, fill, form, heading, table} from "../parts.js";
import {mayManage, roleNames, whyReadOnly} from "./roles.js";
import {nameOf, use} from "./switcher.js";

const statusNames = {active: "Active", suspended: "Suspended", pending_deletion: "Waiting for deletion"};

function facts(organization, session) {
  const row = (title, ...value) => [h("dt", {}, title), h("dd", {}, value)];
  return h("dl", {class: "facts"},
    row("Name", name(organization.displayName || organization.id)),
    row("Id", h("code", {}, organization.id)),
    row("Status", statusNames[organization.status ?? "active"] ?? organization.status),
    row("Owner", organization.ownerUserId ? name(organization.ownerUserId) : "–"),
    row("Since", time(organization.createdAt)),
    row("Members", String((organization.members ?? []).length)),
    row("Your role", roleNames[session.organization.role] ?? "–"));
}

function show(place, app) {
  const {id} = app.session.organization;
  const path = `/api/orgs/${api.segment(id)}`;
  const about = h("section", {"aria-label": "About this organization"});
  const others = h("section", {"aria-labelledby": "your-organizations"},
    h("div", {class: "heading"},
      h("h2", {id: "your-organizations"}, "Your organizations"), button("New organization", create)));
  const list = h("div", {});
  others.append(list);

  async function create() {
    let made = null;
    await ask({
      title: "New organization",
      text: "You will be its owner.",
      action: "Create",
      fields: [
        {name: "displayName", label: "Name", required: true, maxlength: 200},
        {name: "id", label: "Id", required: true, maxlength: 64,
          hint: "For addresses and programs: letters, digits, dot, underscore and hyphen. It cannot be changed."},
      ],
      submit: async (values) => {
        made = await api.post("/api/orgs", values);
      },
    });
    if (made) use(made.id);
  }

  const rename = (organization) => form({
    label: "Rename the organization",
    inline: true,
    action: "Rename",
    fields: [{name: "displayName", label: "Name", value: organization.displayName, required: true, maxlength: 200}],
    submit: async (values) => {
      await api.put(path, values);
      announce("The organization is renamed.");
      await app.recheck(true);
    },
  });

  async function erase(organization) {
    const gone = await confirm({
      title: "Delete this organization?",
      text: `${organization.displayName || id} goes with all its records, at once and for good.`,
      action: "Delete for good",
      fields: [{name: "typed", label: `Type the id, ${id}, to confirm`, required: true}],
      submit: async (values) => {
        if (values.typed !== id) throw new api.Refusal(0, "not_confirmed", "This is not the organization's id.");
        await api.remove(path);
      },
    });
    if (gone) use("default");
  }

  place.replaceChildren(heading("Organization"), about, others);
  const reason = whyReadOnly(app, "its settings");
  if (reason) about.before(reason);
  fill(about, () => api.get(path), (organization) => [
    facts(organization, app.session),
    mayManage(app) && id !== "default" ? [
      h("section", {"aria-label": "Rename"}, rename(organization)),
      h("section", {class: "actions"},
        h("a", {
          class: "button",
          href: `/api/tenants/export?tenantId=${api.segment(id)}`,
          download: `${id}-export.json`,
        }, "Export Data"),
        button("Delete organization", () => erase(organization), {kind: "danger"})),
    ] : null,
  ]);
  fill(list, () => api.get("/api/orgs"), (organizations) => table("Your organizations", [
    {title: "Name", cell: (organization) => name(nameOf({name: organization.displayName, id: organization.id}))},
    {title: "Id", cell: (organization) => h("code", {}, organization.id)},
    {title: "Status", cell: (organization) => statusNames[organization.status ?? "active"] ?? organization.status},
    {title: "", kind: "actions", cell: (organization) => (organization.id === id
      ? "In use"
      : (organization.status ?? "active") === "active"
        ? button("Switch to it", () => use(organization.id), {describe: `Switch to ${organization.displayName}`})
        : null)},
  ], organizations, "You belong to no organization."));
}

export const overviewPage = {path: "/settings/organization", title: "Overview", section: "Organization", show};
