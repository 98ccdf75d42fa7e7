// New content: runs a behaviour on what is in the page now and on what is swapped in later.
const behaviours = [];

/** Call `start` once with every element that matches, now and after each swap. */
export function whenPresent(selector, start) {
  const seen = new WeakSet();
  const look = (root) => {
    for (const element of root.querySelectorAll(selector)) {
      if (seen.has(element)) continue;
      seen.add(element);
      start(element);
    }
  };
  behaviours.push(look);
  look(document);
}

/** Tell every behaviour that something inside `root` is new. */
export function announceContent(root) {
  for (const look of behaviours) look(root);
}

/** Parse HTML that our own server sent; scripts in it never run. */
export function parseHtml(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

/** Say something to screen readers without moving the focus. */
export function announce(text) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = text;
}
