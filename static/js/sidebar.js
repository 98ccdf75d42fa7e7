// The sidebar: narrow or wide on a desk (remembered), slid over the page on a phone.
import { remember } from "./cookies.js";
import { bind } from "./keys.js";

const root = document.documentElement;
const isPhone = () => matchMedia("(max-width: 820px)").matches;
const opener = () => document.querySelector(".burger");

function setOpen(isOpen) {
  root.toggleAttribute("data-sidebar-open", isOpen);
  opener()?.setAttribute("aria-expanded", String(isOpen));
  const target = isOpen ? document.querySelector(".sidebar a") : opener();
  target?.focus();
}

function toggle() {
  if (isPhone()) return setOpen(!root.hasAttribute("data-sidebar-open"));
  const value = root.dataset.sidebar === "narrow" ? "" : "narrow";
  root.dataset.sidebar = value;
  remember("sidebar", value);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-sidebar-toggle]")) toggle();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && root.hasAttribute("data-sidebar-open")) setOpen(false);
});
bind("[", { label: "Narrow or wide sidebar", group: "Everywhere", run: toggle });
