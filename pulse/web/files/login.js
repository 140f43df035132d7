// Signing in.

import * as api from "./api.js";
import {h, replace} from "./dom.js";
import {form} from "./parts.js";

export function showLogin(place, news, done) {
  document.title = "Sign in – Pulse";
  replace(place, h("main", {id: "main", class: "login", tabindex: "-1"},
    h("h1", {}, "Sign in to Pulse"),
    news,
    form({
      label: "Sign in",
      action: "Sign in",
      fields: [
        {name: "username", label: "User name", required: true, autocomplete: "username"},
        {name: "password", label: "Password", type: "password", required: true, autocomplete: "current-password"},
      ],
      submit: async (values) => {
        await api.post("/api/login", values);
        done();
      },
    })));
  place.querySelector("input")?.focus();
}
