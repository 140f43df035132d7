// Calls to the server. A refusal becomes a Refusal with the server's own words; what cannot be reached, too.

export class Refusal extends Error {
  constructor(status, code, message, body = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

const whenNothingIsSaid = {
  401: "Your session has ended. Sign in again.",
  403: "The server refused this. Load the page again; if it stays so, ask your administrator for access.",
  404: "This is no longer there. Load the page again.",
  413: "This is too large for the server. Make it shorter.",
  429: "Too many requests from your address. Wait a minute and try again.",
};

const listeners = new Set();
/** `listener(refusal)` hears every refusal: what the page believes about its caller may have changed. */
export function onRefusal(listener) {
  listeners.add(listener);
}

const always = {};
/** A header of every call from now on, except where a call asks for `plain`. */
export function sendAlways(name, value) {
  always[name] = value;
}

function csrfToken() {
  for (const part of document.cookie.split(";")) {
    const [key, value] = part.trim().split("=", 2);
    if (key === "pulse_csrf") return value ?? "";
  }
  return "";
}

// The stable code is in one of two places, the sentence for people in the other.
function readRefusal(status, text) {
  let body = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Plain text: what is said is for programs, so people get our own sentence.
  }
  const code = body?.code ?? body?.error ?? "";
  const said = body === null ? "" : body.code ? body.error : body.message;
  const fallback =
    whenNothingIsSaid[status] ??
    (status >= 500
      ? `The server could not do this (status ${status}). Nothing was changed; try again in a moment.`
      : `The server refused this (status ${status}). Check what you entered and try again.`);
  return new Refusal(status, String(code), said ? String(said) : fallback, body);
}

async function call(method, path, body, {plain = false, counted = false, more = {}} = {}) {
  const headers = {Accept: "application/json", ...(plain ? {} : always), ...more};
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken();
  const options = {method, headers, credentials: "same-origin", cache: "no-store", redirect: "error"};
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let answer;
  let text;
  try {
    answer = await fetch(path, options);
    text = await answer.text();
  } catch {
    throw new Refusal(0, "unreachable", "The server cannot be reached. Check your connection and try again.");
  }
  if (!answer.ok) {
    const refusal = readRefusal(answer.status, text);
    if (!path.startsWith("/api/login")) for (const listener of listeners) listener(refusal);
    throw refusal;
  }
  if (text === "") return null;
  try {
    const value = JSON.parse(text);
    return counted ? {rows: value, total: Number(answer.headers.get("X-Total-Count") ?? value.length)} : value;
  } catch {
    throw new Refusal(answer.status, "unreadable", "The server's answer cannot be read. Load the page again.");
  }
}

export const get = (path) => call("GET", path);
/** Without the headers of sendAlways. */
export const getPlain = (path) => call("GET", path, undefined, {plain: true});
/** With headers of its own. */
export const getWith = (path, headers) => call("GET", path, undefined, {more: headers});
/** A part of a list, and how long all of it is: {rows, total}. */
export const getList = (path) => call("GET", path, undefined, {counted: true});
export const post = (path, body) => call("POST", path, body);
export const put = (path, body) => call("PUT", path, body);
export const patch = (path, body) => call("PATCH", path, body);
export const remove = (path) => call("DELETE", path);

/** One segment of a path. */
export const segment = (text) => encodeURIComponent(text);
