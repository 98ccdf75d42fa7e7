// Links to a text that is copied rather than opened; a modified click still opens it.
import { announce } from "./content.js";
import { toast } from "./toasts.js";

async function fetchText(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`The text could not be loaded (${answer.status}).`);
  return new Blob([await answer.text()], { type: "text/plain" });
}

async function copy(link) {
  // The promise goes in at once: browsers allow copying only right after the click.
  const text = fetchText(link.href);
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
  } catch {
    location.assign(link.href);
    return;
  }
  announce("Copied");
  toast("Markdown is copied.", "good");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-copy-url]");
  const opens = event.ctrlKey || event.metaKey || event.shiftKey || event.button;
  if (!link || opens) return;
  event.preventDefault();
  copy(link);
});
