// The command palette: links, keys and commands of this page, found by a few letters.
import { bind, labelOf, listBindings } from "./keys.js";
import { drawKeys } from "./help.js";

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
let all = [];
let shown = [];
let chosen = 0;

/** Score a fuzzy match: consecutive letters and word starts count more, -1 is no match. */
export function matchScore(query, text) {
  const hay = text.toLowerCase();
  let total = 0;
  let from = 0;
  for (const letter of query.toLowerCase().replaceAll(" ", "")) {
    const at = hay.indexOf(letter, from);
    if (at < 0) return -1;
    if (at === from && from > 0) total += 3;
    else if (at === 0 || hay[at - 1] === " ") total += 2;
    from = at + 1;
  }
  return total - hay.length / 100;
}

function gather() {
  const block = document.getElementById("commands");
  const written = block ? JSON.parse(block.textContent) : [];
  const fromServer = written.map((command) => ({
    ...command,
    run: () => location.assign(command.url),
  }));
  const marked = [...document.querySelectorAll("[data-command]:not([data-key])")];
  const fromPage = marked.map((element) => ({ label: labelOf(element), run: () => element.click() }));
  const bound = listBindings().filter((each) => each.group !== "Rows");
  const seen = new Set();
  return [...bound, ...fromPage, ...fromServer].filter(
    ({ label }) => !seen.has(label) && seen.add(label),
  );
}

function draw() {
  const scored = all.map((command) => [matchScore(input.value, command.label), command]);
  const found = scored.filter(([points]) => input.value === "" || points > -1);
  if (input.value) found.sort((left, right) => right[0] - left[0]);
  shown = found.map(([, command]) => command);
  chosen = Math.max(0, Math.min(chosen, shown.length - 1));
  list.replaceChildren(...(shown.length ? shown.map(drawOption) : [drawNothing()]));
  input.setAttribute("aria-activedescendant", shown.length ? `command-${chosen}` : "");
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
}

function drawOption(command, index) {
  const option = document.createElement("li");
  option.id = `command-${index}`;
  option.className = "palette-option";
  option.role = "option";
  option.ariaSelected = String(index === chosen);
  const label = document.createElement("span");
  label.textContent = command.label;
  const group = document.createElement("span");
  group.className = "palette-group";
  group.textContent = command.group || "";
  option.append(label, group, ...(command.keys ? drawKeys(command.keys) : []));
  option.addEventListener("click", () => choose(command));
  return option;
}

function drawNothing() {
  const line = document.createElement("li");
  line.className = "palette-empty";
  line.role = "option";
  line.ariaDisabled = "true";
  line.textContent = "Nothing matches.";
  return line;
}

function choose(command) {
  dialog.close();
  command?.run();
}

function onKey(event) {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (move) {
    chosen = (chosen + move + shown.length) % Math.max(shown.length, 1);
    draw();
  } else if (event.key === "Enter") {
    choose(shown[chosen]);
  } else return;
  event.preventDefault();
}

function open() {
  if (dialog.open) return dialog.close();
  all = gather();
  input.value = "";
  chosen = 0;
  draw();
  dialog.showModal();
}

if (dialog) {
  input.addEventListener("input", () => {
    chosen = 0;
    draw();
  });
  input.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) open();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    open();
  });
  // Where a page has a filter, the slash is the filter's.
  const isFree = () => !document.querySelector('[data-key="/"]');
  bind("/", { label: "Search and commands", group: "Everywhere", when: isFree, run: open });
}
