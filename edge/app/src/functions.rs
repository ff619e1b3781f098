use identity::{Claims, Expected, Keys, Peek, TokenError};
use kernel::{FieldError, UnixMillis};
use model::{
    Asked, ChatRequest, Completion, Decoder, Dialect, Event, Expect, Failure, Format, Summary,
    Target, UpstreamRequest, Writer,
};
use tenant::{HostError, Lookup, Rules};

/// The decisions that are also built as WebAssembly components.
///
/// The application calls them through this trait and so does not know whether they are linked into
/// it or imported from a component that has no capability at all. What passes is plain, as in WIT:
/// values, and the two resources that hold state between calls.
pub trait Functions: 'static {
    /// A chat request that has been read.
    type Chat;
    /// A reader for one streamed answer.
    type Decoder: 'static;

    /// Where to look a host up.
    ///
    /// # Errors
    /// [`HostError`] when it is no host.
    fn lookup(host: &str, rules: &Rules) -> Result<Lookup, HostError>;

    /// Which issuer a token says it is from.
    ///
    /// # Errors
    /// [`TokenError`] for a token that no key could make good.
    fn peek(token: &str) -> Result<Peek, TokenError>;

    /// Verifies a token.
    ///
    /// # Errors
    /// [`TokenError`].
    fn verify(
        token: &str,
        keys: Keys<'_>,
        expected: &Expected<'_>,
        now: UnixMillis,
    ) -> Result<Claims, TokenError>;

    /// Reads the body of a request of a model. `betas` is the header that belongs to it where the
    /// dialect has one.
    ///
    /// # Errors
    /// A [`FieldError`] that names the field.
    fn parse_chat(
        dialect: Dialect,
        body: &[u8],
        betas: Option<&str>,
    ) -> Result<Self::Chat, FieldError>;

    /// Reads the body of a request that only asks how long a prompt is.
    ///
    /// # Errors
    /// A [`FieldError`] that names the field.
    fn parse_count_tokens(body: &[u8]) -> Result<Self::Chat, FieldError>;

    /// Whether a provider's answer is already in the client's words.
    fn is_native(chat: &Self::Chat, format: Format) -> bool;

    /// Writes the answer in the client's words.
    fn writer(chat: &Self::Chat, asked: &Asked<'_>) -> Box<dyn Writer>;

    /// What must be known of a chat request to admit and route it.
    fn summary(chat: &Self::Chat) -> Summary;

    /// The request that asks a provider.
    ///
    /// # Errors
    /// A [`FieldError`] that names what the provider cannot do.
    fn upstream_request(
        format: Format,
        chat: &Self::Chat,
        target: &Target<'_>,
    ) -> Result<UpstreamRequest, FieldError>;

    /// A reader for a streamed answer.
    fn decoder(format: Format, expect: Expect) -> Self::Decoder;

    /// Reads bytes of a streamed answer; see [`Decoder::push`].
    fn push(decoder: &mut Self::Decoder, bytes: &[u8], events: &mut Vec<Event>);

    /// Ends a streamed answer; see [`Decoder::finish`].
    fn finish(decoder: &mut Self::Decoder, events: &mut Vec<Event>);

    /// Reads an answer in one piece.
    ///
    /// # Errors
    /// A [`Failure`] when it is none.
    fn completion(format: Format, body: &[u8], expect: Expect) -> Result<Completion, Failure>;

    /// Reads a provider's refusal.
    fn failure(format: Format, status: u16, body: &[u8]) -> Failure;
}

/// The components, linked into the application.
pub struct Linked;

impl Functions for Linked {
    type Chat = ChatRequest;
    type Decoder = Box<dyn Decoder>;

    fn lookup(host: &str, rules: &Rules) -> Result<Lookup, HostError> {
        tenant::lookup(host, rules)
    }

    fn peek(token: &str) -> Result<Peek, TokenError> {
        identity::peek(token)
    }

    fn verify(
        token: &str,
        keys: Keys<'_>,
        expected: &Expected<'_>,
        now: UnixMillis,
    ) -> Result<Claims, TokenError> {
        identity::verify(token, keys, expected, now)
    }

    fn parse_chat(
        dialect: Dialect,
        body: &[u8],
        betas: Option<&str>,
    ) -> Result<ChatRequest, FieldError> {
        Ok(dialect.parse(body)?.with_betas(betas))
    }

    fn parse_count_tokens(body: &[u8]) -> Result<ChatRequest, FieldError> {
        model::parse_count_tokens(body)
    }

    fn is_native(chat: &ChatRequest, format: Format) -> bool {
        chat.is_native(format)
    }

    fn writer(chat: &ChatRequest, asked: &Asked<'_>) -> Box<dyn Writer> {
        chat.writer(asked)
    }

    fn summary(chat: &ChatRequest) -> Summary {
        chat.summary()
    }

    fn upstream_request(
        format: Format,
        chat: &ChatRequest,
        target: &Target<'_>,
    ) -> Result<UpstreamRequest, FieldError> {
        chat.upstream(format, target)
    }

    fn decoder(format: Format, expect: Expect) -> Box<dyn Decoder> {
        format.decoder(expect)
    }

    fn push(decoder: &mut Box<dyn Decoder>, bytes: &[u8], events: &mut Vec<Event>) {
        decoder.push(bytes, events);
    }

    fn finish(decoder: &mut Box<dyn Decoder>, events: &mut Vec<Event>) {
        decoder.finish(events);
    }

    fn completion(format: Format, body: &[u8], expect: Expect) -> Result<Completion, Failure> {
        format.completion(body, expect)
    }

    fn failure(format: Format, status: u16, body: &[u8]) -> Failure {
        format.codec().failure(status, body)
    }
}
