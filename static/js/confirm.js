// Asking first: a button with data-confirm acts only after a yes, or after a name is typed.
const dialog = document.getElementById("confirm");
let waiting = null;
let allowed = null;

function ask(button) {
  const { confirm, confirmAction, confirmType } = button.dataset;
  const typed = dialog.querySelector("input");
  waiting = button;
  dialog.querySelector("[data-confirm-text]").textContent = confirm;
  dialog.querySelector("[data-confirm-yes]").textContent = confirmAction || "Continue";
  dialog.querySelector("[data-confirm-name]").textContent = confirmType || "";
  dialog.querySelector("[data-confirm-typing]").hidden = !confirmType;
  typed.value = "";
  check();
  dialog.showModal();
}

function check() {
  const name = waiting.dataset.confirmType;
  const typed = dialog.querySelector("input").value;
  dialog.querySelector("[data-confirm-yes]").disabled = Boolean(name) && typed !== name;
}

function proceed() {
  dialog.close();
  allowed = waiting;
  allowed.click();
  allowed = null;
}

if (dialog) {
  // In the capture phase, so that neither forms nor htmx see the first click.
  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest("[data-confirm]");
      if (!button || button === allowed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(button);
    },
    true,
  );
  dialog.addEventListener("input", check);
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    proceed();
  });
}
