// Texts beside each other: elements that share a data-scroll-group scroll as one.
import { whenPresent } from "./content.js";

let leader = null;

function share(element) {
  const length = element.scrollHeight - element.clientHeight;
  return length > 0 ? element.scrollTop / length : 0;
}

function follow(element) {
  if (leader && leader !== element) return;
  leader = element;
  const name = CSS.escape(element.dataset.scrollGroup);
  for (const other of document.querySelectorAll(`[data-scroll-group="${name}"]`)) {
    if (other === element) continue;
    other.scrollTop = share(element) * (other.scrollHeight - other.clientHeight);
    other.scrollLeft = element.scrollLeft;
  }
  // The others answer with scroll events of their own: they are not to lead.
  requestAnimationFrame(() => requestAnimationFrame(() => (leader = null)));
}

whenPresent("[data-scroll-group]", (element) => {
  element.addEventListener("scroll", () => follow(element), { passive: true });
});
