//! `<live-meter>`: keeps the balance fresh while somebody can see it.
//!
//! It asks again after `data-every-ms`, not while the page is hidden or the network is gone, and
//! ever less often while there is no answer. Signed out, it stops.

const INTERVAL_MAX_MS = 60_000;

/** @typedef {{ asset: string, posted: number, held: number, available: number }} Balance */

class LiveMeter extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {AbortController | undefined} */
  #asking;
  #failures = 0;
  #ended = false;

  connectedCallback() {
    document.addEventListener("visibilitychange", this.#again);
    addEventListener("online", this.#again);
    addEventListener("offline", this.#again);
    // The page comes with fresh numbers: the first question is asked later.
    this.#wait();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.#again);
    removeEventListener("online", this.#again);
    removeEventListener("offline", this.#again);
    this.#rest();
  }

  #rest() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = undefined;
  }

  #again = () => {
    this.#rest();
    if (!navigator.onLine) this.#stale(true);
    if (!this.#ended && !document.hidden && navigator.onLine) this.#ask();
  };

  #wait() {
    const every = Number(this.dataset["everyMs"]) || 5_000;
    const delay = Math.min(every * 2 ** this.#failures, INTERVAL_MAX_MS);
    this.#timer = setTimeout(this.#again, delay);
  }

  async #ask() {
    const asking = (this.#asking = new AbortController());
    try {
      const response = await fetch(this.dataset["url"] ?? "", {
        headers: { accept: "application/json" },
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.any([asking.signal, AbortSignal.timeout(10_000)]),
      });
      if (response.status === 401 || response.status === 403) {
        this.#ended = true;
        throw new Error("signed out");
      }
      if (!response.ok) throw new Error(`status ${response.status}`);
      /** @type {{ balances: Balance[] }} */
      const { balances } = await response.json();
      const tokens = balances.find((balance) => balance.asset === "tokens");
      if (tokens) this.#show(tokens);
      this.#failures = 0;
      this.#stale(false);
    } catch {
      if (asking.signal.aborted) return;
      this.#failures = Math.min(this.#failures + 1, 6);
      this.#stale(this.#ended || this.#failures > 1);
    }
    if (!this.#ended) this.#wait();
  }

  /** @param {Balance} balance */
  #show(balance) {
    const number = new Intl.NumberFormat(document.documentElement.lang);
    for (const part of this.querySelectorAll("data")) {
      const value = part.dataset["part"] === "held" ? balance.held : balance.available;
      if (part.value === String(value)) continue;
      part.value = String(value);
      part.textContent = number.format(value);
    }
    const meter = this.querySelector("progress");
    if (meter) {
      meter.max = Math.max(balance.posted, 1);
      meter.value = balance.available;
    }
  }

  /** @param {boolean} isStale */
  #stale(isStale) {
    const part = this.querySelector("[data-part=stale]");
    const text = isStale ? this.dataset["stale"] ?? "" : "";
    if (part && part.textContent !== text) part.textContent = text;
  }
}

customElements.define("live-meter", LiveMeter);
