// JSON as a tree that folds: built from the text of the element, which stays if it is not JSON.
import { whenPresent } from "./content.js";

const OPEN_DEPTH = 2;
const MOST_CHILDREN = 500;

function piece(kind, text) {
  const drawn = document.createElement("span");
  drawn.className = `json-${kind}`;
  drawn.textContent = text;
  return drawn;
}

function drawLeaf(name, value) {
  const line = document.createElement("div");
  line.className = "json-leaf";
  const kinds = { string: "string", number: "number" };
  const kind = kinds[typeof value] || "word";
  line.append(...name, piece(kind, JSON.stringify(value)));
  return line;
}

function drawBranch(name, value, depth) {
  const branch = document.createElement("details");
  branch.className = "json-branch";
  branch.open = depth < OPEN_DEPTH;
  const members = Object.entries(value);
  const brackets = Array.isArray(value) ? "[ ]" : "{ }";
  const summary = document.createElement("summary");
  summary.append(...name, piece("count", `${brackets} ${members.length}`));
  const children = document.createElement("div");
  children.className = "json-children";
  const shown = members.slice(0, MOST_CHILDREN);
  children.append(...shown.map(([key, child]) => draw(key, child, depth + 1)));
  if (members.length > MOST_CHILDREN) {
    children.append(piece("count", `… ${members.length - MOST_CHILDREN} more`));
  }
  branch.append(summary, children);
  return branch;
}

function draw(key, value, depth) {
  const name = key === null ? [] : [piece("key", key), ": "];
  const isBranch = typeof value === "object" && value !== null;
  return isBranch ? drawBranch(name, value, depth) : drawLeaf(name, value);
}

/** A number that a double cannot hold would be shown wrong: such text stays as it is. */
function isExact(text) {
  return !/\d{16,}/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ""));
}

whenPresent("[data-json]", (element) => {
  const text = element.textContent;
  if (!isExact(text)) return;
  try {
    element.replaceChildren(draw(null, JSON.parse(text), 0));
  } catch {
    element.textContent = text;
  }
});
