// The one place that listens to htmx: tokens on requests, behaviours on swaps, errors as toasts.
import { announceContent } from "./content.js";
import { toast } from "./toasts.js";

const token = document.querySelector("meta[name=csrf-token]")?.content;

document.addEventListener("htmx:configRequest", (event) => {
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});
document.addEventListener("htmx:afterSettle", (event) => {
  announceContent(event.detail.elt.parentElement || document);
});
document.addEventListener("htmx:beforeSwap", (event) => {
  // Errors that say where they belong (HX-Retarget) are shown there, like any answer.
  const answer = event.detail.xhr;
  if (answer.status >= 400 && answer.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:responseError", (event) => {
  toast(`The server could not do that (${event.detail.xhr.status}).`, "error");
});
document.addEventListener("htmx:sendError", () => {
  toast("The server cannot be reached. Check the connection and try again.", "error");
});
