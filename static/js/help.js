// The list of shortcuts, built from the key map each time it opens.
import { remember } from "./cookies.js";
import { bind, listBindings } from "./keys.js";

const NAMES = { ArrowDown: "↓", ArrowUp: "↑", Enter: "↵", Escape: "Esc" };

/** Draw a key or a sequence as <kbd> elements. */
export function drawKeys(keys) {
  return keys.split(" ").map((key) => {
    const drawn = document.createElement("kbd");
    drawn.textContent = NAMES[key] || key;
    return drawn;
  });
}

function drawRow(binding) {
  const row = document.createElement("li");
  row.className = "help-row";
  const label = document.createElement("span");
  label.textContent = binding.label;
  row.append(label, ...drawKeys(binding.keys));
  return row;
}

function drawGroup(name, members) {
  const section = document.createElement("section");
  const heading = document.createElement("h3");
  heading.textContent = name;
  const list = document.createElement("ul");
  list.append(...members.map(drawRow));
  section.append(heading, list);
  return section;
}

function open() {
  const dialog = document.getElementById("help");
  if (!dialog || dialog.open) return;
  const groups = new Map();
  for (const binding of listBindings()) {
    groups.set(binding.group, [...(groups.get(binding.group) || []), binding]);
  }
  const drawn = [...groups].map(([name, members]) => drawGroup(name, members));
  dialog.querySelector("[data-help-list]").replaceChildren(...drawn);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help-open]")) open();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-toggle]")) return;
  const value = event.target.checked ? "" : "off";
  document.documentElement.dataset.keys = value;
  remember("keys", value);
});
bind("?", { label: "All shortcuts", group: "Everywhere", run: open });
