// Marking changed rows: keys 1 to 4 on the row under the cursor, or the buttons in its drawer.
import { announce, announceContent, parseHtml } from "./content.js";
import { bind } from "./keys.js";
import { currentRow, nextRow } from "./rows.js";
import { toast } from "./toasts.js";

const GOES_ON = "review-goes-on";
const OPINIONS = [
  ["1", "expected", "Mark expected"],
  ["2", "regression", "Mark as a regression"],
  ["3", "bad_reference", "Mark as a bad reference"],
  ["4", "judge_wrong", "Mark: the judge is wrong"],
  ["0", "", "Take the mark back"],
];

const grid = () => document.querySelector("[data-review-url]");
const box = () => document.querySelector("[data-review-box]");
const rowAt = (position) => document.querySelector(`[data-rows] [data-row="${position}"]`);
const goesOn = () => localStorage.getItem(GOES_ON) === "1";

/** Which row a key is about: the one in the drawer, or else the one under the cursor. */
function target() {
  return box()?.dataset.position ?? currentRow()?.dataset.row;
}

async function mark(opinion) {
  const position = target();
  const form = new FormData(box()?.querySelector("form") || undefined);
  form.set("position", position);
  form.set("opinion", opinion);
  const token = document.querySelector("meta[name=csrf-token]").content;
  const answer = await fetch(grid().dataset.reviewUrl, {
    method: "POST",
    body: form,
    headers: { "HX-Request": "true", "X-CSRFToken": token },
  }).catch(() => null);
  if (!answer) return toast("The server cannot be reached. Nothing was marked.", "error");
  const body = parseHtml(await answer.text()).body;
  const told = body.querySelector("[data-reviewed]");
  if (told) return show(told, position);
  const reason = body.querySelector(".toast-text")?.textContent.trim();
  toast(reason || `The server could not do that (${answer.status}).`, "error");
}

function show(told, position) {
  const row = rowAt(position);
  const marks = row?.querySelector("[data-row-marks]");
  marks?.replaceChildren(...told.querySelector("[data-row-marks]").childNodes);
  for (const count of told.querySelectorAll("[data-chip-count]")) {
    recount(count.dataset.chipCount, count.textContent);
  }
  if (row) keepPlaces(row, told);
  refillBox(told, position);
  announce(told.dataset.said);
  if (goesOn()) nextRow();
}

function recount(name, count) {
  for (const tab of document.querySelectorAll('nav[aria-label="Rows"] .tab')) {
    const only = new URL(tab.href).searchParams.get("only") || "all";
    const place = only === name && tab.querySelector(".tab-count");
    if (place) place.textContent = count;
  }
}

/** The drawer's buttons are drawn anew; the focus stays on the one that was pressed. */
function refillBox(told, position) {
  const old = box();
  if (old?.dataset.position !== position) return;
  const pressed = old.contains(document.activeElement) && document.activeElement.value;
  old.replaceWith(told.querySelector("[data-review-box]"));
  announceContent(document.getElementById("drawer"));
  showGoesOn();
  if (typeof pressed !== "string") return;
  const buttons = [...box().querySelectorAll("button[name=opinion]")];
  (buttons.find((each) => each.value === pressed) || buttons[0])?.focus();
}

/** A row that left the list stays in sight, so what comes behind it moves up by one. */
function keepPlaces(row, told) {
  const left = "left" in told.dataset && !("left" in row.dataset);
  const back = "back" in told.dataset && "left" in row.dataset;
  if (!left && !back) return;
  row.toggleAttribute("data-left", left);
  const distance = left ? -1 : 1;
  let next = row.closest("[data-chunk]").nextElementSibling;
  for (; next; next = next.nextElementSibling) {
    for (const name of ["data-src", "hx-get"]) {
      if (next.hasAttribute(name)) next.setAttribute(name, moved(next.getAttribute(name), distance));
    }
    if (next.hasAttribute("hx-get")) window.htmx?.process(next);
  }
}

function moved(address, distance) {
  const url = new URL(address, location.href);
  url.searchParams.set("after", Math.max(0, Number(url.searchParams.get("after")) + distance));
  return url.pathname + url.search;
}

function showGoesOn() {
  const choice = document.querySelector("[data-review-goes-on]");
  if (choice) choice.checked = goesOn();
}

function onSubmit(event) {
  if (!event.target.matches("[data-review]") || !grid()) return;
  event.preventDefault();
  mark(event.submitter?.value ?? "");
}

function onChange(event) {
  if (event.target.matches("[data-review-goes-on]")) {
    localStorage.setItem(GOES_ON, event.target.checked ? "1" : "0");
  }
}

const canMark = () => Boolean(grid() && target());
for (const [key, opinion, label] of OPINIONS) {
  bind(key, { label, group: "Review", when: canMark, run: () => mark(opinion) });
}
document.addEventListener("submit", onSubmit);
document.addEventListener("change", onChange);
new MutationObserver(showGoesOn).observe(document.getElementById("drawer") || document.body, {
  childList: true,
});
showGoesOn();
