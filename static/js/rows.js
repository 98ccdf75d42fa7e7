// A cursor over the rows of a grid or table, and the drawer that shows the row under it.
import { announce, announceContent, parseHtml } from "./content.js";
import { bind } from "./keys.js";
import { toast } from "./toasts.js";

// Chunks that one key press reads on its way to a row, at most.
const MOST_FETCHES = 40;
let current = null;
let request = null;

const area = () => document.querySelector("[data-rows]");
const drawer = () => document.getElementById("drawer");
const rows = () => [...area().querySelectorAll("[data-row]")];
const isOpen = () => Boolean(drawer()?.firstElementChild);

/** The row under the cursor, or null. */
export function currentRow() {
  return current?.isConnected ? current : null;
}

function place(row) {
  current?.removeAttribute("aria-current");
  current = row;
  row.setAttribute("aria-current", "true");
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest", inline: "nearest" });
  showPosition(row);
}

function showPosition(row) {
  const total = Number(area().dataset.rowCount || rows().length);
  const index = Number(row.getAttribute("aria-rowindex") || 0) - 1;
  const position = index > 0 ? index : rows().indexOf(row) + 1;
  const text = `${position.toLocaleString("en")} of ${total.toLocaleString("en")}`;
  for (const place of document.querySelectorAll("[data-row-position]")) {
    place.textContent = text;
  }
  announce(`Row ${text}`);
}

function step(distance, matches = () => true, fetches = MOST_FETCHES) {
  const candidates = rows().filter((row) => row === current || matches(row));
  const from = candidates.indexOf(current);
  const next = candidates[from < 0 ? 0 : from + distance];
  if (!next && distance > 0 && fetches) {
    return fetchMore(() => step(distance, matches, fetches - 1));
  }
  if (!next) return;
  place(next);
  if (isOpen()) show(next);
}

/** The rows behind the loaded ones come as if one had scrolled there. */
function fetchMore(goOn) {
  const sentinel = area().querySelector(".sentinel[hx-get]");
  if (!sentinel) return;
  document.addEventListener("htmx:afterSettle", goOn, { once: true });
  window.htmx.trigger(sentinel, "intersect");
}

/** Go on to the next row, as j does. */
export function nextRow() {
  step(1);
}

function open(row) {
  if (row.dataset.url) show(row);
  else row.querySelector("[data-row-link], a[href]")?.click();
}

async function show(row) {
  request?.abort();
  request = new AbortController();
  const { signal } = request;
  keepInUrl(row.dataset.row);
  try {
    const answer = await fetch(row.dataset.url, { signal, headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(`The details could not be loaded (${answer.status}).`);
    fill(parseHtml(await answer.text()).body);
  } catch (problem) {
    if (problem.name !== "AbortError") toast(problem.message, "error");
  }
}

function fill(body) {
  drawer().replaceChildren(...body.childNodes);
  drawer().scrollTop = 0;
  window.htmx?.process(drawer());
  announceContent(drawer());
}

function close() {
  request?.abort();
  drawer().replaceChildren();
  keepInUrl("");
  currentRow()?.focus({ preventScroll: true });
}

function keepInUrl(row) {
  const url = new URL(location.href);
  if (row) url.searchParams.set("row", row);
  else url.searchParams.delete("row");
  history.replaceState(history.state, "", url);
}

function tick() {
  currentRow()?.querySelector("input[type=checkbox]")?.click();
}

function onClick(event) {
  const row = event.target.closest("[data-rows] [data-row]");
  if (row) return onRowClick(event, row);
  if (event.target.closest("[data-drawer-close]")) close();
  const stepper = event.target.closest("[data-row-step]");
  if (stepper) step(Number(stepper.dataset.rowStep));
}

function onRowClick(event, row) {
  const control = event.target.closest("a, button, input, label, summary");
  const isRowLink = control?.matches(".row-link");
  if (control && !isRowLink) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || getSelection().toString()) return;
  if (row.dataset.url) event.preventDefault();
  place(row);
  if (row.dataset.url) show(row);
}

/** Open what the URL names, unless the server has drawn it already. */
function restore() {
  const wanted = new URL(location.href).searchParams.get("row");
  const row = wanted && rows().find((each) => each.dataset.row === wanted);
  if (!row) return;
  place(row);
  if (!isOpen() && row.dataset.url) show(row);
}

const onRow = () => Boolean(area());
const withRow = () => onRow() && Boolean(currentRow());
const hasRegressed = () => Boolean(document.querySelector("[data-regressed], .sentinel[hx-get]"));
const regressed = (row) => row.hasAttribute("data-regressed");
const group = "Rows";
bind(["j", "ArrowDown"], { label: "Next row", group, when: onRow, run: () => step(1) });
bind(["k", "ArrowUp"], { label: "Previous row", group, when: onRow, run: () => step(-1) });
bind(["Enter", "o"], { label: "Open row", group, when: withRow, run: () => open(current) });
bind("Escape", { label: "Close details", group, when: isOpen, run: close });
bind("x", { label: "Select row", group, when: withRow, run: tick });
bind("r", { label: "Next regression", group, when: hasRegressed, run: () => step(1, regressed) });
bind("R", { label: "Previous regression", group, when: hasRegressed, run: () => step(-1, regressed) });
document.addEventListener("click", onClick);
if (area()) restore();
