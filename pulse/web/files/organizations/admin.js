// For super admins: every tenant of this installation.

import * as api from "../api.js";
import {announce, h, name} from "../dom.js";
import {act, ask, button, confirm, fill, heading, table} from "../parts.js";

const statusNames = {active: "Active", suspended: "Suspended", pending_deletion: "Waiting for deletion"};
const plans = [["free", "Free"], ["pro", "Pro"], ["enterprise", "Enterprise"]];

function show(place) {
  const messages = h("div", {});
  const list = h("div", {});
  const path = (tenant) => `/api/admin/tenants/${api.segment(tenant.id)}`;

  const load = () => fill(list, () => api.get("/api/admin/tenants"), (tenants) => table("Tenants", [
    {title: "Name", cell: (tenant) => name(tenant.name || tenant.id)},
    {title: "Id", cell: (tenant) => h("code", {}, tenant.id)},
    {title: "Plan", cell: (tenant) => plans.find(([id]) => id === tenant.plan)?.[1] ?? tenant.plan},
    {title: "Status", cell: (tenant) => statusNames[tenant.status] ?? tenant.status},
    {title: "", kind: "actions", cell: actions},
  ], tenants, "There are no tenants yet. Provision the first one."));

  async function change(tenant, what, said) {
    await act(messages, said, () => api.post(`${path(tenant)}/${what}`));
    load();
  }
  async function suspend(tenant) {
    const agreed = await confirm({
      title: "Suspend this tenant?",
      text: `Nobody gets into ${tenant.name || tenant.id} until it is reactivated. Nothing is deleted.`,
      action: "Suspend",
      submit: () => api.post(`${path(tenant)}/suspend`),
    });
    if (agreed) {
      announce("The tenant is suspended.");
      load();
    }
  }
  function actions(tenant) {
    if (tenant.id === "default") return null;
    return tenant.status === "active"
      ? button("Suspend", () => suspend(tenant), {kind: "danger", describe: `Suspend ${tenant.name || tenant.id}`})
      : button("Reactivate", () => change(tenant, "reactivate", "The tenant is active again."),
        {describe: `Reactivate ${tenant.name || tenant.id}`});
  }

  async function provision() {
    const made = await ask({
      title: "Provision New Tenant",
      action: "Provision",
      fields: [
        {name: "name", label: "Name of the company", required: true, maxlength: 200},
        {name: "contactEmail", label: "Contact e-mail", type: "email", required: true, maxlength: 254},
        {name: "adminName", label: "Name of its admin", required: true, maxlength: 200},
        {name: "adminEmail", label: "E-mail of its admin", type: "email", required: true, maxlength: 254,
          hint: "It is also the name to sign in with."},
        {name: "adminPassword", label: "First password of its admin", type: "password", required: true,
          autocomplete: "new-password", hint: "At least 8 characters."},
        {name: "plan", label: "Plan", type: "choice", options: plans, value: "free", required: true},
      ],
      submit: (values) => api.post("/api/admin/tenants/provision", values),
    });
    if (made) {
      announce("The tenant is provisioned.");
      load();
    }
  }

  place.replaceChildren(
    heading("Super Admin", button("Provision New Tenant", provision, {kind: "primary"})), messages, list);
  load();
}

export const adminPage = {path: "/settings/super-admin", title: "Super Admin", section: "Installation", show};
