//! What providers send.

use bolero::check;
use fuzz::{Cuts, Damage, ITERATIONS};
use model::{
    Event, Format,
    sse::{Item, Parser, TooLong, write_event},
};

fn decode(format: Format, pieces: &[&[u8]], show_usage: bool) -> Vec<Event> {
    let mut decoder = format.codec().decoder(show_usage, 1_900_000_000);
    let mut events = Vec::new();
    for piece in pieces {
        decoder.push(piece, &mut events);
    }
    decoder.finish(&mut events);
    let count = events.len();
    decoder.push(b"data: {\"choices\":[]}\n\n", &mut events);
    decoder.finish(&mut events);
    assert_eq!(events.len(), count, "something follows the end");
    let is_end = |event: &Event| matches!(event, Event::Done | Event::Failed(_));
    assert_eq!(events.iter().position(is_end), count.checked_sub(1), "the end is the last event");
    events
}

/// Whether a client can read what it gets. Numbers that no type holds and halves of surrogate pairs
/// are the provider's, and JSON.
fn is_object(json: &[u8]) -> bool {
    let text = std::str::from_utf8(json).unwrap_or_default();
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    is_json && text.trim_start().starts_with('{')
}

fn check_stream(bytes: &[u8], cuts: &Cuts, show_usage: bool) {
    for format in Format::ALL {
        let whole = decode(*format, &[bytes], show_usage);
        assert_eq!(decode(*format, &cuts.of(bytes), show_usage), whole, "{format:?}");
        for event in &whole {
            if let Event::Chunk(chunk) = event {
                assert!(is_object(&chunk.json), "{format:?}: {chunk:?}");
            }
        }
    }
}

#[test]
fn damaged_streams_of_all_formats() {
    let seeds = fuzz::streams();
    check!()
        .with_type::<(Damage, Cuts, bool)>()
        .with_iterations(ITERATIONS)
        .for_each(|(damage, cuts, show_usage)| check_stream(&damage.of(&seeds), cuts, *show_usage));
}

#[test]
fn any_bytes_as_streams_of_all_formats() {
    check!()
        .with_type::<(Vec<u8>, Cuts)>()
        .with_iterations(ITERATIONS)
        .for_each(|(bytes, cuts)| check_stream(bytes, cuts, true));
}

#[test]
fn whole_answers_of_all_formats() {
    let seeds = fuzz::completions();
    check!().with_type::<Damage>().with_iterations(ITERATIONS).for_each(|damage| {
        let body = damage.of(&seeds);
        for format in Format::ALL {
            if let Ok(completion) = format.codec().completion(&body, 0) {
                assert!(is_object(&completion.json), "{format:?}: {completion:?}");
                let price = model::Price { input: 7, output: u64::MAX, ..Default::default() };
                let usage = completion.usage.unwrap_or_default();
                assert!(usage.cost_nanousd(&price) >= usage.output_tokens, "{format:?}: {usage:?}");
            }
        }
    });
}

#[test]
fn refusals_of_all_formats() {
    let seeds = fuzz::completions();
    check!().with_type::<(Damage, u16)>().with_iterations(ITERATIONS).for_each(
        |(damage, status)| {
            let body = damage.of(&seeds);
            for format in Format::ALL {
                let failure = format.codec().failure(*status, &body);
                assert!(failure.detail.len() <= 500, "{format:?}: {}", failure.detail.len());
            }
        },
    );
}

fn events(pieces: &[&[u8]]) -> Vec<Option<(String, Vec<u8>)>> {
    let mut seen = Vec::new();
    let mut sink = |item: Item<'_>| {
        seen.push(match item {
            Item::Event { name, data } => Some((name.to_owned(), data.to_vec())),
            Item::Comment => None,
        });
        Ok::<(), TooLong>(())
    };
    let mut parser = Parser::default();
    for piece in pieces {
        parser.push(piece, &mut sink).unwrap();
    }
    parser.finish(&mut sink).unwrap();
    seen
}

#[test]
fn server_sent_events() {
    let seeds = fuzz::streams();
    check!().with_type::<(Damage, Cuts)>().with_iterations(ITERATIONS).for_each(
        |(damage, cuts)| {
            let bytes = damage.of(&seeds);
            assert_eq!(events(&cuts.of(&bytes)), events(&[&bytes]));
        },
    );
}

/// Nobody can write an event that looks like two, whatever its data.
#[test]
fn server_sent_events_that_are_written() {
    check!().with_type::<Vec<u8>>().with_iterations(ITERATIONS).for_each(|data| {
        let mut written = Vec::new();
        write_event(&mut written, data);
        let read = events(&[&written]);
        let [Some((name, read))] = read.as_slice() else { panic!("{read:?}") };
        let lines = data.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte });
        assert_eq!((name.as_str(), read), ("", &lines.collect()));
    });
}
