// What the tests look for in a page, as a person would: by label and text, among what can be seen. Runs before the
// page's own scripts.
#pragma once

#include <string_view>

namespace browser_test {

inline constexpr std::string_view kPageScript = R"script(
globalThis.pageScript = {
  visible(element) {
    return element.checkVisibility({checkVisibilityCSS: true}) && element.getClientRects().length > 0;
  },
  // A modal dialog takes everything behind it away.
  root(within) {
    return document.querySelector("dialog:modal") ?? document.querySelector(within);
  },
  called(element) {
    const label = element.getAttribute("aria-label");
    return (label ?? element.innerText ?? "").trim();
  },
  pressable(called, within) {
    const all = this.root(within)?.querySelectorAll("button, a[href], input[type=checkbox], summary") ?? [];
    const fits = [...all].filter((element) => this.visible(element) && !element.disabled);
    return fits.find((element) => this.called(element) === called)
      ?? fits.find((element) => element.innerText?.trim() === called) ?? null;
  },
  middle(element) {
    element.scrollIntoView({block: "center", inline: "center"});
    const box = element.getBoundingClientRect();
    return {x: box.x + box.width / 2, y: box.y + box.height / 2};
  },
  field(label, within) {
    const all = this.root(within)?.querySelectorAll("input, select, textarea") ?? [];
    return [...all].find((element) => this.visible(element) && this.labels(element).includes(label)) ?? null;
  },
  labels(element) {
    const texts = [...(element.labels ?? [])].map((each) => each.innerText.replace("(optional)", "").trim());
    return [...texts, element.getAttribute("aria-label") ?? ""];
  },
  clear(element) {
    element.scrollIntoView({block: "center"});
    element.focus();
    element.select?.();
    element.value = "";
  },
  choose(element, option) {
    const found = [...element.options].find((each) => each.text.trim() === option);
    if (!found) throw new Error(`no choice ${option} among ${[...element.options].map((each) => each.text)}`);
    if (found.disabled) throw new Error(`${option} cannot be chosen`);
    element.value = found.value;
    element.dispatchEvent(new Event("input", {bubbles: true}));
    element.dispatchEvent(new Event("change", {bubbles: true}));
  },
  shows(text) {
    return (document.body?.innerText ?? "").includes(text);
  },
  everything() {
    const parts = [document.title, document.body?.innerText ?? ""];
    for (const element of document.querySelectorAll("*")) {
      for (const name of ["aria-label", "title", "alt", "placeholder", "value", "href", "id", "class", "name"]) {
        if (element.hasAttribute(name)) parts.push(element.getAttribute(name));
      }
      if (element.tagName === "OPTION") parts.push(element.text);
    }
    return parts.join("\n");
  },
};
)script";

}  // namespace browser_test
