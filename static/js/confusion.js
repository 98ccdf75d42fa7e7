// A confusion matrix: arrow keys go from cell to cell, and a line says what a cell counts.
import { whenPresent } from "./content.js";

const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const heads = (table) => table.tHead.rows[0].cells;
const name = (cell) => cell.textContent.trim();
const isCount = (cell) => cell?.matches("tbody td:not(.total)");

/** What is counted in a cell: its line, its column, how many, and which part of the line. */
function words(table, cell) {
  const line = cell.parentElement;
  const rows = Number(line.lastElementChild.textContent.replaceAll(",", ""));
  const where = `${name(line.cells[0])} → ${name(heads(table)[cell.cellIndex])}`;
  if (cell.dataset.was) {
    return `${where}: ${name(cell)} (${cell.dataset.was} before, ${cell.dataset.is} now)`;
  }
  const count = Number(name(cell).replaceAll(",", ""));
  const share = rows ? ` (${((100 * count) / rows).toFixed(1)} % of ${rows.toLocaleString("en")})` : "";
  return `${where}: ${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}${share}`;
}

/** In very full tables a cell's address is written when it is looked at. */
function address(table, cell) {
  const link = cell.querySelector("a:not([href])");
  if (!link) return;
  const way = cell.parentElement.dataset.way + heads(table)[cell.cellIndex].dataset.way;
  link.href = table.dataset.rows + way;
}

function show(table, cell) {
  address(table, cell);
  const readout = table.closest("section").querySelector("[data-confusion-readout]");
  for (const near of table.querySelectorAll(".is-near")) near.classList.remove("is-near");
  cell.parentElement.classList.add("is-near");
  heads(table)[cell.cellIndex].classList.add("is-near");
  if (readout) readout.textContent = words(table, cell);
}

function enter(table, cell) {
  address(table, cell);
  const from = table.querySelector("tbody [tabindex='0']");
  if (from) from.tabIndex = -1;
  const target = cell.querySelector("a") ?? cell;
  target.tabIndex = 0;
  target.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function onKey(table, event) {
  const step = STEPS[event.key];
  const cell = event.target.closest("td");
  if (!step || !isCount(cell) || event.altKey || event.ctrlKey || event.metaKey) return;
  const line = table.rows[cell.parentElement.rowIndex + step[0]];
  const next = line?.cells[cell.cellIndex + step[1]];
  event.preventDefault();
  if (isCount(next)) enter(table, next);
}

whenPresent("[data-confusion]", (table) => {
  // One stop of the tab key for the whole table; the arrows do the rest.
  const links = table.querySelectorAll("tbody td > a");
  for (const link of links) link.tabIndex = -1;
  if (links[0]) {
    address(table, links[0].parentElement);
    links[0].tabIndex = 0;
  }
  const look = (event) => {
    const cell = event.target.closest("td");
    if (isCount(cell)) show(table, cell);
  };
  table.addEventListener("mouseover", look);
  table.addEventListener("focusin", look);
  table.addEventListener("keydown", (event) => onKey(table, event));
});
