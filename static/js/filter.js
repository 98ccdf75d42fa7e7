// The filter box of a comparison: completion as a combobox, and the caret where it failed.
import { announce } from "./content.js";
import { completions } from "./filter_words.js";

const GAP = 4;
const EDGE = 8;
const input = document.querySelector("[data-filter] input[type=search]");
const list = document.querySelector("[data-filter-options]");
let names = null;
let shown = [];
let start = 0;
let chosen = -1;

const isOpen = () => list.matches(":popover-open");

/** Names come once a page, when somebody first types. */
async function load() {
  names ??= fetch(input.dataset.filterNames, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : { names: [] }))
    .then((answer) => answer.names)
    .catch(() => []);
  return names;
}

async function offer() {
  const known = await load();
  if (document.activeElement !== input) return;
  const found = completions(input.value, input.selectionStart ?? input.value.length, known);
  ({ start } = found);
  shown = found.options;
  chosen = -1;
  draw();
}

function draw() {
  if (!shown.length) return close();
  list.replaceChildren(...shown.map(drawOption));
  if (!isOpen()) list.showPopover();
  place();
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-activedescendant", chosen < 0 ? "" : `filter-option-${chosen}`);
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
}

function drawOption(option, index) {
  const line = document.createElement("li");
  line.id = `filter-option-${index}`;
  line.className = "menu-item filter-option";
  line.role = "option";
  line.ariaSelected = String(index === chosen);
  const text = document.createElement("code");
  text.textContent = option.text;
  const note = document.createElement("span");
  note.className = "end truncate";
  note.textContent = option.note;
  line.append(text, note);
  // Before the focus leaves the box, or the list would be gone by the click.
  line.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    accept(index);
  });
  return line;
}

function place() {
  const box = input.getBoundingClientRect();
  const left = Math.min(box.left, innerWidth - list.offsetWidth - EDGE);
  list.style.left = `${Math.max(EDGE, left)}px`;
  list.style.top = `${box.bottom + GAP}px`;
}

function close() {
  shown = [];
  chosen = -1;
  if (isOpen()) list.hidePopover();
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-activedescendant", "");
}

function accept(index) {
  const caret = input.selectionStart;
  const text = `${shown[index].text} `;
  const rest = input.value.slice(caret).trimStart();
  input.value = input.value.slice(0, start) + text + rest;
  const behind = start + text.length;
  input.setSelectionRange(behind, behind);
  announce(`${text.trim()} written`);
  offer();
}

function move(distance) {
  // One place stands for the box itself, so the arrows come back to it.
  const stops = shown.length + 1;
  chosen = ((chosen + 1 + distance + stops) % stops) - 1;
  draw();
}

function onKey(event) {
  if (event.isComposing) return;
  const distance = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const opens = (distance || (event.key === " " && event.ctrlKey)) && !isOpen();
  if (opens) offer();
  else if (isOpen() && distance) move(distance);
  else if (isOpen() && chosen >= 0 && ["Enter", "Tab"].includes(event.key)) accept(chosen);
  else if (isOpen() && event.key === "Escape") close();
  else return;
  event.preventDefault();
}

function prepare() {
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.addEventListener("input", offer);
  input.addEventListener("click", () => isOpen() && offer());
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", close);
}

/** After a mistake one goes on writing where it is. */
function returnToMistake() {
  const caret = Number(input.dataset.caret);
  input.focus();
  input.setSelectionRange(caret, caret);
}

if (input && list) {
  prepare();
  if (input.dataset.caret) returnToMistake();
}
