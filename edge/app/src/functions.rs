use identity::{Claims, Expected, Keys, Peek, TokenError};
use kernel::{FieldError, UnixMillis};
use model::{
    ChatRequest, Completion, Decoder, Event, Failure, Format, Summary, Target, UpstreamRequest,
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

    /// Reads the body of a chat request.
    ///
    /// # Errors
    /// A [`FieldError`] that names the field.
    fn parse_chat(body: &[u8]) -> Result<Self::Chat, FieldError>;

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

    /// A reader for a streamed answer to a request of `now`.
    fn decoder(format: Format, show_usage: bool, now: UnixMillis) -> Self::Decoder;

    /// Reads bytes of a streamed answer; see [`Decoder::push`].
    fn push(decoder: &mut Self::Decoder, bytes: &[u8], events: &mut Vec<Event>);

    /// Ends a streamed answer; see [`Decoder::finish`].
    fn finish(decoder: &mut Self::Decoder, events: &mut Vec<Event>);

    /// Reads an answer in one piece to a request of `now`.
    ///
    /// # Errors
    /// A [`Failure`] when it is none.
    fn completion(format: Format, body: &[u8], now: UnixMillis) -> Result<Completion, Failure>;

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

    fn parse_chat(body: &[u8]) -> Result<ChatRequest, FieldError> {
        ChatRequest::parse(body)
    }

    fn summary(chat: &ChatRequest) -> Summary {
        chat.summary()
    }

    fn upstream_request(
        format: Format,
        chat: &ChatRequest,
        target: &Target<'_>,
    ) -> Result<UpstreamRequest, FieldError> {
        format.codec().request(chat, target)
    }

    fn decoder(format: Format, show_usage: bool, now: UnixMillis) -> Box<dyn Decoder> {
        format.codec().decoder(show_usage, now.seconds())
    }

    fn push(decoder: &mut Box<dyn Decoder>, bytes: &[u8], events: &mut Vec<Event>) {
        decoder.push(bytes, events);
    }

    fn finish(decoder: &mut Box<dyn Decoder>, events: &mut Vec<Event>) {
        decoder.finish(events);
    }

    fn completion(format: Format, body: &[u8], now: UnixMillis) -> Result<Completion, Failure> {
        format.codec().completion(body, now.seconds())
    }

    fn failure(format: Format, status: u16, body: &[u8]) -> Failure {
        format.codec().failure(status, body)
    }
}
