//! What the tests of every format share.

use crate::{ChatRequest, Event, Format, OutputLimitField, Target, UpstreamRequest};
use kernel::FieldError;
use serde::Deserialize;
use serde_json::{Value, json};

pub const CREATED_S: i64 = 1_900_000_000;

/// A stream, and what it means. The component's tests read the same files.
#[derive(Deserialize)]
pub struct Vector {
    pub about: String,
    /// The stream in pieces. In a binary format, each character stands for the byte of its number.
    pub stream: Vec<String>,
    told: Vec<String>,
    #[serde(default)]
    binary: bool,
}

impl Vector {
    pub fn bytes(&self) -> Vec<u8> {
        let stream = self.stream.concat();
        match self.binary {
            true => stream.chars().map(|byte| u8::try_from(byte).unwrap()).collect(),
            false => stream.into_bytes(),
        }
    }
}

pub fn vectors(json: &str) -> Vec<Vector> {
    serde_json::from_str(json).unwrap()
}

pub fn decode(format: Format, pieces: &[&[u8]], show_usage: bool) -> Vec<Event> {
    let mut decoder = format.codec().decoder(show_usage, CREATED_S);
    let mut events = Vec::new();
    for piece in pieces {
        decoder.push(piece, &mut events);
    }
    decoder.finish(&mut events);
    // Nothing may follow the end.
    let count = events.len();
    decoder.push(b"data: {\"choices\":[]}\n\n", &mut events);
    decoder.finish(&mut events);
    assert_eq!(events.len(), count);
    events
}

/// The chunks that a client gets of a vector.
pub fn chunks(format: Format, vector: &Vector, show_usage: bool) -> Vec<Value> {
    let events = decode(format, &[&vector.bytes()], show_usage);
    let chunks = events.iter().filter_map(|event| match event {
        Event::Chunk(chunk) => Some(serde_json::from_slice(&chunk.json).unwrap()),
        _ => None,
    });
    chunks.collect()
}

/// Events in short: text of chunks, `·` for a chunk of preamble, and what ends the stream.
pub fn told(events: &[Event]) -> Vec<String> {
    let tell = |event: &Event| match event {
        Event::Chunk(chunk) if chunk.is_output => chunk.text.clone(),
        Event::Chunk(_) => "·".to_owned(),
        Event::Usage(usage) => format!("{}+{}", usage.input_tokens, usage.output_tokens),
        Event::KeepAlive => "…".to_owned(),
        Event::Done => "done".to_owned(),
        Event::Failed(failure) => failure.kind.as_str().to_owned(),
    };
    events.iter().map(tell).collect()
}

/// Checks that every stream is read as it is meant, and that no cut changes what comes out.
pub fn check(format: Format, vectors: &[Vector]) {
    for vector in vectors {
        let Vector { about, told: expected, .. } = vector;
        let bytes = vector.bytes();
        let bytes = bytes.as_slice();
        assert_eq!(&told(&decode(format, &[bytes], false)), expected, "{about}");
        for show_usage in [false, true] {
            let whole = decode(format, &[bytes], show_usage);
            for cut in 0..=bytes.len() {
                let (start, end) = bytes.split_at(cut);
                assert_eq!(decode(format, &[start, end], show_usage), whole, "{about}, at {cut}");
            }
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(decode(format, &single, show_usage), whole, "{about}, byte by byte");
        }
    }
}

/// The request that asks a provider at `base_url` for an answer of at most 99 tokens, with a key.
pub fn ask(format: Format, base_url: &str, request: &Value) -> Result<UpstreamRequest, FieldError> {
    let request = ChatRequest::parse(request.to_string().as_bytes()).unwrap();
    let target = Target {
        base_url,
        api_key: Some("key"),
        aws: None,
        model: "upstream",
        output_tokens_max: 99,
        output_limit_field: OutputLimitField::MaxTokens,
        now: kernel::UnixMillis::from_seconds(CREATED_S),
    };
    format.codec().request(&request, &target)
}

/// The same for the shortest conversation, with one field of the request changed.
pub fn ask_with(format: Format, field: &str, value: Value) -> Result<UpstreamRequest, FieldError> {
    let mut request = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]});
    request[field] = value;
    ask(format, "https://api.example", &request)
}
