// Tabs inside a page, such as code in four languages; without scripts every panel shows.
import { whenPresent } from "./content.js";

function choose(root, chosen) {
  for (const tab of root.querySelectorAll("[role=tab]")) {
    const isChosen = tab === chosen;
    tab.ariaSelected = String(isChosen);
    tab.tabIndex = isChosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
  }
}

function onKey(root, event) {
  const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!move || event.target.role !== "tab") return;
  const tabs = [...root.querySelectorAll("[role=tab]")];
  const next = tabs[(tabs.indexOf(event.target) + move + tabs.length) % tabs.length];
  choose(root, next);
  next.focus();
}

whenPresent("[data-tabs]", (root) => {
  root.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) choose(root, tab);
  });
  root.addEventListener("keydown", (event) => onKey(root, event));
  choose(root, root.querySelector("[role=tab]"));
});
