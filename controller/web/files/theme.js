// Before anything is drawn: the theme that was chosen here, when one was.
(() => {
  try {
    const chosen = localStorage.getItem("portcullis-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // A browser that keeps nothing follows its own setting.
  }
})();
