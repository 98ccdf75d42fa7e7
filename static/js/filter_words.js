// What may come next in a filter, told from the words before the caret.
import { matchScore } from "./palette.js";

const WORD = /'(?:[^']|'')*'?|"(?:[^"]|"")*"?(?:\.[\w$@."-]*)?|[\w$@][\w$@.-]*(?:"[^"]*"?)?|<=|>=|<>|!=|[=<>+\-*/(),]/g;
const COMPARISONS = ["=", "!=", "<", "<=", ">", ">=", "LIKE", "CONTAINS", "IN"];
const TESTS = [...COMPARISONS, "IS NULL", "IS NOT NULL"];
const JOINTS = ["AND", "OR"];
const MOST = 12;

const isName = (word) => /^["\w$@]/.test(word) && !/^[0-9]/.test(word) && !isKeyword(word);
const isKeyword = (word) =>
  ["AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "CONTAINS", "TRUE", "FALSE"].includes(
    word.toUpperCase(),
  );
const isComparison = (word) => COMPARISONS.includes(word?.toUpperCase());

/** Cut the text before the caret into finished words and the one being written. */
function cut(before) {
  const words = [...before.matchAll(WORD)];
  const last = words.at(-1);
  const touches = last && last.index + last[0].length === before.length;
  const isOpen = touches && !/^[=<>!+*/(),-]+$/.test(last[0]) && !/^'.*[^']'$/.test(last[0]);
  const finished = (isOpen ? words.slice(0, -1) : words).map((word) => word[0]);
  return { finished, part: isOpen ? last[0] : "", start: isOpen ? last.index : before.length };
}

/** Return the completions at a caret, and where the text they replace begins. */
export function completions(text, caret, names) {
  const { finished, part, start } = cut(text.slice(0, caret));
  return { start, options: ranked(offers(finished, names), part) };
}

function offers(finished, names) {
  const last = finished.at(-1) ?? "";
  const subject = compared(finished);
  if (subject) {
    const known = names.find((each) => each.text === subject);
    const values = (known?.values ?? []).map((text) => ({ text, note: "value" }));
    return [...values, ...named(names)];
  }
  if (!last || last === "(" || /^(AND|OR|NOT|[+\-*/,])$/i.test(last)) {
    return [...named(names), { text: "NOT", note: "" }];
  }
  if (/^IS$/i.test(last)) return words(["NULL", "NOT NULL"]);
  if (isName(last) && !isComparison(finished.at(-2))) return words(TESTS);
  return words(JOINTS);
}

/** The name on the other side of the comparison that the caret stands in, if any. */
function compared(finished) {
  const last = finished.at(-1);
  if (isComparison(last)) return isName(finished.at(-2) ?? "") ? finished.at(-2) : "";
  const open = finished.lastIndexOf("(");
  const isList = open > 0 && /^IN$/i.test(finished[open - 1]) && !finished.includes(")", open);
  return isList && (last === "(" || last === ",") ? nameBefore(finished, open - 1) : "";
}

function nameBefore(finished, place) {
  const name = finished[place - 1] ?? "";
  return /^NOT$/i.test(name) ? finished[place - 2] : name;
}

const words = (texts) => texts.map((text) => ({ text, note: "" }));
const named = (names) =>
  names.map((each) => ({ text: each.text, note: `${each.kind} · ${each.of}` }));

function ranked(options, part) {
  const letters = part.replace(/^'/, "");
  if (!letters) return options.slice(0, MOST);
  const found = [];
  for (const option of options) {
    const points = matchScore(letters, option.text.replace(/^'/, ""));
    if (points > -1 && option.text !== part) found.push([points, option]);
  }
  found.sort((left, right) => right[0] - left[0]);
  return found.slice(0, MOST).map(([, option]) => option);
}
