//! `<chat-stream>`: a conversation with a model, as it is written.
//!
//! The form that it holds works without this module, one question at a time. With it, questions go
//! to the same endpoint as those of programs, answers stream in, and the conversation goes on.
//! A screen reader is told whole sentences now and then, not every piece: see `#announce`.

/** How often, and after which wait, it is looked whether an answer has been settled. */
const SETTLING_TRIES = 8;
const SETTLING_MS = 400;
/** Least time between two announcements. */
const ANNOUNCE_EVERY_MS = 1_500;

/**
 * @typedef {{ role: "user" | "assistant", content: string }} Message
 * @typedef {{ prompt_tokens: number, completion_tokens: number }} Usage
 * @typedef {{ choices?: { delta?: { content?: string | null } }[], usage?: Usage | null, error?: { code?: string } }} Chunk
 */

/** Why there is no answer: the name of the message that tells. */
class Refusal extends Error {
  /** @param {string} key */
  constructor(key) {
    super(key);
    this.key = key;
  }
}

/** The message for a status. @param {number} status */
function refusalOf(status) {
  if (status === 401 || status === 403) return "signedOut";
  if (status === 402) return "noTokens";
  return status === 429 ? "tooMany" : "failed";
}

/**
 * The data of a stream of server-sent events, one by one.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @returns {AsyncGenerator<string>}
 */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
      // An event ends with an empty line; a carriage return may come in the next piece.
      const ends = text.replaceAll("\r\n", "\n").split("\n\n");
      text = ends.pop() ?? "";
      for (const event of ends) {
        const lines = event.split("\n").filter((line) => line.startsWith("data:"));
        if (lines.length > 0) yield lines.map((line) => line.slice(5).trimStart()).join("\n");
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

class ChatStream extends HTMLElement {
  /** @type {Message[]} */
  #messages = [];
  /** @type {AbortController | undefined} */
  #asking;
  #announced = 0;
  #announcedAt = 0;

  connectedCallback() {
    const form = this.#part("form", HTMLFormElement);
    const prompt = form.querySelector("textarea");
    if (!prompt) return;
    this.#part("keys", HTMLElement).hidden = false;
    for (const turn of this.querySelectorAll(".turn")) {
      const role = turn.classList.contains("turn-person") ? "user" : "assistant";
      this.#messages.push({ role, content: turn.querySelector(".turn-text")?.textContent ?? "" });
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(form, prompt);
    });
    prompt.addEventListener("keydown", (event) => {
      // Enter also ends the composing of a character, which sends nothing.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#asking?.abort();
    });
    this.#part("stop", HTMLElement).addEventListener("click", () => this.#asking?.abort());
    this.#addClear();
  }

  disconnectedCallback() {
    this.#asking?.abort();
  }

  /**
   * @template {HTMLElement} T
   * @param {string} name
   * @param {new () => T} type
   * @returns {T}
   */
  #part(name, type) {
    const part = this.querySelector(`[data-part="${name}"]`);
    if (part instanceof type) return part;
    throw new Error(`chat-stream has no ${name}`);
  }

  #addClear() {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.dataset["clear"] ?? "";
    button.addEventListener("click", () => {
      this.#asking?.abort();
      this.#messages = [];
      for (const turn of this.querySelectorAll(".turn")) turn.remove();
      const empty = this.querySelector("[data-part=empty]");
      if (empty instanceof HTMLElement) empty.hidden = false;
      this.#part("spent", HTMLElement).textContent = "";
      this.#fail("");
      this.querySelector("textarea")?.focus();
    });
    this.#part("stop", HTMLElement).before(button);
  }

  /** @param {HTMLFormElement} form @param {HTMLTextAreaElement} prompt */
  async #send(form, prompt) {
    const question = prompt.value.trim();
    if (this.#asking || question === "") return;
    this.#fail("");
    if (!navigator.onLine) return this.#fail("offline");
    const asking = (this.#asking = new AbortController());
    const messages = [...this.#messages, { role: /** @type {const} */ ("user"), content: question }];
    const asked = this.#turn(true, question);
    const answer = this.#turn(false, "");
    answer.turn.classList.add("turn-live");
    const [send, stop] = [this.#part("send", HTMLButtonElement), this.#part("stop", HTMLElement)];
    stop.hidden = false;
    // A button that cannot be pressed hears no keys either: the focus goes on to the one that can.
    if (document.activeElement === send) stop.focus();
    send.disabled = true;
    prompt.value = "";
    this.#part("spent", HTMLElement).textContent = "";
    this.#say("waiting");
    this.#announced = 0;
    this.#announcedAt = performance.now();
    const model = form.querySelector("select")?.value ?? "";
    let text = "";
    let said = "done";
    try {
      const usage = await this.#ask(model, messages, asking.signal, (piece) => {
        text += piece;
        this.#write(answer.text, piece);
        this.#announce(text);
      });
      if (usage) this.#spent(form, usage);
      void this.#available();
    } catch (error) {
      if (asking.signal.aborted) {
        said = "stopped";
        if (text !== "") this.#part("spent", HTMLElement).textContent = this.dataset["stopped"] ?? "";
        void this.#available();
      } else {
        const key = error instanceof Refusal ? error.key : navigator.onLine ? "failed" : "offline";
        this.#fail(text === "" ? key : "cut");
        said = "";
      }
    }
    this.#asking = undefined;
    answer.turn.classList.remove("turn-live");
    if (text === "") {
      // Nothing was answered: what was asked goes back to where it can be sent again.
      asked.turn.remove();
      answer.turn.remove();
      if (prompt.value === "") prompt.value = question;
    } else {
      this.#messages = [...messages, { role: "assistant", content: text }];
      this.#announce(text, true);
    }
    send.disabled = false;
    // The button that had the focus goes: the next thing to do is to write.
    if (stop.contains(document.activeElement)) prompt.focus();
    stop.hidden = true;
    if (said !== "") this.#say(said, text.slice(this.#announced));
  }

  /**
   * @param {string} model
   * @param {Message[]} messages
   * @param {AbortSignal} signal
   * @param {(piece: string) => void} write
   * @returns {Promise<Usage | undefined>}
   */
  async #ask(model, messages, signal, write) {
    const response = await fetch(this.dataset["url"] ?? "", {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json", "x-csrf-token": this.dataset["csrf"] ?? "" },
      body: JSON.stringify({ model, messages, stream: true, stream_options: { include_usage: true } }),
      signal,
    });
    if (!response.ok || !response.body) throw new Refusal(refusalOf(response.status));
    /** @type {Usage | undefined} */
    let usage;
    for await (const data of events(response.body)) {
      if (data === "[DONE]") return usage;
      /** @type {Chunk} */
      const chunk = JSON.parse(data);
      if (chunk.error) throw new Refusal("failed");
      const piece = chunk.choices?.[0]?.delta?.content;
      if (piece) write(piece);
      if (chunk.usage) usage = chunk.usage;
    }
    // A stream that ends without saying so was cut.
    throw new Refusal("failed");
  }

  /** @param {boolean} isPerson @param {string} content */
  #turn(isPerson, content) {
    const talk = this.#part("talk", HTMLElement);
    const empty = this.querySelector("[data-part=empty]");
    if (empty instanceof HTMLElement) empty.hidden = true;
    const turn = document.createElement("article");
    turn.className = isPerson ? "turn turn-person" : "turn";
    const who = document.createElement("h2");
    who.className = "turn-who";
    who.textContent = (isPerson ? this.dataset["you"] : this.dataset["model"]) ?? "";
    const text = document.createElement("div");
    text.className = "turn-text";
    text.append(document.createTextNode(content));
    turn.append(who, text);
    talk.append(turn);
    talk.scrollTop = talk.scrollHeight;
    return { turn, text };
  }

  /** @param {HTMLElement} text @param {string} piece */
  #write(text, piece) {
    const talk = this.#part("talk", HTMLElement);
    // Who has scrolled up to read is left there.
    const isAtEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 48;
    const node = text.firstChild;
    if (node instanceof Text) node.appendData(piece);
    if (isAtEnd) talk.scrollTop = talk.scrollHeight;
  }

  /** Tells what is new, up to the end of a sentence. @param {string} text @param {boolean} [isWhole] */
  #announce(text, isWhole = false) {
    const now = performance.now();
    if (isWhole || now - this.#announcedAt < ANNOUNCE_EVERY_MS) return;
    const fresh = text.slice(this.#announced);
    const end = Math.max(...[".", "!", "?", "\n"].map((mark) => fresh.lastIndexOf(mark)));
    if (end < 0) return;
    this.#part("say", HTMLElement).textContent = fresh.slice(0, end + 1);
    this.#announced += end + 1;
    this.#announcedAt = now;
  }

  /** @param {string} key @param {string} [before] */
  #say(key, before = "") {
    this.#part("say", HTMLElement).textContent = `${before} ${this.dataset[key] ?? ""}`.trim();
  }

  /** Shows why something did not work; nothing hides it. @param {string} key */
  #fail(key) {
    const error = this.#part("error", HTMLElement);
    error.hidden = key === "";
    error.textContent = key === "" ? "" : this.dataset[key] ?? "";
    if (key !== "") this.#part("say", HTMLElement).textContent = "";
  }

  /** Tells what is left, once the answer has been settled. */
  async #available() {
    for (let attempt = 0; attempt < SETTLING_TRIES; attempt += 1) {
      const response = await fetch("/me/balance").catch(() => undefined);
      if (!response?.ok) return;
      const wallet = (await response.json()).balances?.[0];
      if (wallet?.held === 0) {
        const count = new Intl.NumberFormat(document.documentElement.lang).format(wallet.available);
        const text = (this.dataset["available"] ?? "").replace("{count}", count);
        this.#part("available", HTMLElement).textContent = text;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
    }
  }

  /** @param {HTMLFormElement} form @param {Usage} usage */
  #spent(form, usage) {
    const { lang } = document.documentElement;
    const number = new Intl.NumberFormat(lang);
    let text = (this.dataset["spent"] ?? "")
      .replace("{input}", number.format(usage.prompt_tokens))
      .replace("{output}", number.format(usage.completion_tokens));
    const model = form.querySelector("select")?.selectedOptions[0]?.dataset;
    const [input, output] = [model?.["inputNanousd"], model?.["outputNanousd"]];
    if (input !== undefined && output !== undefined) {
      const usd = (usage.prompt_tokens * Number(input) + usage.completion_tokens * Number(output)) / 1e9;
      const digits = usd >= 1 ? 2 : usd >= 0.01 ? 4 : 6;
      const price = new Intl.NumberFormat(lang, { style: "currency", currency: "USD", minimumFractionDigits: digits, maximumFractionDigits: digits });
      text += ` · ${(this.dataset["cost"] ?? "").replace("{amount}", price.format(usd))}`;
    }
    this.#part("spent", HTMLElement).textContent = text;
  }
}

customElements.define("chat-stream", ChatStream);
