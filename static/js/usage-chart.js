//! `<usage-chart>`: makes the drawn chart one to explore, on uPlot.
//!
//! The chart that the edge drew and its table are whole by themselves. uPlot is larger than all
//! other scripts of a page together, so it is fetched when somebody asks for it.

/**
 * @typedef {{ setSize(size: { width: number, height: number }): void, destroy(): void }} Plot
 * @typedef {new (options: object, data: number[][], target: HTMLElement) => Plot} PlotClass
 */

const HEIGHT = 280;

class UsageChart extends HTMLElement {
  /** @type {Plot | undefined} */
  #plot;
  /** @type {ResizeObserver | undefined} */
  #resizes;
  /** @type {MediaQueryList} */
  #scheme = matchMedia("(prefers-color-scheme: dark)");

  connectedCallback() {
    const figure = this.querySelector("figure");
    if (!figure || this.querySelector(".chart-tools")) return;
    const tools = document.createElement("p");
    tools.className = "chart-tools";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = this.dataset["explore"] ?? "";
    button.addEventListener("click", () => this.#explore(figure, tools, button));
    tools.append(button);
    figure.before(tools);
  }

  disconnectedCallback() {
    this.#resizes?.disconnect();
    this.#scheme.removeEventListener("change", this.#draw);
    this.#plot?.destroy();
  }

  /** @param {HTMLElement} figure @param {HTMLElement} tools @param {HTMLButtonElement} button */
  async #explore(figure, tools, button) {
    button.disabled = true;
    try {
      const url = new URL(this.dataset["plot"] ?? "", document.baseURI).href;
      const [{ default: Plot }] = await Promise.all([import(url), this.#style()]);
      const frame = document.createElement("div");
      figure.querySelector(".chart-frame")?.replaceWith(frame);
      frame.tabIndex = -1;
      figure.querySelector(".chart-ends")?.remove();
      // The caption tells of one bar a day; now there are two lines with their own legend.
      figure.querySelector("figcaption")?.remove();
      // The button had the focus, and goes.
      frame.focus({ preventScroll: true });
      tools.remove();
      this.#start(Plot, frame);
    } catch (error) {
      console.warn("usage-chart", error);
      tools.setAttribute("role", "status");
      tools.textContent = this.dataset["failed"] ?? "";
    }
  }

  /** @returns {Promise<void>} */
  #style() {
    return new Promise((resolve, reject) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = this.dataset["plotCss"] ?? "";
      link.onload = () => resolve();
      link.onerror = () => reject(new Error(link.href));
      document.head.append(link);
    });
  }

  /** The table is the data: days, input, output. */
  #read() {
    /** @type {[number[], number[], number[]]} */
    const data = [[], [], []];
    for (const row of this.querySelectorAll("tbody tr")) {
      const time = row.querySelector("time");
      const [input, output] = [...row.querySelectorAll("[data-value]")].map((cell) =>
        Number(cell.getAttribute("data-value")),
      );
      data[0].push(Date.parse(time?.dateTime ?? "") / 1_000);
      data[1].push(input ?? 0);
      data[2].push(output ?? 0);
    }
    return data;
  }

  /** @type {() => void} */
  #draw = () => {};

  /** @param {PlotClass} Plot @param {HTMLElement} frame */
  #start(Plot, frame) {
    const { lang } = document.documentElement;
    const number = new Intl.NumberFormat(lang, { notation: "compact" });
    const whole = new Intl.NumberFormat(lang);
    const day = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", timeZone: "UTC" });
    const data = this.#read();
    this.#draw = () => {
      // Canvas knows no custom properties: colours are read off what is on the page.
      const style = getComputedStyle(this);
      const accent = getComputedStyle(this.querySelector("summary") ?? this).color;
      const axis = { stroke: style.color, grid: { stroke: style.color, width: 0.15 }, ticks: { show: false } };
      this.#plot?.destroy();
      this.#plot = new Plot(
        {
          width: frame.clientWidth,
          height: HEIGHT,
          scales: { y: { range: (/** @type {object} */ _, /** @type {number} */ _min, /** @type {number} */ max) => [0, max || 1] } },
          axes: [
            { ...axis, values: (/** @type {object} */ _, /** @type {number[]} */ at) => at.map((s) => day.format(s * 1_000)) },
            { ...axis, values: (/** @type {object} */ _, /** @type {number[]} */ at) => at.map((n) => number.format(n)), size: 60 },
          ],
          series: [
            { label: this.dataset["day"], value: (/** @type {object} */ _, /** @type {number | null} */ s) => (s === null ? "–" : day.format(s * 1_000)) },
            { label: this.dataset["input"], stroke: accent, width: 2, value: (/** @type {object} */ _, /** @type {number | null} */ n) => (n === null ? "–" : whole.format(n)) },
            { label: this.dataset["output"], stroke: style.color, width: 2, dash: [6, 4], value: (/** @type {object} */ _, /** @type {number | null} */ n) => (n === null ? "–" : whole.format(n)) },
          ],
        },
        data,
        frame,
      );
    };
    this.#draw();
    this.#scheme.addEventListener("change", this.#draw);
    this.#resizes = new ResizeObserver(() => this.#plot?.setSize({ width: frame.clientWidth, height: HEIGHT }));
    this.#resizes.observe(frame);
  }
}

customElements.define("usage-chart", UsageChart);
