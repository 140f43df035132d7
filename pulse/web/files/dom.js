// Elements without markup: text always becomes a text node, so whatever a record holds is shown and never run.

/** h("button", {type: "submit", on: {click}}, "Save"): properties null or false are left out, so are such children. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else if (name === "value") {
      element.value = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

export function replace(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

let lastId = 0;
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** Text of people and records: in its own direction, so that a name written right to left moves nothing around it. */
export function name(text) {
  return h("bdi", {class: "name"}, text);
}

/** Said to those who do not see the page. */
export function announce(text) {
  const place = document.getElementById("announcements");
  if (place) place.textContent = text;
}

const dates = new Intl.DateTimeFormat(undefined, {dateStyle: "medium", timeStyle: "short"});
export function time(text) {
  const at = new Date(text ?? "");
  if (Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1970) return h("span", {}, "–");
  return h("time", {datetime: at.toISOString()}, dates.format(at));
}
