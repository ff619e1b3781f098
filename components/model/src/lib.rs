//! AI models: the catalogue, the providers' wire formats, usage and its price.
//!
//! Bytes go in and values come out, in both directions. Nothing here waits, connects or knows who
//! is asking; [`Decoder`] is pushed whatever the network delivered, in pieces of any size, and the
//! pieces never show in what comes out.
//!
//! A client speaks one of the [`Dialect`]s, a provider one of the [`Format`]s, and where both are
//! the same their words pass as they are. Between the others stands OpenAI's chat completion, in
//! which most clients and most providers speak: a [`ChatRequest`] is what every request is read
//! into, and a [`Chunk`] is one of its streaming chunks.
#![cfg_attr(not(feature = "component"), forbid(unsafe_code))]

mod answer;
mod anthropic;
mod ask;
mod bedrock;
mod catalogue;
mod codec;
#[cfg(feature = "component")]
mod component;
mod estimate;
mod gemini;
mod inbound;
mod lines;
mod meter;
mod ollama;
mod openai;
mod request;
mod responses;
pub mod routing;
pub mod sse;
mod stream;
mod teller;
#[cfg(test)]
mod testing;
mod usage;

pub use bedrock::AwsCredentials;
pub use catalogue::{
    Among, Breaker, Cancelled, Catalogue, Model, OutputLimitField, Prefer, Provider,
    ProviderLimits, Retry, Route, Timeouts,
};
pub use codec::{
    Chunk, Codec, Completion, Decoder, Event, Failure, FailureKind, Format, Target, UpstreamRequest,
};
pub use estimate::{PromptCount, TextCount, Tokenizer};
pub use inbound::{
    Asked, Dialect, Expect, Original, Writer, WrittenError, parse_count_tokens, write_count_tokens,
};
pub use meter::{Meter, Metered};
pub use request::{
    ChatRequest, Content, ImageUrl, Message, OutputLimit, Part, ResponseFormat, Role, Stop,
    StreamOptions, Summary, Tool, ToolCall,
};
pub use sse::write_event;
pub use usage::{Price, Usage};
