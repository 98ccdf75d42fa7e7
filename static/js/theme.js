// Light or dark: the choice goes into a cookie, so the server draws the next page in it.
import { remember } from "./cookies.js";
import { bind } from "./keys.js";

const root = document.documentElement;

function isDark() {
  if (root.dataset.theme) return root.dataset.theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

function toggle() {
  root.dataset.theme = isDark() ? "light" : "dark";
  remember("theme", root.dataset.theme);
  document.dispatchEvent(new CustomEvent("theme-changed"));
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) toggle();
});
bind("t", { label: "Light or dark", group: "Everywhere", run: toggle });
