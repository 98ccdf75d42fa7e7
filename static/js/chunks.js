// Windowing: a chunk of rows far from the screen is emptied and fetched again when it comes near.
import { announceContent, parseHtml, whenPresent } from "./content.js";

const NEAR = "20000px 0px";
const grid = document.querySelector("[data-grid]");

function empty(chunk) {
  chunk.style.height = `${chunk.offsetHeight}px`;
  chunk.replaceChildren();
}

async function refill(chunk) {
  chunk.dataset.busy = "true";
  try {
    const answer = await fetch(chunk.dataset.src, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const fresh = parseHtml(await answer.text()).querySelector("[data-chunk]");
    chunk.replaceChildren(...fresh.childNodes);
    chunk.style.height = "";
    announceContent(chunk);
  } finally {
    delete chunk.dataset.busy;
  }
}

function onMove(entries) {
  for (const { target: chunk, isIntersecting } of entries) {
    const isFull = Boolean(chunk.firstElementChild);
    // The chunk with the cursor stays, or j and k would lose their place; and so does one
    // with a row that has left the list, for it would come back without it.
    const isHeld = chunk.querySelector("[aria-current], :focus, [data-left]");
    if (!isIntersecting && isFull && !isHeld) empty(chunk);
    if (isIntersecting && !isFull && !chunk.dataset.busy) refill(chunk);
  }
}

if (grid) {
  const watcher = new IntersectionObserver(onMove, { root: grid, rootMargin: NEAR });
  whenPresent("[data-chunk]", (chunk) => watcher.observe(chunk));
}
