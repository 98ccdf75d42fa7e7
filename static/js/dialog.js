// Native dialogs: opened by a button that names them, closed by a button or the backdrop.
function onClick(event) {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) open(opener, event);
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
  // Only the backdrop is the dialog itself; anything inside is another target.
  if (event.target instanceof HTMLDialogElement && isOutside(event)) event.target.close();
}

/** A link that opens a dialog leads to the same as a page, for a new tab or no script. */
function open(opener, event) {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  document.getElementById(opener.dataset.dialogOpen)?.showModal();
}

function isOutside(event) {
  const box = event.target.getBoundingClientRect();
  const besides = event.clientX < box.left || event.clientX > box.right;
  return besides || event.clientY < box.top || event.clientY > box.bottom;
}

document.addEventListener("click", onClick);
