// Copy buttons: the text of the attribute, or of the element it points to.
import { announce } from "./content.js";
import { toast } from "./toasts.js";

const SHOWN_MS = 1600;

async function copy(button) {
  const source = document.querySelector(button.dataset.copyFrom || null);
  const text = source ? source.textContent : button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Browsers refuse the clipboard on plain http; the text is selected to be copied by hand.
    if (source) getSelection().selectAllChildren(source);
    toast("Copying is not allowed here: press Ctrl C or ⌘ C.", "error");
    return;
  }
  confirm(button);
}

function confirm(button) {
  const label = button.querySelector("[data-copy-label]");
  button.dataset.copied = "";
  const before = label?.textContent;
  if (label) label.textContent = "Copied";
  announce("Copied");
  setTimeout(() => {
    delete button.dataset.copied;
    if (label) label.textContent = before;
  }, SHOWN_MS);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (button && !("copied" in button.dataset)) copy(button);
});
