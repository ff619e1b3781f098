use crate::{Event, TextCount, Usage};

/// Follows one answer and knows at any moment what it has consumed.
///
/// A stream can end anywhere: whole, cut by the provider, dropped by the client. [`Meter::read`]
/// gives what is to be paid for at that point.
#[derive(Clone, Debug)]
pub struct Meter {
    prompt_tokens: u64,
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
    /// A meter for a request whose prompt is estimated at `prompt_tokens`.
    #[must_use]
    pub fn new(prompt_tokens: u64) -> Self {
        Self { prompt_tokens, text: TextCount::default(), reported: None, whole: false }
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
            output_tokens: self.text.tokens(),
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

    fn chunk(text: &str) -> Event {
        Event::Chunk(Chunk { json: Vec::new(), text: text.into(), is_output: true })
    }

    fn usage(input_tokens: u64, output_tokens: u64) -> Usage {
        Usage { input_tokens, output_tokens, ..Usage::default() }
    }

    #[test]
    fn the_providers_word_counts_for_a_whole_answer() {
        let mut meter = Meter::new(10);
        meter.note(&chunk("one two three four"));
        meter.note(&Event::Usage(usage(7, 4)));
        meter.note(&Event::Done);
        assert_eq!(meter.read(), Metered { usage: usage(7, 4), estimated: false });
    }

    #[test]
    fn without_it_the_released_text_counts() {
        let mut meter = Meter::new(10);
        assert_eq!(meter.read(), Metered { usage: usage(10, 0), estimated: true });
        meter.note(&chunk("12345678"));
        meter.note(&Event::Done);
        assert_eq!(meter.read(), Metered { usage: usage(10, 2), estimated: true });
    }

    #[test]
    fn repeated_usage_is_cumulative_and_never_shrinks() {
        let mut meter = Meter::new(10);
        for reported in [usage(7, 1), usage(7, 5), usage(7, 3)] {
            meter.note(&Event::Usage(reported));
        }
        meter.note(&Event::Done);
        assert_eq!(meter.read().usage, usage(7, 5));
    }

    #[test]
    fn an_early_usage_does_not_hide_what_came_after_it() {
        let mut meter = Meter::new(10);
        meter.note(&Event::Usage(usage(7, 1)));
        meter.note(&chunk(&"x".repeat(400)));
        assert_eq!(meter.read(), Metered { usage: usage(7, 100), estimated: true });
    }
}
