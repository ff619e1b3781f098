//! A tenant's colours: a handful, checked before they are kept.
//!
//! Everything else is mixed from these in `static/css/tokens.css`, by the same shares that are
//! checked here, so that a theme that passes is legible wherever it is used.

use kernel::FieldError;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Contrast of text that WCAG 2.2 AA asks for
/// ([1.4.3](https://www.w3.org/TR/WCAG22/#contrast-minimum)), in thousandths.
const CONTRAST_MIN_MILLI: u32 = 4_500;

/// Share of the text colour in muted text, in percent. `--muted` in `tokens.css`.
const MUTED_PERCENT: u32 = 72;
/// Share of the text colour in surfaces that lie deeper. `--sunken` in `tokens.css`.
const SUNKEN_PERCENT: u32 = 4;

/// The fixed colours of signals, as in `tokens.css`: danger, warning, success; light, then dark.
const SIGNALS: [[Colour; 3]; 2] = [
    [Colour([0xb4, 0x23, 0x18]), Colour([0x8a, 0x4b, 0x08]), Colour([0x17, 0x6b, 0x3a])],
    [Colour([0xff, 0x9c, 0x8f]), Colour([0xf2, 0xb8, 0x5c]), Colour([0x7c, 0xd6, 0x9b])],
];

/// A colour in sRGB, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

impl FromStr for Colour {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "must be a colour like `#1f6f5c`";
        let digits = text.strip_prefix('#').ok_or(WRONG)?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(WRONG);
        }
        let value = u32::from_str_radix(digits, 16).map_err(|_| WRONG)?;
        let [_, red, green, blue] = value.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl TryFrom<String> for Colour {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Colour {
    /// Relative luminance ([WCAG 2.2](https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// `percent` of this colour and the rest of `other`, as CSS's `color-mix(in srgb, …)`.
    fn mixed(self, percent: u32, other: Self) -> Self {
        let mut mixed = self;
        for (channel, other) in mixed.0.iter_mut().zip(other.0) {
            let sum = u32::from(*channel) * percent + u32::from(other) * (100 - percent);
            *channel = u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX);
        }
        mixed
    }
}

/// The contrast of two colours in thousandths: 1000 to 21000, rounded down.
#[must_use]
pub fn contrast_milli(one: Colour, other: Colour) -> u32 {
    let (one, other) = (one.luminance() + 0.05, other.luminance() + 0.05);
    // Never negative and never above 21: the cast is exact enough.
    (one.max(other) / one.min(other) * 1_000.0) as u32
}

/// The colours of one scheme, light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Palette {
    /// Links, buttons, and what is chosen.
    pub accent: Colour,
    /// Text on the accent.
    pub on_accent: Colour,
    /// The page.
    pub surface: Colour,
    /// Text on the page.
    pub text: Colour,
}

/// A tenant's colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// By day.
    pub light: Palette,
    /// By night.
    pub dark: Palette,
}

impl Theme {
    /// The house's paper and ink around an accent by day and one by night.
    pub(crate) const fn of(light: [u8; 3], dark: [u8; 3]) -> Self {
        let light = Palette {
            accent: Colour(light),
            on_accent: Colour([0xff, 0xff, 0xff]),
            surface: Colour([0xfd, 0xfc, 0xfa]),
            text: Colour([0x1d, 0x23, 0x2b]),
        };
        let dark = Palette {
            accent: Colour(dark),
            on_accent: Colour([0x14, 0x18, 0x1e]),
            surface: Colour([0x14, 0x18, 0x1e]),
            text: Colour([0xe9, 0xea, 0xec]),
        };
        Self { light, dark }
    }

    /// Whether everything that will be written in these colours can be read.
    ///
    /// # Errors
    /// A [`FieldError`] that names the colour to change, and the contrast that it has.
    pub fn check(&self) -> Result<(), FieldError> {
        let [light, dark] = SIGNALS;
        self.light.check("theme.light", light)?;
        self.dark.check("theme.dark", dark)
    }

