// What pages are made of: headings, notices, tables, forms and dialogs. Everything has a label, works from the keyboard
// and says aloud what happened.

import {announce, h, replace, uniqueId} from "./dom.js";

export function heading(title, ...actions) {
  return h("div", {class: "heading"}, h("h1", {tabindex: "-1"}, title), h("div", {class: "actions"}, actions));
}

/** kind: "info", "error" or "success". */
export function notice(kind, ...children) {
  return h("div", {class: `notice ${kind}`, role: kind === "error" ? "alert" : "status"}, children);
}

export function button(label, onClick, options = {}) {
  return h(
    "button",
    {type: "button", class: options.kind ?? "", "aria-label": options.describe, on: {click: onClick}},
    label,
  );
}

/** A refusal where the content would be, with a way to go on. */
export function failure(refusal, retry) {
  return h(
    "div",
    {class: "notice error", role: "alert"},
    h("p", {}, refusal.message),
    retry ? button("Try again", retry) : null,
  );
}

/** Loads, then shows; the place says what is going on meanwhile. */
export async function fill(place, load, show) {
  replace(place, h("p", {class: "loading", role: "status"}, "Loading…"));
  try {
    const value = await load();
    replace(place, show(value));
  } catch (refusal) {
    if (!refusal.code) throw refusal;
    replace(place, failure(refusal, () => fill(place, load, show)));
  }
}

/** columns: [{title, cell(row), kind?}]; the first one names its row. */
export function table(caption, columns, rows, empty) {
  if (rows.length === 0) return h("p", {class: "empty"}, empty);
  return h(
    "div",
    {class: "scroll", tabindex: "0", role: "region", "aria-label": caption},
    h(
      "table",
      {},
      h("caption", {class: "quiet"}, caption),
      h("thead", {}, h("tr", {}, columns.map((column) =>
        h("th", {scope: "col", class: column.kind ?? ""}, column.title)))),
      h("tbody", {}, rows.map((row) =>
        h("tr", {}, columns.map((column, index) =>
          h(index === 0 ? "th" : "td", {scope: index === 0 ? "row" : null, class: column.kind ?? ""},
            column.cell(row)))))),
    ),
  );
}

/** field: {name, label, type?, value?, hint?, required?, maxlength?, options?, autocomplete?} */
function control(field) {
  const id = uniqueId("field");
  const hint = field.hint ? h("p", {class: "hint", id: `${id}-hint`}, field.hint) : null;
  const common = {
    id,
    name: field.name,
    required: field.required,
    autocomplete: field.autocomplete ?? "off",
    "aria-describedby": hint ? hint.id : null,
  };
  let input;
  if (field.type === "choice") {
    input = h("select", common, field.options.map(([value, label]) =>
      h("option", {value, selected: value === field.value}, label)));
  } else if (field.type === "checks") {
    return h("fieldset", {class: "field"}, h("legend", {}, field.label), hint, field.options.map(([value, label]) => {
      const box = uniqueId("check");
      return h("div", {class: "check"},
        h("input", {type: "checkbox", id: box, name: field.name, value, checked: field.value?.includes(value)}),
        h("label", {for: box}, label));
    }));
  } else if (field.type === "long") {
    input = h("textarea", {...common, rows: "4", maxlength: field.maxlength, dir: "auto", value: field.value ?? ""});
  } else {
    input = h("input", {
      ...common,
      type: field.type ?? "text",
      maxlength: field.maxlength,
      dir: field.type === "password" ? null : "auto",
      value: field.value ?? "",
      list: field.list,
    });
  }
  return h("div", {class: "field"},
    h("label", {for: id}, field.label, field.required ? null : h("span", {class: "optional"}, " (optional)")), input,
    hint);
}

function valuesOf(form, fields) {
  const data = new FormData(form);
  return Object.fromEntries(fields.map((field) => [
    field.name,
    field.type === "checks" ? data.getAll(field.name)
      : field.type === "password" ? String(data.get(field.name) ?? "")
        : String(data.get(field.name) ?? "").trim(),
  ]));
}

/** A form that shows why it was refused and keeps what was entered. `submit(values)` may throw a Refusal. */
export function form(options) {
  const problem = h("div", {class: "notice error", role: "alert", hidden: true});
  const send = h("button", {type: "submit", class: options.kind ?? "primary"}, options.action);
  const element = h(
    "form",
    {
      class: options.inline ? "inline" : "stack",
      "aria-label": options.label,
      on: {
        submit: async (event) => {
          event.preventDefault();
          if (send.disabled) return;
          send.disabled = true;
          problem.hidden = true;
          try {
            await options.submit(valuesOf(element, options.fields), element);
          } catch (refusal) {
            if (!refusal.code) throw refusal;
            problem.textContent = refusal.message;
            problem.hidden = false;
            element.querySelector("input, select, textarea")?.focus();
          } finally {
            send.disabled = false;
          }
        },
      },
    },
    problem,
    options.fields.map(control),
    h("div", {class: "actions"}, send,
      options.cancel ? button("Cancel", options.cancel) : null),
  );
  return element;
}

/** A modal form; the promise says whether it was sent and accepted. */
export function ask(options) {
  return new Promise((resolve) => {
    const title = uniqueId("title");
    let accepted = false;
    const dialog = h(
      "dialog",
      {
        "aria-labelledby": title,
        on: {
          close: () => {
            dialog.remove();
            resolve(accepted);
          },
        },
      },
      h("h2", {id: title}, options.title),
      options.text ? h("p", {}, options.text) : null,
      form({
        ...options,
        fields: options.fields ?? [],
        label: options.title,
        cancel: () => dialog.close(),
        submit: async (values) => {
          await options.submit(values);
          accepted = true;
          dialog.close();
        },
      }),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Asks before something that cannot be taken back. */
export function confirm(options) {
  return ask({kind: "danger", ...options});
}

/** Runs what a button does. A refusal is shown in `place`; success is said. */
export async function act(place, done, work) {
  try {
    await work();
    announce(done);
    return true;
  } catch (refusal) {
    if (!refusal.code) throw refusal;
    replace(place, notice("error", refusal.message));
    return false;
  }
}
