// Links that show the same page otherwise: the row that is open stays open.
function onClick(event) {
  const link = event.target.closest("[data-keep-row] a[href], a[data-keep-row]");
  if (!link) return;
  const url = new URL(link.href);
  const row = new URL(location.href).searchParams.get("row");
  if (row) url.searchParams.set("row", row);
  else url.searchParams.delete("row");
  link.href = url;
}

document.addEventListener("click", onClick, { capture: true });