    /// The custom properties of this theme, for the one `<style>` of a page. Holds nothing but
    /// hexadecimal digits of the tenant's.
    #[must_use]
    pub fn css(&self) -> String {
        let Self { light, dark } = self;
        let pair = |name, light, dark| format!("--{name}:light-dark({light},{dark});");
        [
            ":root{".to_owned(),
            pair("accent", light.accent, dark.accent),
            pair("on-accent", light.on_accent, dark.on_accent),
            pair("surface", light.surface, dark.surface),
            pair("text", light.text, dark.text),
            "}".to_owned(),
        ]
        .concat()
    }
}

impl Palette {
    fn check(&self, path: &str, signals: [Colour; 3]) -> Result<(), FieldError> {
        let sunken = self.text.mixed(SUNKEN_PERCENT, self.surface);
        let muted = self.text.mixed(MUTED_PERCENT, self.surface);
        let pairs = [
            ("on_accent", self.on_accent, "accent", self.accent),
            ("text", self.text, "surface", self.surface),
            ("text", muted, "surface", sunken),
            ("accent", self.accent, "surface", sunken),
        ];
        let signals = signals.map(|signal| ("surface", sunken, "the colours of signals", signal));
        for (field, colour, against, other) in pairs.into_iter().chain(signals) {
            let milli = contrast_milli(colour, other);
            if milli < CONTRAST_MIN_MILLI {
                let (whole, tenths) = (milli / 1_000, milli / 100 % 10);
                let message = format!(
                    "has a contrast of {whole}.{tenths}:1 with {against}; at least 4.5:1 is needed"
                );
                return Err(FieldError::new(format!("{path}.{field}"), message));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AppKind;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn contrast_is_wcags() {
        assert_eq!(contrast_milli(colour("#000000"), colour("#ffffff")), 21_000);
        assert_eq!(contrast_milli(colour("#777777"), colour("#ffffff")), 4_478);
        assert_eq!(contrast_milli(colour("#ffffff"), colour("#767676")), 4_542);
        assert_eq!(contrast_milli(colour("#123456"), colour("#123456")), 1_000);
    }

    #[test]
    fn only_colours_are_colours() {
        assert_eq!(colour("#A0b1C2").to_string(), "#a0b1c2");
        for wrong in ["", "#fff", "red", "#12345g", "#1234567", "123456", "#1234é", "#+12345"] {
            assert!(wrong.parse::<Colour>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_house_theme_passes() {
        for app in AppKind::ALL {
            assert_eq!(app.theme().check(), Ok(()), "{app:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let good = AppKind::Postern.theme();
        let mut pale = good;
        pale.light.accent = colour("#a0d0ff");
        let error = pale.check().unwrap_err();
        assert_eq!(error.field, "theme.light.on_accent");
        let mut grey = good;
        grey.dark.text = colour("#606060");
        assert_eq!(grey.check().unwrap_err().field, "theme.dark.text");
        let mut midday = good;
        midday.dark = good.light;
        assert_eq!(midday.check().unwrap_err().field, "theme.dark.surface");
    }

    #[test]
    fn the_style_sheet_mixes_what_is_checked() {
        let css = include_str!("../../../static/css/tokens.css");
        assert!(css.contains(&format!("var(--text) {MUTED_PERCENT}%, var(--surface)")));
        assert!(css.contains(&format!("var(--text) {SUNKEN_PERCENT}%, var(--surface)")));
        let [light, dark] = SIGNALS;
        for (name, (light, dark)) in
            ["danger", "warning", "success"].into_iter().zip(light.into_iter().zip(dark))
        {
            assert!(css.contains(&format!("--{name}: light-dark({light}, {dark})")), "{name}");
        }
    }

    #[test]
    fn a_theme_is_read_from_json_and_nothing_slips_into_css() {
        let theme = AppKind::Family.theme();
        let json = serde_json::to_string(&theme).unwrap();
        assert_eq!(serde_json::from_str::<Theme>(&json).unwrap(), theme);
        let hostile = json.replacen('#', "red}body{", 1);
        assert!(serde_json::from_str::<Theme>(&hostile).is_err());
    }
}
