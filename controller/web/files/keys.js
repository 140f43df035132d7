// j and k go through what is marked data-item, / searches, ? lists the keys. Nothing happens while somebody types.
function typing(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function step(by) {
  const items = [...document.querySelectorAll("[data-item]")].filter((item) => item.getClientRects().length > 0);
  const links = items.map((item) => item.querySelector("[data-open], a[href]")).filter(Boolean);
  if (links.length === 0) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({block: "nearest", inline: "nearest"});
}

export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "j" || event.key === "k") {
      step(event.key === "j" ? 1 : -1);
    } else if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (!search) return;
      search.focus();
      search.select();
    } else if (event.key === "?") {
      document.getElementById("shortcuts")?.showModal();
    } else {
      return;
    }
    event.preventDefault();
  });
}
