// The records of customers: find, add, edit, delete.

import * as api from "./api.js";
import {announce, h, name, time, uniqueId} from "./dom.js";
import {ask, button, confirm, fill, heading, table} from "./parts.js";

const pageSize = 50;
const typingPause = 250;
const statuses = [["lead", "Lead"], ["active", "Active"], ["inactive", "Inactive"]];

const path = (customer) => `/api/customers/${api.segment(customer.id)}`;
const statusName = (status) => statuses.find(([id]) => id === status)?.[1] ?? status;

function fields(customer = {}) {
  return [
    {name: "name", label: "Name", value: customer.name, required: true, maxlength: 200},
    {name: "company", label: "Company", value: customer.company, maxlength: 200},
    {name: "email", label: "E-mail", type: "email", value: customer.email, maxlength: 254},
    {name: "phone", label: "Phone", type: "tel", value: customer.phone, maxlength: 50},
    {name: "status", label: "Status", type: "choice", options: statuses, value: customer.status ?? "active",
      required: true},
    {name: "notes", label: "Notes", type: "long", value: customer.notes, maxlength: 10000},
  ];
}

function searchField(onSearch) {
  const id = uniqueId("search");
  let waiting = null;
  return h("div", {class: "search"},
    h("label", {for: id}, "Find"),
    h("input", {
      type: "search",
      id,
      maxlength: 200,
      on: {
        input: (event) => {
          clearTimeout(waiting);
          waiting = setTimeout(() => onSearch(event.target.value.trim()), typingPause);
        },
      },
    }));
}

function page(place, app) {
  const list = h("div", {});
  const writable = !app.session.readOnly;
  let wanted = "";
  let offset = 0;

  const turn = (by) => {
    offset = Math.max(0, offset + by);
    load();
  };
  const pager = (rows, total) => (total <= pageSize ? null : h("p", {class: "pager"},
    `${offset + 1} to ${offset + rows.length} of ${total} `,
    offset > 0 ? button("Previous", () => turn(-pageSize)) : null,
    offset + rows.length < total ? button("Next", () => turn(pageSize)) : null));

  const show = ({rows, total}) => {
    const columns = [
      {title: "Name", cell: (customer) => [
        name(customer.name),
        customer.company ? h("div", {class: "hint"}, name(customer.company)) : null,
      ]},
      {title: "E-mail", cell: (customer) => name(customer.email)},
      {title: "Phone", cell: (customer) => name(customer.phone)},
      {title: "Status", cell: (customer) => statusName(customer.status)},
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
    const empty = wanted ? "No customer fits what you are looking for."
      : writable ? "There are no customers yet. Add the first one." : "There are no customers yet.";
    return [table("Customers", columns, rows, empty), pager(rows, total)];
  };
  function load() {
    const query = new URLSearchParams({limit: pageSize, offset, q: wanted});
    return fill(list, () => api.getList(`/api/customers?${query}`), show);
  }
  const done = (said) => {
    announce(said);
    load();
  };
  async function add() {
    const added = await ask({
      title: "New customer",
      action: "Add",
      fields: fields(),
      submit: (values) => api.post("/api/customers", values),
    });
    if (added) done("The customer is added.");
  }
  async function edit(customer) {
    const saved = await ask({
      title: "Edit customer",
      action: "Save",
      fields: fields(customer),
      submit: (values) => api.put(path(customer), values),
    });
    if (saved) done("The customer is saved.");
  }
  async function erase(customer) {
    const gone = await confirm({
      title: "Delete this customer?",
      text: `${customer.name} is deleted for good.`,
      action: "Delete",
      submit: () => api.remove(path(customer)),
    });
    if (gone) done("The customer is deleted.");
  }

  place.replaceChildren(
    heading("Customers", writable ? button("Add customer", add, {kind: "primary"}) : null));
  const reason = app.readOnlyNotice();
  if (reason) place.append(reason);
  place.append(searchField((text) => {
    wanted = text;
    offset = 0;
    load();
  }), list);
  load();
}

export const customersPage = {path: "/customers", title: "Customers", section: "", show: page};
