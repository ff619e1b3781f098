//! The few lines of JavaScript between the runtime's objects and this crate.
//!
//! Every call from WebAssembly into JavaScript costs about as much as a small allocation, and
//! every string that crosses is transcoded, one unit after the other. So what belongs together
//! crosses together, and as bytes: the head of a request is one array, the head of a response is
//! another.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(inline_js = r#"
const encoder = new TextEncoder();
// A head is copied out of here at once. It is there so that none needs a buffer of its own.
const scratch = new Uint8Array(16 * 1024);

function encoded(head) {
  // A unit of UTF-16 takes at most three bytes.
  if (head.length * 3 > scratch.length) return encoder.encode(head);
  return scratch.subarray(0, encoder.encodeInto(head, scratch).written);
}

// By hand: a loop over pairs takes twice as long.
function linesOf(headers) {
  let lines = "";
  const entries = headers.entries();
  for (let entry = entries.next(); !entry.done; entry = entries.next()) {
    lines += "\n" + entry.value[0] + "\n" + entry.value[1];
  }
  return lines;
}

// Method and URL, then names and values of the headers, a line each. Header values hold no line
// feeds, by RFC 9110 §5.5.
export function requestHead(request) {
  const head = request.method + "\n" + request.url;
  return encoded(head + linesOf(request.headers));
}

export function responseHead(response) {
  const head = String(response.status);
  return encoded(head + linesOf(response.headers));
}

export function bodyOf(message) {
  return message.body;
}

// An object is what the runtime reads fastest, but it cannot hold a name twice.
function headersOf(head) {
  const headers = {};
  if (head === "") return headers;
  const lines = head.split("\n");
  for (let i = 0; i < lines.length; i += 2) {
    if (lines[i] in headers) return pairsOf(lines);
    headers[lines[i]] = lines[i + 1];
  }
  return headers;
}

function pairsOf(lines) {
  const pairs = [];
  for (let i = 0; i < lines.length; i += 2) pairs.push([lines[i], lines[i + 1]]);
  return pairs;
}

export function makeResponse(status, head, body) {
  return new Response(body, { status, headers: headersOf(head) });
}

export function sendRequest(method, url, head, body, signal) {
  const init = { method, headers: headersOf(head), redirect: "manual", signal };
  if (body !== null) init.body = body;
  return fetch(url, init);
}

export async function bodyBytes(message) {
  return new Uint8Array(await message.arrayBuffer());
}

export function callShard(stub, statements) {
  return stub.run(statements);
}

// A namespace's stub, placed by a hint or bound to a jurisdiction where one is asked for.
export function shardStub(namespace, name, locationHint, jurisdiction) {
  const place = jurisdiction === "" ? namespace : namespace.jurisdiction(jurisdiction);
  return place.get(place.idFromName(name), locationHint === "" ? undefined : { locationHint });
}

export function startTimer(ms) {
  const timer = {};
  timer.rung = new Promise((resolve) => { timer.id = setTimeout(resolve, ms); });
  return timer;
}

export function stopTimer(timer) {
  clearTimeout(timer.id);
}

// Keys that were imported, by their JSON.
const keys = new Map();

// EdDSA is quicker in WebAssembly.
const rules = {
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
};

export async function checkSignature(algorithm, jwk, message, signature) {
  const rule = rules[algorithm];
  if (rule === undefined) return undefined;
  let key = keys.get(jwk);
  if (key === undefined) {
    key = await crypto.subtle.importKey("jwk", JSON.parse(jwk), rule, false, ["verify"]);
    if (keys.size >= 256) keys.clear();
    keys.set(jwk, key);
  }
  return crypto.subtle.verify(rule, key, signature, message);
}

export function randomBytes(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}
"#)]
extern "C" {
    #[wasm_bindgen(js_name = requestHead)]
    pub fn request_head(request: &JsValue) -> Vec<u8>;
    #[wasm_bindgen(js_name = responseHead)]
    pub fn response_head(response: &JsValue) -> Vec<u8>;
    #[wasm_bindgen(js_name = bodyOf)]
    pub fn body_of(message: &JsValue) -> Option<JsValue>;
    #[wasm_bindgen(js_name = makeResponse, catch)]
    pub fn make_response(status: u16, head: &str, body: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = sendRequest, catch)]
    pub async fn send_request(
        method: &str,
        url: &str,
        head: &str,
        body: &JsValue,
        signal: &JsValue,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = bodyBytes, catch)]
    pub async fn body_bytes(message: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = callShard, catch)]
    pub async fn call_shard(stub: &JsValue, statements: Uint8Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = shardStub, catch)]
    pub fn shard_stub(
        namespace: &JsValue,
        name: &str,
        location_hint: &str,
        jurisdiction: &str,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = startTimer)]
    pub fn start_timer(ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = stopTimer)]
    pub fn stop_timer(timer: &JsValue);
    #[wasm_bindgen(js_name = checkSignature, catch)]
    pub async fn check_signature(
        algorithm: &str,
        jwk: &str,
        message: Uint8Array,
        signature: Uint8Array,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = randomBytes)]
    pub fn random_bytes(length: u32) -> Vec<u8>;
}

/// What a JavaScript error says.
pub fn message(error: &JsValue) -> String {
    let text = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    text.or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}"))
}

/// A property of a JavaScript object, unless it is missing.
pub fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = js_sys::Reflect::get(object, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
