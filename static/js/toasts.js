// Short messages in a corner; good news goes by itself, errors wait to be closed.
import { whenPresent } from "./content.js";

const SHOWN_MS = 6000;
const ICONS = { good: "circle-check", error: "circle-alert", info: "info" };

/** Show a message made in the browser; the server's own arrive ready-drawn. */
export function toast(text, kind = "info") {
  const template = document.getElementById("toast-template");
  const drawn = template.content.firstElementChild.cloneNode(true);
  drawn.classList.add(`toast-${kind}`);
  drawn.querySelector(".toast-text").textContent = text;
  const picture = drawn.querySelector("use");
  picture.setAttribute("href", picture.getAttribute("href").replace(/#.*/, `#${ICONS[kind]}`));
  document.getElementById("toasts").append(drawn);
  start(drawn);
}

function start(drawn) {
  drawn.querySelector("[data-toast-close]")?.addEventListener("click", () => drawn.remove());
  if (drawn.classList.contains("toast-error")) return;
  let timer = setTimeout(() => drawn.remove(), SHOWN_MS);
  drawn.addEventListener("pointerenter", () => clearTimeout(timer));
  drawn.addEventListener("pointerleave", () => {
    timer = setTimeout(() => drawn.remove(), SHOWN_MS);
  });
}

whenPresent("#toasts > .toast", start);
