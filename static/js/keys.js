// The key map: single keys and two-key sequences, off while typing or in a dialog.
const WAIT_MS = 800;
const bindings = new Map();
let pending = "";
let timer = 0;

/** Bind a key ("j") or a sequence ("g d"). Several ways to say the same: an array. */
export function bind(keys, { label, group = "Page", when = () => true, run }) {
  [keys].flat().forEach((name, position) => {
    bindings.set(name, { keys: name, label, group, when, run, isMain: position === 0 });
  });
}

/** Every key that does something on this page, for the help and the palette. */
export function listBindings() {
  const fixed = [...bindings.values()].filter((each) => each.isMain && each.when());
  return [...fixed, ...elementBindings()];
}

export function labelOf(element) {
  const text = element.dataset.keyLabel || element.getAttribute("aria-label");
  if (text) return text;
  const copy = element.cloneNode(true);
  for (const aside of copy.querySelectorAll("kbd, .nav-count, .tab-count")) aside.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function elementBindings() {
  return [...document.querySelectorAll("[data-key]")].filter(isUsable).map((element) => ({
    keys: element.dataset.key,
    label: labelOf(element),
    group: element.dataset.keyGroup || (element.closest(".sidebar") ? "Go to" : "Page"),
    run: () => element.click(),
  }));
}

function isUsable(element) {
  return !element.disabled && !element.closest("dialog:not([open]), [hidden]");
}

function isTyping(target) {
  if (!(target instanceof Element)) return false;
  const field = target.closest("input, textarea, select, [contenteditable]");
  return Boolean(field) && !["checkbox", "radio"].includes(field.type);
}

function isOff(event) {
  if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return true;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return true;
  if (document.querySelector(".menu:popover-open")) return true;
  // WCAG 2.1.4: single-character keys can be switched off, the others stay.
  return document.documentElement.dataset.keys === "off" && event.key.length === 1;
}

function find(name) {
  const bound = bindings.get(name);
  if (bound?.when()) return bound;
  return elementBindings().find((each) => each.keys === name);
}

function beginsSequence(key) {
  return listBindings().some((each) => each.keys.startsWith(`${key} `));
}

function onKey(event) {
  if (isOff(event)) return;
  const key = event.key === " " ? "Space" : event.key;
  const isButtonKey = key === "Enter" || key === "Space";
  if (isButtonKey && event.target.closest("a, button, summary, label, input")) return;
  const hit = (pending && find(`${pending} ${key}`)) || (pending === "" && find(key));
  clearTimeout(timer);
  // A letter that begins a sequence waits for the second one.
  const waits = !hit && pending === "" && beginsSequence(key);
  pending = waits ? key : "";
  if (waits) timer = setTimeout(() => (pending = ""), WAIT_MS);
  if (!hit) return;
  event.preventDefault();
  hit.run(event);
}

document.addEventListener("keydown", onKey);
