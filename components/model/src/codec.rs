//! What a provider's wire format must offer, and the values that pass between formats.

use crate::{
    AwsCredentials, ChatRequest, OutputLimitField, Usage, anthropic, bedrock, gemini, ollama,
    openai, responses,
};
use kernel::{FieldError, UnixMillis};
use serde::{Deserialize, Serialize};

/// The wire formats Postern speaks with providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// [OpenAI chat completions](https://platform.openai.com/docs/api-reference/chat), which
    /// many other servers speak too.
    OpenaiChat,
    /// [Anthropic messages](https://platform.claude.com/docs/en/api/messages).
    Anthropic,
    /// [Gemini](https://ai.google.dev/api/generate-content).
    Gemini,
    /// [Converse](https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html)
    /// of Amazon Bedrock.
    Bedrock,
    /// [Ollama's own API](https://docs.ollama.com/api/chat).
    Ollama,
    /// [OpenAI responses](https://platform.openai.com/docs/api-reference/responses).
    OpenaiResponses,
}

impl Format {
    /// The name in a catalogue.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenaiChat => "openai-chat",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Bedrock => "bedrock",
            Self::Ollama => "ollama",
            Self::OpenaiResponses => "openai-responses",
        }
    }

    /// All of them.
    pub const ALL: &[Self] = &[
        Self::OpenaiChat,
        Self::Anthropic,
        Self::Gemini,
        Self::Bedrock,
        Self::Ollama,
        Self::OpenaiResponses,
    ];

    /// The format's codec.
    #[must_use]
    pub fn codec(self) -> &'static dyn Codec {
        match self {
            Self::OpenaiChat => &openai::Openai,
            Self::Anthropic => &anthropic::Anthropic,
            Self::Gemini => &gemini::Gemini,
            Self::Bedrock => &bedrock::Bedrock,
            Self::Ollama => &ollama::Ollama,
            Self::OpenaiResponses => &responses::Responses,
        }
    }
}

/// One provider format, in both directions.
pub trait Codec {
    /// The HTTP request that asks `target` for an answer. Usage is always asked for, whatever the
    /// client wants to see of it.
    ///
    /// # Errors
    /// A [`FieldError`] that names what the provider cannot do.
    fn request(
        &self,
        request: &ChatRequest,
        target: &Target<'_>,
    ) -> Result<UpstreamRequest, FieldError>;

    /// A reader for one streamed answer. `show_usage` says whether the client asked for usage;
    /// `created_s`, in seconds since 1970, dates an answer whose provider does not.
    fn decoder(&self, show_usage: bool, created_s: i64) -> Box<dyn Decoder>;

    /// Reads an answer that came in one piece.
    ///
    /// # Errors
    /// A [`Failure`] when the body is no answer.
    fn completion(&self, body: &[u8], created_s: i64) -> Result<Completion, Failure>;

    /// Reads the answer to a request that failed with `status`.
    fn failure(&self, status: u16, body: &[u8]) -> Failure;
}

/// A reader for one streamed answer.
pub trait Decoder {
    /// Reads the bytes that have arrived, and appends what they complete to `events`. Nothing
    /// follows [`Event::Done`] or [`Event::Failed`].
    fn push(&mut self, bytes: &[u8], events: &mut Vec<Event>);

    /// Ends the stream. Unless it was whole, the last event is [`Event::Failed`].
    fn finish(&mut self, events: &mut Vec<Event>);

    /// From now on each chunk's `json` is one of the provider's own events, framed as it is sent,
    /// rather than a `chat.completion.chunk`; text and usage are read from it all the same. Called
    /// before anything else, for formats that are a client's dialect; see
    /// [`Format::dialect`](crate::Format::dialect).
    fn keep_words(&mut self) {}
}

/// Where a request goes.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// The provider's API, without a trailing slash.
    pub base_url: &'a str,
    /// The secret it asks for.
    pub api_key: Option<&'a str>,
    /// What AWS asks for in its place: the request is signed, and no key is sent.
    pub aws: Option<&'a AwsCredentials>,
    /// What it calls the model.
    pub model: &'a str,
    /// Most tokens of the answer, where the client has set no limit.
    pub output_tokens_max: u32,
    /// The field that says so.
    pub output_limit_field: OutputLimitField,
    /// When it is sent. Signatures are dated.
    pub now: UnixMillis,
}

/// A POST request to a provider, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct UpstreamRequest {
    /// Where to.
    pub url: String,
    /// Header names, in lower case, and values. One of them holds the provider's key.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What a streamed answer consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A piece of the answer.
    Chunk(Chunk),
    /// What was consumed so far. Cumulative.
    Usage(Usage),
    /// Nothing, said to keep the connection open.
    KeepAlive,
    /// The provider says that the answer is whole.
    Done,
    /// The answer ends here, and is not whole.
    Failed(Failure),
}

