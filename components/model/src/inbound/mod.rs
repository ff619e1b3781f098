//! The dialects in which clients speak.
//!
//! Whatever the dialect, a request becomes a [`ChatRequest`], and chunks and completions of OpenAI's
//! chat become the dialect's answer: so every dialect reaches every provider. Where the provider
//! has the client's own API, nothing of this is done: the body goes up as it came, the answer comes
//! down as it is, and nothing can be lost between.
//!
//! A writer is pushed what a decoder has read, and holds no more of an answer than its dialect asks
//! to be said again at the end.

mod call_id;
mod chat;
mod error;
mod fields;
mod messages;
mod original;
mod piece;
mod responses;
#[cfg(test)]
mod tests;

use crate::{
    ChatRequest, Chunk, Completion, Decoder, Failure, Format, Target, Tokenizer, UpstreamRequest,
    Usage,
};
pub use error::WrittenError;
use kernel::FieldError;
pub use messages::{parse_count_tokens, write_count_tokens};
pub use original::Original;
use serde::{Deserialize, Serialize};

/// A client's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// [`POST /v1/chat/completions`](https://platform.openai.com/docs/api-reference/chat).
    OpenaiChat,
    /// [`POST /v1/messages`](https://platform.claude.com/docs/en/api/messages).
    AnthropicMessages,
    /// [`POST /v1/responses`](https://platform.openai.com/docs/api-reference/responses).
    OpenaiResponses,
}

/// What an answer says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The format of the provider that answers.
    pub format: Format,
    /// What no other answer is called. The dialect's prefix is put before it.
    pub id: &'a str,
    /// When it was asked for, in seconds since 1970.
    pub created_s: i64,
    /// What the prompt is estimated at: what an answer says of it that must say so at once, or
    /// whose provider never does.
    pub prompt_tokens: u64,
    /// By which the text of the answer is counted, where nobody else does.
    pub tokenizer: Tokenizer,
}

/// How an answer is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expect {
    /// Whether a chat's client wants to see the usage of a stream.
    pub show_usage: bool,
    /// The date of an answer whose provider does not say it, in seconds since 1970.
    pub created_s: i64,
    /// Whether it is to stay as it is, in the provider's words; see [`ChatRequest::is_native`].
    pub native: bool,
}

/// Writes one answer in a client's dialect: either the whole of it, or a stream.
///
/// A stream is any number of [`chunk`](Writer::chunk), [`usage`](Writer::usage) and
/// [`keep_alive`](Writer::keep_alive), and one [`done`](Writer::done) or [`failed`](Writer::failed).
/// What is appended is always whole events.
pub trait Writer {
    /// The body of an answer that came in one piece.
    fn whole(&mut self, completion: Completion) -> Vec<u8>;

    /// A piece of the answer.
    fn chunk(&mut self, chunk: &Chunk, out: &mut Vec<u8>);

    /// What was consumed so far. Cumulative.
    fn usage(&mut self, usage: Usage);

    /// Nothing, so that the connection stays open.
    fn keep_alive(&mut self, out: &mut Vec<u8>);

    /// The answer is whole.
    fn done(&mut self, out: &mut Vec<u8>);

    /// The answer ends here, and the client must be able to tell that it is not whole.
    fn failed(&mut self, error: &WrittenError<'_>, out: &mut Vec<u8>);
}

impl Dialect {
    /// Reads and checks the body of a request.
    ///
    /// # Errors
    /// A [`FieldError`] that names the field as the client wrote it. It is empty when the body is
    /// not JSON.
    pub fn parse(self, body: &[u8]) -> Result<ChatRequest, FieldError> {
        match self {
            Self::OpenaiChat => ChatRequest::parse(body),
            Self::AnthropicMessages => messages::parse(body),
            Self::OpenaiResponses => responses::parse(body),
        }
    }

