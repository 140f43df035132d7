// The records of customers: find, add, edit, delete.

import * as api from "./api.js";
import {announce, h, name, time, uniqueId} from "./dom.js";
import {ask, button, confirm, fill, heading, table} from "./parts.js";

const path = (customer) => `/api/customers/${api.segment(customer.id)}`;

function fields(customer = {}) {
  return [
    {name: "name", label: "Name", value: customer.name, required: true, maxlength: 200},
    {name: "email", label: "E-mail", type: "email", value: customer.email, maxlength: 254},
    {name: "phone", label: "Phone", type: "tel", value: customer.phone, maxlength: 50},
    {name: "notes", label: "Notes", type: "long", value: customer.notes, maxlength: 2000},
  ];
}

function matches(customer, wanted) {
  return [customer.name, customer.email, customer.phone].some((text) =>
    (text ?? "").toLocaleLowerCase().includes(wanted));
}

function page(place, app) {
  const list = h("div", {});
  const writable = !app.session.readOnly;
  const search = uniqueId("search");
  let wanted = "";
  let customers = [];

  const show = () => {
    const found = customers.filter((customer) => matches(customer, wanted));
    const columns = [
      {title: "Name", cell: (customer) => name(customer.name)},
      {title: "E-mail", cell: (customer) => name(customer.email ?? "")},
      {title: "Phone", cell: (customer) => name(customer.phone ?? "")},
      {title: "Added", cell: (customer) => time(customer.createdAt)},
    ];
    if (writable) {
      columns.push({
        title: "",
        kind: "actions",
        cell: (customer) => [
          button("Edit", () => edit(customer), {describe: `Edit ${customer.name}`}),
          button("Delete", () => erase(customer), {kind: "danger", describe: `Delete ${customer.name}`}),
        ],
      });
    }
    return table("Customers", columns, found, wanted
      ? "No customer fits what you are looking for."
      : writable ? "There are no customers yet. Add the first one." : "There are no customers yet.");
  };
  const load = () => fill(list, () => api.get("/api/customers"), (answer) => {
    customers = answer.customers ?? answer;
    return show();
  });
  const done = (said) => {
    announce(said);
    load();
  };
  const add = async () => {
    const added = await ask({
      title: "New customer",
      action: "Add",
      fields: fields(),
      submit: (values) => api.post("/api/customers", values),
    });
    if (added) done("The customer is added.");
  };
  const edit = async (customer) => {
    const saved = await ask({
      title: "Edit customer",
      action: "Save",
      fields: fields(customer),
      submit: (values) => api.put(path(customer), values),
    });
    if (saved) done("The customer is saved.");
  };
  const erase = async (customer) => {
    const gone = await confirm({
      title: "Delete this customer?",
      text: `${customer.name} is deleted for good.`,
      action: "Delete",
      submit: () => api.remove(path(customer)),
    });
    if (gone) done("The customer is deleted.");
  };

  place.replaceChildren(
    heading("Customers", writable ? button("Add customer", add, {kind: "primary"}) : null));
  const notice = app.readOnlyNotice();
  if (notice) place.append(notice);
  place.append(
    h("div", {class: "search"},
      h("label", {for: search}, "Find"),
      h("input", {
        type: "search",
        id: search,
        on: {
          input: (event) => {
            wanted = event.target.value.trim().toLocaleLowerCase();
            list.replaceChildren(show());
          },
        },
      })),
    list);
  load();
}

export const customersPage = {path: "/customers", title: "Customers", section: "", show: page};
