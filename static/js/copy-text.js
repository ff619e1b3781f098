//! `<copy-text>`: puts a button beside a text that people carry elsewhere.

class CopyText extends HTMLElement {
  connectedCallback() {
    const text = this.querySelector("code");
    if (!text || this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = this.dataset["copy"] ?? "";
    const said = document.createElement("span");
    said.className = "hidden";
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      let result = this.dataset["copied"] ?? "";
      try {
        await navigator.clipboard.writeText(text.textContent ?? "");
      } catch {
        // Selected, it is one key away from being copied.
        getSelection()?.selectAllChildren(text);
        result = this.dataset["failed"] ?? "";
      }
      button.textContent = said.textContent = result;
      setTimeout(() => {
        button.textContent = this.dataset["copy"] ?? "";
        said.textContent = "";
      }, 4_000);
    });
    this.append(button, said);
  }
}

customElements.define("copy-text", CopyText);
