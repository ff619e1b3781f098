use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A language and a region by whose rules amounts are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Locale {
    /// English as in the United States.
    #[default]
    EnUs,
    /// English as in the United Kingdom.
    EnGb,
    /// French as in France.
    FrFr,
    /// German as in Germany.
    DeDe,
}

/// A text that is none of the locales there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLocale;

impl fmt::Display for UnknownLocale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be en-US, en-GB, fr-FR or de-DE")
    }
}

impl std::error::Error for UnknownLocale {}

impl Locale {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::EnUs, Self::EnGb, Self::FrFr, Self::DeDe];

    /// The tag by [BCP 47](https://www.rfc-editor.org/rfc/rfc5646): `en-US`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EnUs => "en-US",
            Self::EnGb => "en-GB",
            Self::FrFr => "fr-FR",
            Self::DeDe => "de-DE",
        }
    }
}

impl FromStr for Locale {
    type Err = UnknownLocale;

    /// Reads a tag, in which capitals do not matter.
    fn from_str(tag: &str) -> Result<Self, UnknownLocale> {
        let found = Self::ALL.into_iter().find(|locale| locale.as_str().eq_ignore_ascii_case(tag));
        found.ok_or(UnknownLocale)
    }
}

impl TryFrom<String> for Locale {
    type Error = UnknownLocale;

    fn try_from(tag: String) -> Result<Self, UnknownLocale> {
        tag.parse()
    }
}

impl From<Locale> for String {
    fn from(locale: Locale) -> Self {
        locale.as_str().to_owned()
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_whatever_their_capitals() {
        for locale in Locale::ALL {
            assert_eq!(locale.as_str().parse(), Ok(locale));
            assert_eq!(locale.as_str().to_lowercase().parse(), Ok(locale));
        }
        for wrong in ["", "en", "fr-CA", "de_DE"] {
            assert_eq!(wrong.parse::<Locale>(), Err(UnknownLocale), "{wrong:?}");
        }
    }
}
