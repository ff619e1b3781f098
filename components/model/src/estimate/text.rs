//! What of a text decides how many tokens it becomes.
//!
//! Byte-pair vocabularies first cut a text where letters, digits, signs and blanks meet, and then
//! look for the longest pieces they know. So what counts is how many runs there are, of which
//! script, and how long they are. One pass finds that, and remembers nothing but the last character
//! and the length of a run of blanks: how the text is cut into pieces does not show.

use super::Tokenizer;

/// Longest run of blanks that is one piece. Indentation is shorter; a megabyte of blanks is not
/// one token.
const BLANKS_MAX: u8 = 64;
const MILLI: u64 = 1_000;

/// How often each feature occurs, or how many thousandths of a token it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// Runs of Latin letters.
    pub latin_words: u64,
    pub latin_lower: u64,
    pub latin_upper: u64,
    /// Latin letters beyond ASCII.
    pub latin_accented: u64,
    pub digits: u64,
    /// Runs of blanks that are longer than one, or begin a line. A single one is part of the word
    /// behind it.
    pub gaps: u64,
    /// Runs of line ends.
    pub lines: u64,
    /// The first of a run of ASCII signs, and the others.
    pub marks: u64,
    pub more_marks: u64,
    /// Dashes, quotation marks and signs beyond ASCII.
    pub typography: u64,
    /// Runs of Cyrillic or Greek letters, and their letters.
    pub cyrillic_words: u64,
    pub cyrillic: u64,
    /// Runs of Arabic or Hebrew letters, and their letters.
    pub arabic_words: u64,
    pub arabic: u64,
    pub han: u64,
    pub hiragana: u64,
    pub katakana: u64,
    pub hangul: u64,
    /// The punctuation of Chinese and Japanese, and full-width forms.
    pub wide_marks: u64,
    /// Letters of South and South-East Asia.
    pub indic: u64,
    /// All others: emoji, box drawings, arrows, rare scripts.
    pub others: u64,
}

impl Features {
    const fn values(&self) -> [u64; 21] {
        [
            self.latin_words,
            self.latin_lower,
            self.latin_upper,
            self.latin_accented,
            self.digits,
            self.gaps,
            self.lines,
            self.marks,
            self.more_marks,
            self.typography,
            self.cyrillic_words,
            self.cyrillic,
            self.arabic_words,
            self.arabic,
            self.han,
            self.hiragana,
            self.katakana,
            self.hangul,
            self.wide_marks,
            self.indic,
            self.others,
        ]
    }
}

/// What kind of character came last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Last {
    /// None, or one of which runs do not count.
    #[default]
    Other,
    Latin,
    Mark,
    Line,
    Blank,
    Cyrillic,
    Arabic,
}

/// A running count of text. The count does not depend on how the text is cut into pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextCount {
    features: Features,
    last: Last,
    /// How long the run of blanks, or of line ends, is. It begins anew at [`BLANKS_MAX`].
    blanks: u8,
}

impl TextCount {
    /// Counts more text.
    pub fn add(&mut self, text: &str) {
        for character in text.chars() {
            match u8::try_from(character) {
                Ok(byte) if byte.is_ascii() => self.add_ascii(byte),
                _ => self.add_other(character),
            }
        }
    }

    /// Ends a text. What is added after it is another one.
    pub fn end_text(&mut self) {
        self.last = Last::Other;
    }

    /// The tokens so far, rounded up.
    #[must_use]
    pub fn tokens(&self, tokenizer: Tokenizer) -> u64 {
        let weights = tokenizer.weights().values();
        let counts = self.features.values().into_iter();
        let milli_tokens = counts
            .zip(weights)
            .fold(0_u64, |sum, (count, weight)| sum.saturating_add(count.saturating_mul(weight)));
        milli_tokens.div_ceil(MILLI)
    }

    fn add_ascii(&mut self, byte: u8) {
        let last = self.last;
        let features = &mut self.features;
        match byte {
            b'a'..=b'z' => {
                features.latin_lower += 1;
                features.latin_words += u64::from(last != Last::Latin);
                self.last = Last::Latin;
            }
            b'A'..=b'Z' => {
                features.latin_upper += 1;
                features.latin_words += u64::from(last != Last::Latin);
                self.last = Last::Latin;
            }
            b'0'..=b'9' => {
                features.digits += 1;
                self.last = Last::Other;
            }
            b' ' | b'\t' => {
                // The first one behind a line's end is indentation already.
                let begun = match last {
                    Last::Blank => self.blanks,
                    Last::Line => 1,
                    _ => 0,
                };
                features.gaps += u64::from(begun == 1);
                self.blanks = (begun + 1) % BLANKS_MAX;
                self.last = Last::Blank;
            }
            b'\n' | b'\r' => {
                let begun = if last == Last::Line { self.blanks } else { 0 };
                features.lines += u64::from(begun == 0);
                self.blanks = (begun + 1) % BLANKS_MAX;
                self.last = Last::Line;
            }
            _ => {
                let is_first = last != Last::Mark;
                features.marks += u64::from(is_first);
                features.more_marks += u64::from(!is_first);
                self.last = Last::Mark;
            }
        }
    }

    /// By the [blocks](https://www.unicode.org/charts/) of Unicode.
    fn add_other(&mut self, character: char) {
        let last = std::mem::take(&mut self.last);
        let features = &mut self.features;
        match character {
            '\u{80}'..='\u{BF}' | '×' | '÷' | '\u{2000}'..='\u{206F}' => features.typography += 1,
            '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => {
                features.latin_accented += 1;
                features.latin_words += u64::from(last != Last::Latin);
                self.last = Last::Latin;
            }
            '\u{370}'..='\u{52F}' => {
                features.cyrillic += 1;
                features.cyrillic_words += u64::from(last != Last::Cyrillic);
                self.last = Last::Cyrillic;
            }
            '\u{590}'..='\u{77F}' => {
                features.arabic += 1;
                features.arabic_words += u64::from(last != Last::Arabic);
                self.last = Last::Arabic;
            }
            '\u{900}'..='\u{10FF}' => features.indic += 1,
            '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}' => features.wide_marks += 1,
            '\u{3040}'..='\u{309F}' => features.hiragana += 1,
            '\u{30A0}'..='\u{30FF}' => features.katakana += 1,
            '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7AF}' => features.hangul += 1,
            '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' => {
                features.han += 1;
            }
            _ => features.others += 1,
        }
    }
}
