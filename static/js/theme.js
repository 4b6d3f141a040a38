// Appearance: as the system, light or dark. The cookie lets the server draw the next page right away.
const root = document.documentElement;
const shown = () => localStorage.getItem("theme") ?? "";

function apply(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  document.querySelector("meta[name=color-scheme]").content = theme || "light dark";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", button.dataset.themeChoice === theme);
  }
}

document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-theme-choice]")?.dataset.themeChoice;
  if (theme === undefined) return;
  localStorage.setItem("theme", theme);
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax`;
  apply(theme);
});
addEventListener("storage", (event) => event.key === "theme" && apply(shown()));

apply(shown());
for (const menu of document.querySelectorAll("[data-theme-menu]")) menu.hidden = false;
