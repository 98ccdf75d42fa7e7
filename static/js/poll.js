// What is under way: asks again each second, less often while nobody looks.
import { announce, whenPresent } from "./content.js";

const SECONDS = { visible: 1, hidden: 10 };

whenPresent("[data-poll]", (element) => {
  let timer = 0;
  const ask = () => {
    if (element.isConnected) element.dispatchEvent(new Event("poll"));
    else stop();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 1000 * SECONDS[document.visibilityState]);
  };
  const stop = () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", wait);
  };
  document.addEventListener("visibilitychange", wait);
  // A failed request leaves the element where it is: it asks again.
  element.addEventListener("htmx:afterRequest", wait);
  wait();
});

whenPresent("[data-announce]", (element) => announce(element.dataset.announce));