    /// The body of a response that is an error.
    #[must_use]
    pub fn error(self, error: &WrittenError<'_>) -> Vec<u8> {
        match self {
            Self::OpenaiChat | Self::OpenaiResponses => error.openai(),
            Self::AnthropicMessages => error.anthropic(),
        }
        .to_string()
        .into_bytes()
    }
}

impl Format {
    /// The dialect that has the same words, so that they can pass as they are.
    #[must_use]
    pub fn dialect(self) -> Option<Dialect> {
        match self {
            Self::OpenaiChat => Some(Dialect::OpenaiChat),
            Self::Anthropic => Some(Dialect::AnthropicMessages),
            Self::OpenaiResponses => Some(Dialect::OpenaiResponses),
            Self::Gemini | Self::Bedrock | Self::Ollama => None,
        }
    }

    /// A reader for one streamed answer.
    #[must_use]
    pub fn decoder(self, expect: Expect) -> Box<dyn Decoder> {
        let mut decoder = self.codec().decoder(expect.show_usage, expect.created_s);
        if expect.native {
            decoder.keep_words();
        }
        decoder
    }

    /// Reads an answer that came in one piece.
    ///
    /// # Errors
    /// A [`Failure`] when the body is no answer.
    pub fn completion(self, body: &[u8], expect: Expect) -> Result<Completion, Failure> {
        let completion = self.codec().completion(body, expect.created_s)?;
        match expect.native {
            true => Ok(Completion { json: body.to_vec(), ..completion }),
            false => Ok(completion),
        }
    }
}

impl ChatRequest {
    /// The dialect it was written in.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.original.as_ref().map_or(Dialect::OpenaiChat, |original| original.dialect)
    }

    /// Whether a provider of this format gets the body as the client wrote it, and the client the
    /// answer as the provider wrote it. A chat's answer is read even then: its chunks are what
    /// passes between formats anyway.
    #[must_use]
    pub fn is_native(&self, format: Format) -> bool {
        self.original.is_some() && format.dialect() == Some(self.dialect())
    }

    /// The HTTP request that asks a provider.
    ///
    /// # Errors
    /// A [`FieldError`] that names, as the client wrote it, what the provider cannot do.
    pub fn upstream(
        &self,
        format: Format,
        target: &Target<'_>,
    ) -> Result<UpstreamRequest, FieldError> {
        let original = self.original.as_ref().filter(|_| !self.is_native(format));
        if let Some(untold) = original.and_then(|original| original.untold.clone()) {
            return Err(untold);
        }
        let asked = format.codec().request(self, target);
        asked.map_err(|error| match original {
            Some(original) => original.in_its_words(error),
            None => error,
        })
    }

    /// The body for a provider whose API is `dialect`, where that is the client's too.
    #[must_use]
    pub fn native_body(&self, dialect: Dialect, target: &Target<'_>) -> Option<Vec<u8>> {
        let original = self.original.as_ref().filter(|original| original.dialect == dialect)?;
        Some(original.body(target))
    }

    /// The `anthropic-beta` header that belongs to the native body.
    pub(crate) fn betas(&self) -> Option<&str> {
        self.original.as_ref().and_then(|original| original.betas())
    }

    /// With the client's `anthropic-beta` header, which belongs to the body of a message: without
    /// it the provider does not know the body's newer fields. Other dialects have none.
    #[must_use]
    pub fn with_betas(mut self, betas: Option<&str>) -> Self {
        if let (Some(original), Some(betas)) = (&mut self.original, betas) {
            std::sync::Arc::make_mut(original).set_betas(betas);
        }
        self
    }

    /// A writer for the answer.
    #[must_use]
    pub fn writer(&self, asked: &Asked<'_>) -> Box<dyn Writer> {
        if self.is_native(asked.format) {
            return Box::new(original::Words::new(self.dialect()));
        }
        match (self.dialect(), &self.original) {
            (Dialect::AnthropicMessages, _) => Box::new(messages::Writer::new(self, asked)),
            (Dialect::OpenaiResponses, Some(original)) => {
                Box::new(responses::Writer::new(original, &self.model, asked))
            }
            _ => Box::new(chat::Writer),
        }
    }
}

/// Appends one event with a name.
fn write_named(out: &mut Vec<u8>, name: &str, data: &impl Serialize) {
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\ndata: ");
    // Written to memory, without line feeds, from texts, numbers and maps with string keys: this
    // cannot fail.
    let _ = serde_json::to_writer(&mut *out, data);
    out.extend_from_slice(b"\n\n");
}
