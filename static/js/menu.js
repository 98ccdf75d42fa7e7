// Popover menus stand at their button; arrow keys walk through them.
const GAP = 4;
const EDGE = 8;

function place(menu) {
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  if (!button) return;
  const anchor = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const isLeft = anchor.left + width + EDGE < innerWidth;
  const left = isLeft ? anchor.left : anchor.right - width;
  const fitsBelow = anchor.bottom + GAP + height + EDGE < innerHeight;
  const above = Math.max(EDGE, anchor.top - GAP - height);
  menu.style.left = `${Math.max(EDGE, left)}px`;
  menu.style.top = `${fitsBelow ? anchor.bottom + GAP : above}px`;
}

function onToggle(event) {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || !menu.matches(".menu")) return;
  const isOpen = event.newState === "open";
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  button?.setAttribute("aria-expanded", String(isOpen));
  if (isOpen) menu.querySelector("a, button, input")?.focus();
}

function onBeforeToggle(event) {
  // Sizes are known only once it is drawn, one frame later and still before it is painted.
  if (event.newState === "open" && event.target.matches(".menu")) {
    requestAnimationFrame(() => place(event.target));
  }
}

function onKey(event) {
  const menu = event.target.closest?.(".menu:popover-open");
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !move) return;
  const stops = [...menu.querySelectorAll("a, button, input")];
  const next = stops.indexOf(document.activeElement) + move;
  stops[(next + stops.length) % stops.length]?.focus();
  event.preventDefault();
}

function onChange(event) {
  const asks = event.target.closest("[data-submit-on-change]");
  if (asks) event.target.form?.requestSubmit();
}

document.addEventListener("beforetoggle", onBeforeToggle, true);
document.addEventListener("toggle", onToggle, true);
document.addEventListener("keydown", onKey);
document.addEventListener("change", onChange);
addEventListener("resize", () => document.querySelector(".menu:popover-open")?.hidePopover());
