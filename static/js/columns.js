// The column cursor of the compare grid: h and l move it, b makes its experiment the baseline.
import { announce } from "./content.js";
import { bind } from "./keys.js";
import { currentRow } from "./rows.js";

let column = 0;

const grid = () => document.querySelector("[data-grid]");
const heads = () => [...grid().querySelectorAll(".head-cell[data-column]")];
const headOf = (number) => grid().querySelector(`.head-cell[data-column="${number}"]`);

function move(distance) {
  column = Math.min(Math.max(column + distance, 1), heads().length);
  mark();
  const cell = currentRow()?.querySelector(`[data-column="${column}"]`) || headOf(column);
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  announce(`Column ${headOf(column).querySelector(".head-title").textContent.trim()}`);
}

function mark() {
  for (const cell of grid().querySelectorAll(".is-column")) cell.classList.remove("is-column");
  headOf(column)?.classList.add("is-column");
  currentRow()?.querySelector(`[data-column="${column}"]`)?.classList.add("is-column");
}

/** Keep a row that comes into view by keyboard clear of the sticky head. */
function measureHead() {
  const height = grid().querySelector(".grid-head").offsetHeight;
  grid().style.setProperty("--head-height", `${height}px`);
}

const inGrid = () => Boolean(grid());
const group = "Columns";
bind("h", { label: "Previous column", group, when: inGrid, run: () => move(-1) });
bind("l", { label: "Next column", group, when: inGrid, run: () => move(1) });
bind("b", {
  label: "Set as baseline",
  group,
  when: () => Boolean(grid()?.querySelector("[data-baseline]")),
  run: () => headOf(column)?.querySelector("[data-baseline]")?.click(),
});

if (grid()) {
  new ResizeObserver(measureHead).observe(grid().querySelector(".grid-head"));
  document.addEventListener("focusin", (event) => {
    if (column && event.target.matches("[data-row]")) mark();
  });
}
