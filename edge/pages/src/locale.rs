//! The languages that pages are written in, and which of them a person gets.

/// A language and the customs of a country.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// English as in the United States. What is said when nothing else is known.
    #[default]
    EnUs,
    /// English as in the United Kingdom.
    EnGb,
    /// French as in France.
    FrFr,
    /// German as in Germany.
    DeDe,
}

/// More ranges than any browser sends; what follows is not read.
const RANGES_MAX: usize = 20;

impl Locale {
    /// Every locale.
    pub const ALL: [Self; 4] = [Self::EnUs, Self::EnGb, Self::FrFr, Self::DeDe];

    /// The locale's language tag ([BCP 47](https://www.rfc-editor.org/info/bcp47)).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EnUs => "en-US",
            Self::EnGb => "en-GB",
            Self::FrFr => "fr-FR",
            Self::DeDe => "de-DE",
        }
    }

    /// What the locale calls itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::EnUs => "English (United States)",
            Self::EnGb => "English (United Kingdom)",
            Self::FrFr => "Français (France)",
            Self::DeDe => "Deutsch (Deutschland)",
        }
    }

    /// The direction that the locale is written in.
    #[must_use]
    pub const fn dir(self) -> &'static str {
        match self {
            Self::EnUs | Self::EnGb | Self::FrFr | Self::DeDe => "ltr",
        }
    }

    /// The locale of exactly this tag, in any case.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.as_str().eq_ignore_ascii_case(tag))
    }

    /// The locale that an `Accept-Language` header likes best
    /// ([RFC 9110, section 12.5.4](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4)).
    ///
    /// A range that no locale has exactly is answered by its language: `fr-CA` reads French.
    /// English of anywhere but the United States is nearer to that of the United Kingdom.
    #[must_use]
    pub fn negotiate(accept_language: Option<&str>) -> Self {
        let mut best = (0, Self::default());
        for range in accept_language.unwrap_or_default().split(',').take(RANGES_MAX) {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=").map(quality));
            // The first of equals wins, as browsers list them by liking.
            if let Some(locale) = Self::nearest(tag)
                && weight.unwrap_or(1000) > best.0
            {
                best = (weight.unwrap_or(1000), locale);
            }
        }
        best.1
    }

    fn nearest(tag: &str) -> Option<Self> {
        if let Some(locale) = Self::parse(tag) {
            return Some(locale);
        }
        let mut subtags = tag.split('-');
        let language = subtags.next().unwrap_or_default().to_ascii_lowercase();
        match language.as_str() {
            "en" if subtags.next().is_some() => Some(Self::EnGb),
            "en" | "*" => Some(Self::EnUs),
            "fr" => Some(Self::FrFr),
            "de" => Some(Self::DeDe),
            _ => None,
        }
    }
}

/// A weight in thousandths. One that cannot be read counts as none.
fn quality(text: &str) -> u32 {
    let mut parts = text.trim().splitn(2, '.');
    let whole = parts.next().unwrap_or_default();
    let digits: String =
        parts.next().unwrap_or_default().chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u32>()) {
        ("0", Ok(thousandths)) => thousandths,
        ("1", Ok(0)) => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_read_back() {
        for locale in Locale::ALL {
            assert_eq!(Locale::parse(locale.as_str()), Some(locale));
            assert_eq!(Locale::negotiate(Some(locale.as_str())), locale);
        }
        assert_eq!(Locale::parse("FR-fr"), Some(Locale::FrFr));
        for wrong in ["", "fr", "en_US", "en-US ", "../en-US"] {
            assert_eq!(Locale::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_browser_gets_what_it_likes_best_of_what_there_is() {
        let cases = [
            (None, Locale::EnUs),
            (Some(""), Locale::EnUs),
            (Some("*"), Locale::EnUs),
            (Some("ja"), Locale::EnUs),
            (Some("ja,de;q=0.5"), Locale::DeDe),
            (Some("fr-CA,fr;q=0.9,en;q=0.8"), Locale::FrFr),
            (Some("en-AU"), Locale::EnGb),
            (Some("en"), Locale::EnUs),
            (Some("de-AT;q=0.7, fr;q=0.8"), Locale::FrFr),
            (Some("de;q=0.8,fr;q=0.8"), Locale::DeDe),
            (Some("de;q=0,fr;q=0.001"), Locale::FrFr),
            (Some("de;q=0"), Locale::EnUs),
            (Some("de;q=9,fr;q=banana,en-GB;q=0.1"), Locale::EnGb),
            (Some(";;;,,,q=1,-,--"), Locale::EnUs),
        ];
        for (header, locale) in cases {
            assert_eq!(Locale::negotiate(header), locale, "{header:?}");
        }
    }
}
