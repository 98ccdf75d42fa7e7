// Ticking rows: a bar floats up with a link to the page that takes the ticked ones together.
import { whenPresent } from "./content.js";

function ticked(area) {
  const boxes = [...area.querySelectorAll("[data-select-value]:checked")];
  const isBaseline = (box) => box.hasAttribute("data-select-baseline");
  return boxes.sort((left, right) => isBaseline(right) - isBaseline(left));
}

function linkFor(area, boxes) {
  const url = new URL(area.dataset.selectUrl, location.href);
  const { selectFirst, selectName } = area.dataset;
  boxes.forEach((box, position) => {
    const name = position === 0 && selectFirst ? selectFirst : selectName;
    url.searchParams.append(name, box.dataset.selectValue);
  });
  return url.pathname + url.search;
}

function sentence(count, least, most) {
  if (count < least) return `${count} selected: pick ${least - count} more`;
  if (count > most) return `${count} selected: at most ${most}`;
  return `${count} selected`;
}

function refresh(area) {
  const boxes = ticked(area);
  const least = Number(area.dataset.selectMin || 1);
  const most = Number(area.dataset.selectMax || Infinity);
  const bar = area.querySelector("[data-select-bar]");
  const link = bar.querySelector("[data-select-link]");
  const isReady = boxes.length >= least && boxes.length <= most;
  bar.hidden = boxes.length === 0;
  bar.querySelector("[data-select-count]").textContent = sentence(boxes.length, least, most);
  link.querySelector("[data-select-number]").textContent = isReady ? boxes.length : "";
  link.setAttribute("aria-disabled", String(!isReady));
  if (isReady) link.href = linkFor(area, boxes);
  else link.removeAttribute("href");
}

function clear(area) {
  for (const box of ticked(area)) box.checked = false;
  refresh(area);
}

whenPresent("[data-select]", (area) => {
  area.addEventListener("change", () => refresh(area));
  area.addEventListener("click", (event) => {
    if (event.target.closest("[data-select-clear]")) clear(area);
  });
  // A page that comes back from the browser's memory keeps its ticks.
  addEventListener("pageshow", () => refresh(area));
  refresh(area);
});
