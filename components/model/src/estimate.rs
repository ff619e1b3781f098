//! How many tokens a text is, before or without the provider's word.
//!
//! Every model family splits text in its own way, and none can be asked before the request is
//! sent. The estimate follows the rule that the byte-pair vocabularies share: about four bytes of
//! plain Latin text to a token, about one token to a character of most other scripts.

use crate::{ChatRequest, Content, Message};

/// Bytes of ASCII text to one token.
const ASCII_BYTES_PER_TOKEN: u64 = 4;
/// Tokens that the frame of one message takes: its role and its separators.
const TOKENS_PER_MESSAGE: u64 = 4;
/// Tokens that prime the answer.
const TOKENS_PER_REQUEST: u64 = 3;

/// A running count of text. The count does not depend on how the text is cut into pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextCount {
    ascii_bytes: u64,
    other_chars: u64,
}

impl TextCount {
    /// Counts more text.
    pub fn add(&mut self, text: &str) {
        let mut ascii = 0_u64;
        let mut other = 0_u64;
        for byte in text.bytes() {
            ascii += u64::from(byte < 0x80);
            other += u64::from(byte >= 0xC0);
        }
        self.ascii_bytes = self.ascii_bytes.saturating_add(ascii);
        self.other_chars = self.other_chars.saturating_add(other);
    }

    /// The tokens so far, rounded up.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.ascii_bytes.div_ceil(ASCII_BYTES_PER_TOKEN).saturating_add(self.other_chars)
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ascii_bytes == 0 && self.other_chars == 0
    }
}

/// What a request's prompt is likely to be: messages, tools, the answer's schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PromptCount {
    /// Tokens of all text.
    pub text_tokens: u64,
    /// How many images there are. What one counts as depends on the model.
    pub images: u64,
}

impl PromptCount {
    /// Counts a request's prompt.
    #[must_use]
    pub fn of(request: &ChatRequest) -> Self {
        let mut text = TextCount::default();
        let mut images = 0_u64;
        for message in &request.messages {
            count_message(message, &mut text, &mut images);
        }
        // Schemas reach the model as text, so their JSON is counted as such.
        let schemas = [
            request.tools.as_ref().and_then(|tools| serde_json::to_string(tools).ok()),
            request.response_format.as_ref().and_then(|format| serde_json::to_string(format).ok()),
        ];
        for schema in schemas.into_iter().flatten() {
            text.add(&schema);
        }
        let frames = TOKENS_PER_MESSAGE.saturating_mul(request.messages.len() as u64);
        let text_tokens = text.tokens().saturating_add(frames).saturating_add(TOKENS_PER_REQUEST);
        Self { text_tokens, images }
    }

    /// All of it in tokens, for a model to which one image is `image_tokens`.
    #[must_use]
    pub fn tokens(&self, image_tokens: u32) -> u64 {
        self.text_tokens.saturating_add(self.images.saturating_mul(image_tokens.into()))
    }
}

fn count_message(message: &Message, text: &mut TextCount, images: &mut u64) {
    match &message.content {
        None => {}
        Some(Content::Text(content)) => text.add(content),
        Some(Content::Parts(parts)) => {
            for part in parts {
                match (&part.text, &part.image_url) {
                    (Some(content), _) => text.add(content),
                    (None, Some(_)) => *images = images.saturating_add(1),
                    // Audio and files: their JSON is at least as long as what they say.
                    (None, None) => text.add(&serde_json::to_string(part).unwrap_or_default()),
                }
            }
        }
    }
    if let Some(name) = &message.name {
        text.add(name);
    }
    for call in message.tool_calls.iter().flatten() {
        text.add(&serde_json::to_string(call).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> u64 {
        let mut count = TextCount::default();
        count.add(text);
        count.tokens()
    }

    #[test]
    fn latin_text_is_a_quarter_and_other_scripts_are_whole() {
        assert_eq!(tokens(""), 0);
        assert_eq!(tokens("abcd"), 1);
        assert_eq!(tokens("abcde"), 2);
        assert_eq!(tokens("日本語"), 3);
        assert_eq!(tokens("héllo"), 2);
    }

    #[test]
    fn pieces_do_not_change_the_count() {
        let text = "one two 三 four";
        let mut pieces = TextCount::default();
        for character in text.chars() {
            pieces.add(character.encode_utf8(&mut [0; 4]));
        }
        assert_eq!(pieces.tokens(), tokens(text));
    }

    #[test]
    fn a_prompt_counts_messages_images_and_schemas() {
        let request = |json: &str| ChatRequest::parse(json.as_bytes()).unwrap();
        let plain = request(r#"{"model":"m","messages":[{"role":"user","content":"abcd"}]}"#);
        assert_eq!(PromptCount::of(&plain).tokens(100), 1 + 4 + 3);
        let image = request(
            r#"{"model":"m","messages":[{"role":"user","content":[
                {"type":"text","text":"abcd"},
                {"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]}"#,
        );
        assert_eq!(PromptCount::of(&image).tokens(100), 1 + 4 + 3 + 100);
        let tools = request(
            r#"{"model":"m","messages":[{"role":"user","content":"abcd"}],
                "tools":[{"type":"function","function":{"name":"f","parameters":{}}}]}"#,
        );
        assert!(PromptCount::of(&tools).tokens(100) > PromptCount::of(&plain).tokens(100) + 10);
    }
}
