// Uploads: drop a file on the zone, watch it go, then follow where the server leads.
import { announceContent, parseHtml, whenPresent } from "./content.js";
import { toast } from "./toasts.js";

const MEGABYTE = 1024 * 1024;

function describe(files) {
  const size = [...files].reduce((total, file) => total + file.size, 0);
  const names = [...files].map((file) => file.name).join(", ");
  return `${names} · ${(size / MEGABYTE).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
}

function refresh(zone, form) {
  const { files } = zone.querySelector("input[type=file]");
  const line = zone.querySelector("[data-upload-file]");
  zone.classList.toggle("has-file", files.length > 0);
  line.hidden = files.length === 0;
  line.textContent = files.length ? describe(files) : "";
  const limit = Number(form.dataset.uploadLimit || Infinity);
  if ([...files].every((file) => file.size <= limit)) return;
  toast(`The file is larger than ${Math.round(limit / MEGABYTE)} MB.`, "error");
  zone.querySelector("input[type=file]").value = "";
  refresh(zone, form);
}

function drop(event, zone, form) {
  event.preventDefault();
  zone.classList.remove("is-over");
  const input = zone.querySelector("input[type=file]");
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  refresh(zone, form);
}

function send(form, submitter) {
  const zone = form.querySelector("[data-upload-zone]");
  const progress = zone.querySelector("progress");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) progress.value = event.loaded / event.total;
  });
  request.addEventListener("load", () => finish(form, request));
  request.addEventListener("error", () => {
    setBusy(form, false);
    toast("The upload broke off. Check the connection and try again.", "error");
  });
  setBusy(form, true);
  request.send(new FormData(form, submitter));
}

function setBusy(form, isBusy) {
  const zone = form.querySelector("[data-upload-zone]");
  zone.classList.toggle("is-busy", isBusy);
  zone.querySelector("progress").hidden = !isBusy;
  for (const button of form.querySelectorAll("button")) button.disabled = isBusy;
}

function finish(form, request) {
  const wasLedElsewhere = new URL(request.responseURL).pathname !== new URL(form.action).pathname;
  if (request.status < 400 && wasLedElsewhere) return location.assign(request.responseURL);
  const fresh = parseHtml(request.responseText).querySelector("[data-upload]");
  setBusy(form, false);
  if (!fresh) return toast(`The file was not accepted (${request.status}).`, "error");
  const place = form.parentElement;
  form.replaceWith(fresh);
  announceContent(place);
}

function start(form) {
  const zone = form.querySelector("[data-upload-zone]");
  zone.addEventListener("change", () => refresh(zone, form));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => drop(event, zone, form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter);
  });
}

whenPresent("[data-upload]", start);
