// API tokens: what programs use instead of a password. The secret is shown once.

import * as api from "./api.js";
import {announce, h, name, time} from "./dom.js";
import {ask, button, confirm, fill, heading, notice, table} from "./parts.js";

const scopes = [
  ["monitoring:read", "Read records and alerts"],
  ["monitoring:write", "Change records"],
  ["settings:read", "Read settings"],
  ["settings:write", "Change settings"],
];
const lifetimes = [["30", "30 days"], ["90", "90 days"], ["365", "1 year"], ["", "No end"]];

function scopeText(token) {
  if (token.scopes.includes("*")) return "Everything";
  return token.scopes.map((scope) => scopes.find(([id]) => id === scope)?.[1] ?? scope).join(", ");
}

function showSecret(place, secret) {
  const text = h("code", {class: "secret", tabindex: "0"}, secret);
  place.replaceChildren(notice("success",
    h("p", {}, "This is the new token. Copy it now: it is not shown again."), text,
    navigator.clipboard && button("Copy", async () => {
      await navigator.clipboard.writeText(secret);
      announce("The token is copied.");
    })));
}

export const tokensPage = {
  path: "/settings/tokens",
  title: "API tokens",
  section: "Settings",
  show(place, app) {
    const messages = h("div", {});
    const list = h("div", {});
    if (app.session.tokensRefused) {
      place.replaceChildren(heading("API tokens"), notice("info", app.session.tokensRefused));
      return;
    }
    const load = () => fill(list, () => api.get("/api/security/tokens"), (answer) => table("API tokens", [
      {title: "Name", cell: (token) => name(token.name)},
      {title: "Begins with", cell: (token) => h("code", {}, `${token.prefix}…`)},
      {title: "May", cell: scopeText},
      {title: "Made", cell: (token) => time(token.createdAt)},
      {title: "Ends", cell: (token) => (token.expiresAt ? time(token.expiresAt) : "Never")},
      {title: "Last used", cell: (token) => (token.lastUsedAt ? time(token.lastUsedAt) : "Never")},
      {title: "", kind: "actions", cell: (token) => button("Delete", () => erase(token),
        {kind: "danger", describe: `Delete ${token.name}`})},
    ], answer.tokens, "There are no API tokens. Make one for each program that uses the API."));
    const erase = async (token) => {
      const gone = await confirm({
        title: "Delete this token?",
        text: `Programs that use ${token.name} are refused from then on.`,
        action: "Delete",
        submit: () => api.remove(`/api/security/tokens/${api.segment(token.id)}`),
      });
      if (gone) {
        announce("The token is deleted.");
        load();
      }
    };
    const make = async () => {
      let secret = "";
      await ask({
        title: "New API token",
        action: "Make the token",
        fields: [
          {name: "name", label: "Name", required: true, maxlength: 200, hint: "For you to tell your tokens apart."},
          {name: "scopes", label: "What it may do", type: "checks", options: scopes, value: ["monitoring:read"]},
          {name: "days", label: "Ends after", type: "choice", options: lifetimes, value: "90", required: true},
        ],
        submit: async (values) => {
          const body = {name: values.name, scopes: values.scopes};
          if (values.days) body.expiresInDays = Number(values.days);
          secret = (await api.post("/api/security/tokens", body)).token;
        },
      });
      if (secret) {
        showSecret(messages, secret);
        load();
      }
    };
    place.replaceChildren(
      heading("API tokens", button("New token", make, {kind: "primary"})), messages, list);
    load();
  },
};
