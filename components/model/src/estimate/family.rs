//! The families of tokenizers, and what each makes of a text's features.
//!
//! The weights are measured, not reasoned: `corpus/fit.mjs` finds them, so that the estimate of
//! every text in `corpus/texts` comes as near as it can to what the real tokenizer counts. They
//! are not to be read one by one. A weight of an accented letter also stands for what the words of
//! a language that has accents cost beyond those of English.

use super::text::Features;
use kernel::Ratio;
use serde::{Deserialize, Serialize};

/// See [`Tokenizer::hold_margin`].
const MARGIN_MEASURED: Ratio = ratio(6, 5);
const MARGIN_ANTHROPIC: Ratio = ratio(8, 5);
const MARGIN_GENERIC: Ratio = ratio(7, 4);

const fn ratio(numerator: u32, denominator: u32) -> Ratio {
    match Ratio::new(numerator, denominator) {
        Ok(ratio) => ratio,
        Err(_) => Ratio::ONE,
    }
}

/// How a family of models splits text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tokenizer {
    /// OpenAI's models since GPT-4o.
    OpenaiO200k,
    /// OpenAI's models before GPT-4o.
    OpenaiCl100k,
    /// Claude, by the one vocabulary that was ever published, which is that of Claude 2. Newer
    /// ones are known to count more and can be asked only over the network; see
    /// [`Tokenizer::hold_margin`].
    Anthropic,
    /// Gemini and Gemma, by the vocabulary of Gemma 3.
    Gemini,
    /// Llama 3 and later.
    Llama,
    /// Any other: the mean of the others.
    #[default]
    Generic,
}

impl Tokenizer {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::OpenaiO200k,
        Self::OpenaiCl100k,
        Self::Anthropic,
        Self::Gemini,
        Self::Llama,
        Self::Generic,
    ];

    /// What a prompt of `tokens` by the estimate may turn out to be, in tokens.
    ///
    /// The estimate is the middle of what is likely. A hold must rather be too large, since nothing
    /// beyond it can ever be taken. Texts that are neither language nor code can still exceed it.
    #[must_use]
    pub fn hold(self, tokens: u64) -> u64 {
        self.hold_margin().mul_div_ceil(tokens).unwrap_or(u64::MAX)
    }

    /// The hold for one estimated token. A family that was measured errs by 15 % at most, and 1.2
    /// is a little over 1/0.85. Claude's newer vocabularies split the same text into up to 1.35
    /// times as many tokens
    /// ([Anthropic](https://platform.claude.com/docs/en/about-claude/models/whats-new-claude-4-7)).
    /// Among the measured families, the mean is short of the largest by up to 1.7.
    const fn hold_margin(self) -> Ratio {
        match self {
            Self::OpenaiO200k | Self::OpenaiCl100k | Self::Gemini | Self::Llama => MARGIN_MEASURED,
            Self::Anthropic => MARGIN_ANTHROPIC,
            Self::Generic => MARGIN_GENERIC,
        }
    }

    /// Thousandths of a token that each feature counts as.
    pub(super) const fn weights(self) -> &'static Features {
        match self {
            Self::OpenaiO200k => &OPENAI_O200K,
            Self::OpenaiCl100k => &OPENAI_CL100K,
            Self::Anthropic => &ANTHROPIC,
            Self::Gemini => &GEMINI,
            Self::Llama => &LLAMA,
            Self::Generic => &GENERIC,
        }
    }
}

const OPENAI_O200K: Features = Features {
    latin_words: 592,
    latin_lower: 105,
    latin_upper: 470,
    latin_accented: 850,
    digits: 546,
    gaps: 2_185,
    lines: 200,
    marks: 541,
    more_marks: 198,
    typography: 1_060,
    cyrillic_words: 1_483,
    cyrillic: 48,
    arabic_words: 1_023,
    arabic: 158,
    han: 780,
    hiragana: 736,
    katakana: 714,
    hangul: 893,
    wide_marks: 880,
    indic: 424,
    others: 1_657,
};

const OPENAI_CL100K: Features = Features {
    latin_words: 272,
    latin_lower: 191,
    latin_upper: 738,
    latin_accented: 1_907,
    digits: 430,
    gaps: 1_067,
    lines: 200,
    marks: 692,
    more_marks: 100,
    typography: 1_368,
    cyrillic_words: 1_603,
    cyrillic: 236,
    arabic_words: 778,
    arabic: 717,
    han: 959,
    hiragana: 797,
    katakana: 959,
    hangul: 1_402,
    wide_marks: 2_795,
    indic: 1_326,
    others: 1_931,
};

const ANTHROPIC: Features = Features {
    latin_words: 495,
    latin_lower: 157,
    latin_upper: 1_255,
    latin_accented: 2_568,
    digits: 330,
    gaps: 3_213,
    lines: 200,
    marks: 300,
    more_marks: 297,
    typography: 1_766,
    cyrillic_words: 1_552,
    cyrillic: 373,
    arabic_words: 1_342,
    arabic: 886,
    han: 768,
    hiragana: 743,
    katakana: 982,
    hangul: 1_611,
    wide_marks: 3_325,
    indic: 1_490,
    others: 1_856,
};

const GEMINI: Features = Features {
    latin_words: 696,
    latin_lower: 75,
    latin_upper: 701,
    latin_accented: 880,
    digits: 723,
    gaps: 1_593,
    lines: 291,
    marks: 1_017,
    more_marks: 100,
    typography: 792,
    cyrillic_words: 1_168,
    cyrillic: 95,
    arabic_words: 405,
    arabic: 324,
    han: 677,
    hiragana: 510,
    katakana: 362,
    hangul: 808,
    wide_marks: 923,
    indic: 343,
    others: 745,
};

const LLAMA: Features = Features {
    latin_words: 304,
    latin_lower: 186,
    latin_upper: 765,
    latin_accented: 1_858,
    digits: 648,
    gaps: 1_168,
    lines: 200,
    marks: 609,
    more_marks: 100,
    typography: 1_455,
    cyrillic_words: 1_337,
    cyrillic: 114,
    arabic_words: 654,
    arabic: 344,
    han: 812,
    hiragana: 649,
    katakana: 711,
    hangul: 875,
    wide_marks: 811,
    indic: 633,
    others: 1_641,
};

const GENERIC: Features = Features {
    latin_words: 472,
    latin_lower: 143,
    latin_upper: 786,
    latin_accented: 1_613,
    digits: 535,
    gaps: 1_845,
    lines: 218,
    marks: 632,
    more_marks: 159,
    typography: 1_288,
    cyrillic_words: 1_429,
    cyrillic: 173,
    arabic_words: 840,
    arabic: 486,
    han: 799,
    hiragana: 687,
    katakana: 746,
    hangul: 1_118,
    wide_marks: 1_747,
    indic: 843,
    others: 1_566,
};
