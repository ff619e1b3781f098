// Writes money.json: what ICU makes of amounts and rates, for the formatter to be held to.
//   node components/pricing/vectors/money.mjs > components/pricing/vectors/money.json
// The digits behind the point are ISO 4217's, as the formatter's are; all else is ICU's.
const locales = ["en-US", "en-GB", "fr-FR", "de-DE"];
// Decimals by ISO 4217 where they are not two.
const decimals = Object.fromEntries([
  ..."BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" ").map((code) => [code, 0]),
  ..."BHD IQD JOD KWD LYD OMR TND".split(" ").map((code) => [code, 3]),
]);
// Withdrawn, or none that people pay in; `kernel::Currency` refuses them.
const refused = new Set("ANG BGN CUC HRK SLL VES XDR XSU ZWL".split(" "));
const currencies = Intl.supportedValuesOf("currency")
  .filter((code) => !refused.has(code))
  .map((code) => [code, decimals[code] ?? 2]);
const often = new Set(
  ("USD EUR GBP CHF CAD JPY INR BRL AUD NOK SEK DKK PLN CZK HUF RON ISK UGX KRW CNY MXN TWD BHD KWD TND XOF MGA")
    .split(" "),
);
const few = [123456];
const many = [0, 1, -1, 99, 100, -100, 99999, 123456, -123456, 100000000, 123456789012, 9007199254740991];

const decimal = (minor, digits) => {
  const text = String(Math.abs(minor)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return `${minor < 0 ? "-" : ""}${whole}${digits ? "." : ""}${text.slice(text.length - digits)}`;
};
const money = (locale, currency, digits, minor) =>
  new Intl.NumberFormat(locale, {
    style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(decimal(minor, digits));
const rate = (locale, ppm) =>
  new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 4 }).format(ppm / 1e6);

// Spaces that do not look like what they are stand as escapes.
const line = (value) =>
  JSON.stringify(value).replace(/[\u00a0\u202f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
const rows = currencies.map(([code, digits]) => {
  const amounts = often.has(code) ? many : few;
  const written = amounts.map((minor) => line([minor, locales.map((l) => money(l, code, digits, minor))]));
  return `    "${code}": [\n      ${written.join(",\n      ")}\n    ]`;
});
const rates = [0, 50000, 99750, 149750, 200000, 255000, 1000].map((ppm) => line([ppm, locales.map((l) => rate(l, ppm))]));
const { node, icu, cldr } = process.versions;
console.log(`{
  "made": "by money.mjs with Node ${node}, ICU ${icu}, CLDR ${cldr}; each row is minor units, then ${locales.join(", ")}",
  "money": {
${rows.join(",\n")}
  },
  "rates": [
    ${rates.join(",\n    ")}
  ]
}`);
