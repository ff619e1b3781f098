//! Names of tool calls that carry what a provider wants back with the call.
//!
//! Gemini signs its calls and refuses a conversation in which the signature is missing
//! ([thought signatures](https://ai.google.dev/gemini-api/docs/thought-signatures)). OpenAI's chunks
//! have a place for it, `extra_content`; the other dialects have none that their clients would send
//! back. What every client sends back is the call's name, so it stands there.

use serde_json::{Value, json};
use std::borrow::Cow;

const MARK: &str = "__thought__";

/// The name of a call, with the signature that came with it.
pub fn signed<'a>(id: &'a str, extra_content: Option<&Value>) -> Cow<'a, str> {
    let signature = extra_content.and_then(|extra| extra.pointer("/google/thought_signature"));
    let Some(signature) = signature.and_then(Value::as_str) else { return Cow::Borrowed(id) };
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=');
    if signature.is_empty() || !signature.chars().all(is_base64) {
        return Cow::Borrowed(id);
    }
    // Both alphabets of base64 mean the same, and names of calls have the characters of one.
    let safe = signature.trim_end_matches('=').replace('+', "-").replace('/', "_");
    Cow::Owned(format!("{id}{MARK}{safe}"))
}

/// The call's own name, and what came with it.
pub fn unsigned(id: &str) -> (&str, Option<Value>) {
    let Some((id, safe)) = id.split_once(MARK) else { return (id, None) };
    let mut signature = safe.replace('-', "+").replace('_', "/");
    while signature.len() % 4 != 0 {
        signature.push('=');
    }
    (id, Some(json!({ "google": { "thought_signature": signature } })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_goes_out_and_comes_back() {
        for signature in ["EjQKMgEM", "a+b/c===", "YQ=="] {
            let extra = json!({"google": {"thought_signature": signature}});
            let id = signed("call_1", Some(&extra));
            assert!(id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{id}");
            let (own, back) = unsigned(&id);
            assert_eq!(own, "call_1");
            let back = back.unwrap();
            let back = back["google"]["thought_signature"].as_str().unwrap();
            assert_eq!(back.trim_end_matches('='), signature.trim_end_matches('='));
        }
    }

    #[test]
    fn other_names_stay_as_they_are() {
        assert_eq!(signed("toolu_1", None), "toolu_1");
        assert_eq!(signed("c", Some(&json!({"google": {"thought_signature": "ü"}}))), "c");
        assert_eq!(unsigned("toolu_1"), ("toolu_1", None));
    }
}
