// One tooltip for all: shows data-tooltip on hover or focus, any key hides it.
const GAP = 6;
const EDGE = 8;
const DELAY_MS = 350;
const tooltip = document.getElementById("tooltip");
let timer = 0;

function show(element) {
  tooltip.textContent = element.dataset.tooltip;
  tooltip.showPopover();
  const { left, top } = element.closest(".sidebar") ? beside(element) : under(element);
  tooltip.style.left = `${left}px`;
  tooltip.style.top = `${top}px`;
}

function beside(element) {
  const anchor = element.getBoundingClientRect();
  return { left: anchor.right + GAP, top: anchor.top + (anchor.height - tooltip.offsetHeight) / 2 };
}

function under(element) {
  const anchor = element.getBoundingClientRect();
  const middle = anchor.left + anchor.width / 2 - tooltip.offsetWidth / 2;
  const rightmost = innerWidth - tooltip.offsetWidth - EDGE;
  const below = anchor.bottom + GAP;
  const fits = below + tooltip.offsetHeight + EDGE < innerHeight;
  const top = fits ? below : anchor.top - GAP - tooltip.offsetHeight;
  return { left: Math.max(EDGE, Math.min(middle, rightmost)), top };
}

/** The sidebar's links need a tooltip only while their names are hidden. */
function isWanted(element) {
  const when = element.dataset.tooltipWhen;
  return !when || document.documentElement.dataset.sidebar === when;
}

function hide() {
  clearTimeout(timer);
  if (tooltip.matches(":popover-open")) tooltip.hidePopover();
}

function onEnter(event) {
  const element = event.target.closest?.("[data-tooltip]");
  if (!element || !isWanted(element)) return;
  hide();
  timer = setTimeout(() => element.isConnected && show(element), DELAY_MS);
}

if (tooltip) {
  document.addEventListener("pointerover", onEnter);
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(":focus-visible")) onEnter(event);
  });
  document.addEventListener("pointerout", hide);
  document.addEventListener("focusout", hide);
  document.addEventListener("pointerdown", hide);
  document.addEventListener("keydown", hide);
}
