//! What clients send.

use bolero::check;
use fuzz::{Cuts, Damage, ITERATIONS};
use model::{ChatRequest, Format, OutputLimitField, Target, TextCount, Tokenizer};

#[test]
fn chat_requests() {
    let seeds = fuzz::chat_requests();
    let target = Target {
        base_url: "https://api.example",
        api_key: Some("key"),
        model: "upstream",
        output_tokens_max: 99,
        output_limit_field: OutputLimitField::MaxTokens,
    };
    check!().with_type::<Damage>().with_iterations(ITERATIONS).for_each(|damage| {
        let Ok(request) = ChatRequest::parse(&damage.of(&seeds)) else { return };
        let summary = request.summary();
        for tokenizer in Tokenizer::ALL {
            let tokens = summary.prompt.tokens(tokenizer, 1_000);
            assert!(tokenizer.hold(tokens) >= tokens);
        }
        for format in Format::ALL {
            // A refusal may name the empty field, where the client has sent one of that name.
            match format.codec().request(&request, &target) {
                Ok(asked) => assert!(asked.url.starts_with("https://api.example/"), "{format:?}"),
                Err(error) => assert!(!error.message.is_empty(), "{format:?}: {error}"),
            }
        }
    });
}

#[test]
fn any_bytes_as_chat_requests() {
    check!().with_iterations(ITERATIONS).for_each(|bytes: &[u8]| {
        let _ = ChatRequest::parse(bytes);
    });
}

#[test]
fn counts_of_text() {
    check!().with_type::<(String, Cuts)>().with_iterations(ITERATIONS).for_each(|(text, cuts)| {
        let mut whole = TextCount::default();
        whole.add(text);
        let mut pieces = TextCount::default();
        let mut rest = text.as_str();
        for piece in cuts.of(text.as_bytes()) {
            // Only between characters, where texts are cut.
            let Some((piece, after)) = rest.split_at_checked(piece.len()) else { continue };
            pieces.add(piece);
            rest = after;
        }
        pieces.add(rest);
        assert_eq!(pieces, whole);
    });
}
