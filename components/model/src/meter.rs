use crate::{Event, TextCount, Tokenizer, Usage};

/// Follows one answer and knows at any moment what it has consumed.
///
/// A stream can end anywhere: whole, cut by the provider, dropped by the client. [`Meter::read`]
/// gives what is to be paid for at that point.
#[derive(Clone, Debug)]
pub struct Meter {
    prompt_tokens: u64,
    tokenizer: Tokenizer,
    text: TextCount,
    reported: Option<Usage>,
    whole: bool,
}

/// What an answer consumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metered {
    /// The tokens.
    pub usage: Usage,
    /// Whether the numbers are Postern's own count, because the provider gave none.
    pub estimated: bool,
}

impl Meter {
    /// A meter for a request whose prompt is estimated at `prompt_tokens`, and whose answer is
    /// estimated by `tokenizer`.
    #[must_use]
    pub fn new(prompt_tokens: u64, tokenizer: Tokenizer) -> Self {
        let text = TextCount::default();
        Self { prompt_tokens, tokenizer, text, reported: None, whole: false }
    }

    /// Takes note of an event that is released to the client.
    pub fn note(&mut self, event: &Event) {
        match event {
            Event::Chunk(chunk) => self.text.add(&chunk.text),
            Event::Usage(usage) => self.report(*usage),
            Event::Done => self.whole = true,
            Event::KeepAlive | Event::Failed(_) => {}
        }
    }

    /// Takes note of an answer that came in one piece.
    pub fn note_whole(&mut self, text: &str, usage: Option<Usage>) {
        self.text.add(text);
        if let Some(usage) = usage {
            self.report(usage);
        }
        self.whole = true;
    }

    fn report(&mut self, usage: Usage) {
        self.reported = Some(self.reported.map_or(usage, |earlier| earlier.max(usage)));
    }

    /// What is consumed so far.
    ///
    /// The provider's word counts once it has given it. Of an answer that ended early it counts as
    /// the least: what it had reported by then may not cover the text that was released.
    #[must_use]
    pub fn read(&self) -> Metered {
        let counted = Usage {
            input_tokens: self.prompt_tokens,
            output_tokens: self.text.tokens(self.tokenizer),
            ..Usage::default()
        };
        match self.reported {
            Some(usage) if self.whole => Metered { usage, estimated: false },
            Some(usage) => Metered {
                usage: Usage {
                    output_tokens: usage.output_tokens.max(counted.output_tokens),
                    ..usage
                },
                estimated: usage.output_tokens < counted.output_tokens,
            },
            None => Metered { usage: counted, estimated: true },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Chunk;

    const TOKENIZER: Tokenizer = Tokenizer::OpenaiO200k;

    fn counted(text: &str) -> u64 {
        let mut count = TextCount::default();
        count.add(text);
        count.tokens(TOKENIZER)
    }

    fn chunk(text: &str) -> Event {
        Event::Chunk(Chunk { json: Vec::new(), text: text.into(), is_output: true })
    }

    fn usage(input_tokens: u64, output_tokens: u64) -> Usage {
        Usage { input_tokens, output_tokens, ..Usage::default() }
    }

    #[test]
    fn the_providers_word_counts_for_a_whole_answer() {
        let mut meter = Meter::new(10, TOKENIZER);
        meter.note(&chunk("one two three four"));
        meter.note(&Event::Usage(usage(7, 4)));
        meter.note(&Event::Done);
        assert_eq!(meter.read(), Metered { usage: usage(7, 4), estimated: false });
    }

    #[test]
    fn without_it_the_released_text_counts() {
        let mut meter = Meter::new(10, TOKENIZER);
        assert_eq!(meter.read(), Metered { usage: usage(10, 0), estimated: true });
        meter.note(&chunk("12345678"));
        meter.note(&Event::Done);
        assert_eq!(
            meter.read(),
            Metered { usage: usage(10, counted("12345678")), estimated: true }
        );
    }

    #[test]
    fn repeated_usage_is_cumulative_and_never_shrinks() {
        let mut meter = Meter::new(10, TOKENIZER);
        for reported in [usage(7, 1), usage(7, 5), usage(7, 3)] {
            meter.note(&Event::Usage(reported));
        }
        meter.note(&Event::Done);
        assert_eq!(meter.read().usage, usage(7, 5));
    }

    #[test]
    fn a_report_that_is_repeated_or_smaller_changes_nothing() {
        let first = Usage {
            input_tokens: 100,
            cached_input_tokens: 60,
            cache_write_tokens: 10,
            audio_input_tokens: 5,
            image_input_tokens: 5,
            output_tokens: 40,
            reasoning_tokens: 30,
            audio_output_tokens: 2,
        };
        for later in [first, Usage::default(), usage(100, 39), usage(1, 1)] {
            let mut meter = Meter::new(10, TOKENIZER);
            meter.note(&Event::Usage(first));
            meter.note(&Event::Usage(later));
            assert_eq!(meter.read().usage, first, "{later:?}");
            meter.note(&Event::Done);
            assert_eq!(meter.read(), Metered { usage: first, estimated: false }, "{later:?}");
        }
    }

    #[test]
    fn what_is_metered_never_shrinks_on_the_way() {
        let mut meter = Meter::new(10, TOKENIZER);
        let mut before = meter.read().usage.output_tokens;
        for event in [
            chunk("some words of the answer"),
            Event::Usage(usage(10, 2)),
            chunk(" and some more of it"),
            Event::Usage(usage(10, 30)),
            Event::Usage(usage(10, 3)),
            Event::KeepAlive,
        ] {
            meter.note(&event);
            let now = meter.read().usage.output_tokens;
            assert!(now >= before, "{event:?}: {now} after {before}");
            before = now;
        }
        assert_eq!(before, 30);
    }

    #[test]
    fn an_early_usage_does_not_hide_what_came_after_it() {
        let mut meter = Meter::new(10, TOKENIZER);
        let text = "so much more ".repeat(100);
        meter.note(&Event::Usage(usage(7, 1)));
        meter.note(&chunk(&text));
        let expected = Metered { usage: usage(7, counted(&text)), estimated: true };
        assert_eq!(meter.read(), expected);
    }
}