/// A piece of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// A `chat.completion.chunk` object, as JSON.
    pub json: Vec<u8>,
    /// What the model wrote in it: answers, refusals, reasoning, arguments of tool calls.
    pub text: String,
    /// Whether it is part of an answer rather than its preamble. Once it is released, no other
    /// model can be tried in this one's place.
    pub is_output: bool,
}

/// An answer in one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// A `chat.completion` object, as JSON.
    pub json: Vec<u8>,
    /// What the model wrote in it.
    pub text: String,
    /// What was consumed, when the provider says it.
    pub usage: Option<Usage>,
}

/// Why there is no answer, or no whole one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure.
    pub kind: FailureKind,
    /// The provider's own words, for the log. Never for the client.
    pub detail: String,
}

/// Kinds of failure, by what can be done about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The provider does not want this request. Another attempt would end the same.
    Rejected,
    /// The provider wants fewer requests.
    RateLimited,
    /// The provider does not accept Postern's key.
    Unauthorized,
    /// The provider is not well, or out of reach.
    Unavailable,
    /// The answer broke off.
    Truncated,
    /// The answer is not in the provider's format, or larger than any answer should be.
    Malformed,
}

impl FailureKind {
    /// A permanent name, for logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::RateLimited => "rate_limited",
            Self::Unauthorized => "unauthorized",
            Self::Unavailable => "unavailable",
            Self::Truncated => "truncated",
            Self::Malformed => "malformed",
        }
    }

    /// Whether the same request may be answered if it is sent again after a while.
    #[must_use]
    pub const fn may_pass(self) -> bool {
        match self {
            Self::RateLimited | Self::Unavailable | Self::Truncated | Self::Malformed => true,
            Self::Rejected | Self::Unauthorized => false,
        }
    }

    /// Whether another provider may answer the request. One that was rejected would be again.
    #[must_use]
    pub const fn is_the_providers(self) -> bool {
        match self {
            Self::RateLimited
            | Self::Unavailable
            | Self::Truncated
            | Self::Malformed
            | Self::Unauthorized => true,
            Self::Rejected => false,
        }
    }

    /// What an HTTP status of a provider means.
    #[must_use]
    pub const fn from_status(status: u16) -> Self {
        match status {
            401 | 403 => Self::Unauthorized,
            408 | 409 | 425 => Self::Unavailable,
            429 => Self::RateLimited,
            400..=499 => Self::Rejected,
            _ => Self::Unavailable,
        }
    }
}

/// Longest part of a provider's words that is kept.
const DETAIL_LEN_MAX: usize = 500;

impl Failure {
    /// A failure with the provider's words, cut to a length that a log can bear.
    #[must_use]
    pub fn new(kind: FailureKind, detail: impl AsRef<str>) -> Self {
        let detail = detail.as_ref();
        let end = detail.char_indices().map(|(i, c)| i + c.len_utf8());
        let end = end.take_while(|end| *end <= DETAIL_LEN_MAX).last().unwrap_or(0);
        let detail = detail.split_at_checked(end).map_or("", |(kept, _)| kept).to_owned();
        Self { kind, detail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_formats_are_listed() {
        // Serde names every variant it knows in its refusal of one that it does not.
        let refusal = serde_json::from_str::<Format>("\"morse\"").unwrap_err().to_string();
        let names: Vec<_> = refusal.split('`').skip(3).step_by(2).collect();
        let listed: Vec<_> = Format::ALL.iter().map(|f| serde_json::to_value(f).unwrap()).collect();
        assert_eq!(listed, names);
    }

    #[test]
    fn details_are_cut_between_characters() {
        let failure = Failure::new(FailureKind::Rejected, "ü".repeat(400));
        assert_eq!(failure.detail, "ü".repeat(250));
        assert_eq!(Failure::new(FailureKind::Rejected, "short").detail, "short");
    }

    #[test]
    fn statuses_tell_whether_to_try_again() {
        for (status, kind) in [
            (400, FailureKind::Rejected),
            (401, FailureKind::Unauthorized),
            (404, FailureKind::Rejected),
            (408, FailureKind::Unavailable),
            (429, FailureKind::RateLimited),
            (500, FailureKind::Unavailable),
            (529, FailureKind::Unavailable),
            (302, FailureKind::Unavailable),
        ] {
            assert_eq!(FailureKind::from_status(status), kind, "{status}");
        }
    }
}
