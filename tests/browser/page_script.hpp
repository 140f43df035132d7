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
    const all = this.root(within)?.querySelectorAll(
      "button, a[href], input[type=checkbox], summary, label:has(> input[type=radio])") ?? [];
    const fits = [...all].filter((element) => this.visible(element) && !element.disabled);
    return fits.find((element) => this.called(element) === called)
      ?? fits.find((element) => !element.hasAttribute("aria-label") && element.innerText?.trim() === called) ?? null;
  },
  // Where to press; null when it has gone meanwhile. Until the next aim, a click that reaches what is called so is noted.
  aim(called, within) {
    const element = this.pressable(called, within);
    if (!element) return null;
    element.scrollIntoView({block: "center", inline: "center"});
    const box = element.getBoundingClientRect();
    this.aimed = {called, reached: false};
    return {x: box.x + box.width / 2, y: box.y + box.height / 2};
  },
  // Whether the press fell beside: the page put another element there between the aim and the release.
  missed() {
    return this.aimed !== undefined && !this.aimed.reached;
  },
  field(label, within) {
    const all = this.root(within)?.querySelectorAll("input, select, textarea") ?? [];
    return [...all].find((element) => this.visible(element) && this.labels(element).includes(label)) ?? null;
  },
  labels(element) {
    const texts = [...(element.labels ?? [])]
      .map((each) => (each.querySelector("select") ? each.firstElementChild ?? each : each).innerText.replace("(optional)", "").trim());
    // Without what is said beside the label, too.
    const bare = [...(element.labels ?? [])].map((each) => {
      const copy = (each.firstElementChild ?? each).cloneNode(true);
      for (const hint of copy.querySelectorAll(".hint")) hint.remove();
      return copy.textContent.trim();
    });
    return [...texts, ...bare, element.getAttribute("aria-label") ?? ""];
  },
  // The field has the focus and is empty; false when there is none.
  clear(label, within) {
    const element = this.field(label, within);
    if (!element) return false;
    element.scrollIntoView({block: "center"});
    element.focus();
    element.select?.();
    element.value = "";
    this.filled = element;
    return true;
  },
  // Whether what was typed has reached the page, not a field that it has put away meanwhile.
  kept() {
    return Boolean(this.filled?.isConnected && this.filled.value !== "");
  },
  choose(label, within, option) {
    const element = this.field(label, within);
    if (!element) return false;
    // "DSV-1" is chosen where the list says "DSV-1: Query isolation is verified."
    const found = [...element.options].find((each) => each.text.trim() === option)
      ?? [...element.options].find((each) => each.text.trim().startsWith(`${option}:`));
    if (!found) throw new Error(`no choice ${option} among ${[...element.options].map((each) => each.text)}`);
    if (found.disabled) throw new Error(`${option} cannot be chosen`);
    element.value = found.value;
    element.dispatchEvent(new Event("input", {bubbles: true}));
    element.dispatchEvent(new Event("change", {bubbles: true}));
    return true;
  },
  shows(text) {
    return (document.body?.innerText ?? "").includes(text);
  },
  // What reaches beyond the window, unless something scrolls it.
  pushedAside() {
    const scrolled = (element) => element.closest(".scroll") !== null && !element.matches(".scroll");
    const found = [...document.querySelectorAll("body *")].filter((element) => this.visible(element) &&
      !scrolled(element) && element.getBoundingClientRect().right > innerWidth);
    return found.map((element) => element.outerHTML.slice(0, 200));
  },
  // Texts with a direction of their own that would turn what stands beside them, in the same line, around.
  notIsolated(within) {
    const turning = /[\u0590-\u08ff\u202a-\u202e\u2066-\u2069]/;
    const walker = document.createTreeWalker(document.querySelector(within), NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!turning.test(node.data) || !this.visible(element)) continue;
      const style = getComputedStyle(element);
      if (style.display === "inline" && style.unicodeBidi === "normal") {
        found.push(element.outerHTML.slice(0, 200));
      }
    }
    return found;
  },
  // Texts whose colour is hard to tell from what is behind them (WCAG 2, 1.4.3: less than 4.5 to 1).
  hardToRead() {
    const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color) => {
      const [red, green, blue] = channels(color).map((value) => {
        const part = value / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element) => {
      for (let each = element; each; each = each.parentElement) {
        const color = getComputedStyle(each).backgroundColor;
        if (channels(color)[3] !== 0) return color;
      }
      return "rgb(255, 255, 255)";
    };
    const found = [];
    for (const element of document.querySelectorAll("body *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      if (!own || !this.visible(element) || element.disabled) continue;
      const [light, dark] = [luminance(getComputedStyle(element).color), luminance(behind(element))]
        .sort((a, b) => b - a);
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < 4.5) found.push(`${element.innerText.trim()}: ${contrast.toFixed(2)}`);
    }
    return found;
  },
  everything() {
    const parts = [document.title, document.body?.innerText ?? ""];
    for (const element of document.querySelectorAll("*")) {
      for (const attribute of element.attributes) parts.push(attribute.name, attribute.value);
      if (element.tagName === "OPTION") parts.push(element.text);
    }
    return parts.join("\n");
  },
};
addEventListener("click", (event) => {
  const aimed = pageScript.aimed;
  const on = (element) => element instanceof HTMLElement && pageScript.called(element) === aimed.called;
  if (aimed && event.composedPath().some(on)) aimed.reached = true;
}, {capture: true});
)script";

}  // namespace browser_test
