// Finds the weights of `src/estimate/family.rs` and prints them as Rust.
//
//   npm install && node fit.mjs
//
// Least squares of the relative error over `texts` and over pieces of about 160 characters of them,
// held above small floors so that nothing is free, and drawn weakly towards a guess where the
// corpus says little. After each round, what is still far off weighs more, since the worst text
// matters and not the mean. `held-out` is only reported on.
import { families, textsOf } from "./measure.mjs";

// Each feature: the guess, and the floor.
const FEATURES = {
  latin_words: [0.6, 0.1], latin_lower: [0.1, 0.05], latin_upper: [0.3, 0.1],
  latin_accented: [0.4, 0.2], digits: [0.4, 0.33], gaps: [0.6, 0.3], lines: [0.8, 0.2],
  marks: [0.8, 0.3], more_marks: [0.4, 0.1], typography: [1, 0.3],
  cyrillic_words: [0.5, 0], cyrillic: [0.25, 0], arabic_words: [0.4, 0], arabic: [0.3, 0],
  han: [0.9, 0], hiragana: [0.8, 0], katakana: [0.8, 0], hangul: [1, 0], wide_marks: [1, 0],
  indic: [1, 0], others: [2, 0],
};
const NAMES = Object.keys(FEATURES);
const ROUNDS = 6;
const SWEEPS = 4000;
const PIECE_LEN = 160;

// As in `src/estimate/text.rs`: what a character is, and what it counts as behind another.
const CLASSES = [
  ["lower", /[a-z]/], ["upper", /[A-Z]/], ["digit", /[0-9]/], ["line", /[\n\r]/],
  ["blank", /[ \t]/], ["mark", /[\0-\x7f]/],
  ["typography", /[\x80-\xbf\xd7\xf7\u2000-\u206f]/u],
  ["accented", /[\xc0-\u024f\u1e00-\u1eff]/u], ["cyrillic", /[\u0370-\u052f]/u],
  ["arabic", /[\u0590-\u077f]/u], ["indic", /[\u0900-\u10ff]/u],
  ["wide_marks", /[\u3000-\u303f\uff00-\uffef]/u], ["hiragana", /[\u3040-\u309f]/u],
  ["katakana", /[\u30a0-\u30ff]/u], ["hangul", /[\u1100-\u11ff\uac00-\ud7af]/u],
  ["han", /[\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{323af}]/u], ["others", /./su],
];
const LATIN = ["lower", "upper", "accented"];

function featuresOf(text) {
  const counts = Object.fromEntries(NAMES.map((name) => [name, 0]));
  let last = "";
  for (const character of text) {
    let kind = CLASSES.find(([, is]) => is.test(character))[0];
    if (LATIN.includes(kind)) {
      counts[`latin_${kind}`] += 1;
      if (!LATIN.includes(last)) counts.latin_words += 1;
    } else if (kind === "digit") counts.digits += 1;
    else if (kind === "blank") {
      if (last === "blank" || last === "line") counts.gaps += 1;
      if (["blank", "line", "gap"].includes(last)) kind = "gap";
    } else if (kind === "line") counts.lines += last === "line" ? 0 : 1;
    else if (kind === "mark") counts[last === "mark" ? "more_marks" : "marks"] += 1;
    else {
      counts[kind] += 1;
      if (`${kind}_words` in counts && last !== kind) counts[`${kind}_words`] += 1;
    }
    last = kind;
  }
  return NAMES.map((name) => counts[name]);
}

function piecesOf(text) {
  const pieces = [""];
  for (const line of text.split(/(?<=\n)/)) {
    if (pieces.at(-1).length >= PIECE_LEN) pieces.push("");
    pieces[pieces.length - 1] += line;
  }
  return pieces;
}

const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);

// Coordinate descent over the normal equations.
function solve(rows) {
  const size = NAMES.length;
  const matrix = NAMES.map(() => new Array(size).fill(0));
  const right = new Array(size).fill(0);
  NAMES.forEach((name, i) => {
    const [guess] = FEATURES[name];
    const pull = 0.05 / (guess + 0.2) ** 2;
    matrix[i][i] = pull;
    right[i] = pull * guess;
  });
  for (const { features, tokens, weight } of rows) {
    for (let i = 0; i < size; i++) {
      right[i] += weight ** 2 * features[i] * tokens;
      for (let j = 0; j < size; j++) matrix[i][j] += weight ** 2 * features[i] * features[j];
    }
  }
  const found = NAMES.map((name) => FEATURES[name][0]);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    NAMES.forEach((name, i) => {
      const rest = right[i] - dot(matrix[i], found) + matrix[i][i] * found[i];
      found[i] = Math.max(FEATURES[name][1], rest / matrix[i][i]);
    });
  }
  return found;
}

function fit(count) {
  const rows = textsOf("texts").flatMap(([, text]) => {
    const row = (part, weight, isText) => {
      const tokens = count(part);
      return { features: featuresOf(part), tokens, weight: weight / tokens, isText };
    };
    const pieces = piecesOf(text).filter((piece) => count(piece) > 5);
    return [row(text, 3 * Math.sqrt(20), true), ...pieces.map((piece) => row(piece, 1, false))];
  });
  let found;
  for (let round = 0; round < ROUNDS; round++) {
    found = solve(rows);
    for (const row of rows.filter(({ isText }) => isText)) {
      const error = Math.abs(dot(row.features, found) / row.tokens - 1);
      row.weight *= 0.7 + 4 * error;
    }
  }
  return found.map((weight) => Math.round(weight * 1000));
}

const report = (folder, weights, count) => {
  const errors = textsOf(folder).map(([name, text]) => {
    const estimate = Math.ceil(dot(featuresOf(text), weights) / 1000);
    return [name, (100 * estimate) / count(text) - 100];
  });
  errors.sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  return errors.slice(0, 3).map(([name, error]) => `${name} ${error.toFixed(1)} %`).join(", ");
};

const table = Object.entries(families).map(([family, count]) => {
  const weights = fit(count);
  for (const folder of ["texts", "held-out"]) {
    console.log(`// ${family}: ${report(folder, weights, count)}`);
  }
  return [family, weights];
});
const mean = NAMES.map((_, i) => Math.round(dot(table.map(([, w]) => w[i]), table.map(() => 1)) / table.length));
for (const [family, weights] of [...table, ["generic", mean]]) {
  console.log(`const ${family.toUpperCase().replace("-", "_")}: Features = Features {`);
  NAMES.forEach((name, i) => console.log(`    ${name}: ${weights[i].toLocaleString("en").replace(",", "_")},`));
  console.log("};\n");
}
