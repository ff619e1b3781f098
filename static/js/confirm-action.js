//! `<confirm-action>`: asks before a form is sent that cannot be taken back.
//!
//! It holds the form's button. The question is in `data-title` and `data-text`, on the element or
//! above it; the dialog that asks it stands once on every page. Without this module the form is
//! sent at once.

/** @param {Element} element @param {string} name */
function words(element, name) {
  const holder = element.closest(`[data-${name}]`);
  return holder?.getAttribute(`data-${name}`) ?? "";
}

class ConfirmAction extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#ask);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#ask);
  }

  /** @param {MouseEvent} event */
  #ask = (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const form = button?.form;
    const dialog = document.getElementById("confirm");
    if (!button || !form || !(dialog instanceof HTMLDialogElement) || !form.reportValidity()) return;
    const [title, text, yes] = ["h2", "p", "[value=confirm]"].map((part) => dialog.querySelector(part));
    if (!title || !text || !yes) return;
    event.preventDefault();
    title.textContent = words(this, "title");
    text.textContent = words(this, "text");
    yes.textContent = button.textContent;
    yes.className = this.dataset["tone"] === "calm" ? "primary" : "danger";
    dialog.returnValue = "cancel";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "confirm") form.requestSubmit(button);
    }, { once: true });
    dialog.showModal();
  };
}

// The dialog's own answer is sent with `requestSubmit`, which clicks nothing, so it is not asked of
// again.
customElements.define("confirm-action", ConfirmAction);
