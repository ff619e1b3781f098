//! Amounts and rates as each locale writes them.
//!
//! The digits behind the point are ISO 4217's and not CLDR's, which would write forints and
//! ariarys without: what a person reads is what is charged, to the last minor unit.

use crate::{Locale, symbols::symbol};
use kernel::Money;

/// A space that does not break, as CLDR puts it between an amount and its currency.
const NO_BREAK: char = '\u{a0}';

/// Decimal digits of a rate in millionths, as a percentage.
const RATE_DIGITS: usize = 4;

/// An amount as people in `locale` write it, by the Unicode CLDR: `$1,234.50`,
/// `1 234,50 $US`, with the very spaces that CLDR asks for (U+00A0 and U+202F).
///
/// ```
/// # use pricing::{Locale, format_money};
/// let price = kernel::Money::new(123_450, "USD".parse()?);
/// assert_eq!(format_money(price, Locale::EnUs), "$1,234.50");
/// assert_eq!(format_money(price, Locale::FrFr), "1\u{202f}234,50\u{a0}$US");
/// # Ok::<(), kernel::UnknownCurrency>(())
/// ```
#[must_use]
pub fn format_money(money: Money, locale: Locale) -> String {
    let sign = if money.minor < 0 { "-" } else { "" };
    let digits = money.currency.exponent() as usize;
    let number = decimal(money.minor.unsigned_abs(), digits, locale);
    let symbol = symbol(money.currency.code(), locale);
    match locale {
        Locale::EnUs | Locale::EnGb => {
            // CLDR sets a space where a letter would touch a digit.
            let apart = symbol.ends_with(|last: char| last.is_ascii_alphabetic() || last == '.');
            let space = if apart { "\u{a0}" } else { "" };
            format!("{sign}{symbol}{space}{number}")
        }
        Locale::FrFr | Locale::DeDe => format!("{sign}{number}{NO_BREAK}{symbol}"),
    }
}

/// An amount that was converted for display, marked as what it is: `approx. CA$12.00`. What is
/// charged is never written with this.
#[must_use]
pub fn format_approximate(money: Money, locale: Locale) -> String {
    let about = match locale {
        Locale::EnUs | Locale::EnGb => "approx.",
        Locale::FrFr => "env.",
        Locale::DeDe => "ca.",
    };
    format!("{about}{NO_BREAK}{}", format_money(money, locale))
}

/// A rate in millionths as a percentage, without zeros at its end: `14.975%`, `25,5 %`.
#[must_use]
pub fn format_rate(rate_ppm: u32, locale: Locale) -> String {
    let number = decimal(u64::from(rate_ppm), RATE_DIGITS, locale);
    let number = number.trim_end_matches('0').trim_end_matches(['.', ',']);
    match locale {
        Locale::EnUs | Locale::EnGb => format!("{number}%"),
        Locale::FrFr | Locale::DeDe => format!("{number}{NO_BREAK}%"),
    }
}

/// `units` of which ten to the power of `digits` are one, in groups of three.
fn decimal(units: u64, digits: usize, locale: Locale) -> String {
    let (group, point) = match locale {
        Locale::EnUs | Locale::EnGb => (',', '.'),
        Locale::FrFr => ('\u{202f}', ','),
        Locale::DeDe => ('.', ','),
    };
    let text = format!("{units:0width$}", width = digits + 1);
    let whole = text.len() - digits;
    let mut written = String::with_capacity(text.len() * 2);
    for (index, digit) in text.chars().enumerate() {
        if index == whole {
            written.push(point);
        } else if index > 0 && index < whole && (whole - index).is_multiple_of(3) {
            written.push(group);
        }
        written.push(digit);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;
    use std::collections::BTreeMap;

    #[derive(serde::Deserialize)]
    struct Vectors {
        money: BTreeMap<String, Vec<(i64, [String; 4])>>,
        rates: Vec<(u32, [String; 4])>,
    }

    fn vectors() -> Vectors {
        serde_json::from_str(include_str!("../vectors/money.json")).unwrap()
    }

    #[test]
    fn amounts_read_as_icu_writes_them() {
        let mut read = 0;
        for (code, rows) in vectors().money {
            let currency: Currency = code.parse().unwrap();
            for (minor, expected) in rows {
                let written =
                    Locale::ALL.map(|locale| format_money(Money::new(minor, currency), locale));
                assert_eq!(written, expected, "{code} {minor}");
                read += 4;
            }
        }
        assert!(read > 1_500, "{read}");
    }

    #[test]
    fn rates_read_as_icu_writes_them() {
        for (rate_ppm, expected) in vectors().rates {
            assert_eq!(Locale::ALL.map(|locale| format_rate(rate_ppm, locale)), expected);
        }
    }

    #[test]
    fn the_least_and_the_largest_are_written_too() {
        let yen: Currency = "JPY".parse().unwrap();
        let least = format_money(Money::new(i64::MIN, yen), Locale::EnUs);
        assert_eq!(least, "-¥9,223,372,036,854,775,808");
        assert_eq!(format_rate(0, Locale::DeDe), "0\u{a0}%");
    }

    #[test]
    fn what_is_approximate_says_so() {
        let money = Money::new(1_200, "CAD".parse().unwrap());
        assert_eq!(
            Locale::ALL.map(|locale| format_approximate(money, locale)),
            [
                "approx.\u{a0}CA$12.00",
                "approx.\u{a0}CA$12.00",
                "env.\u{a0}12,00\u{a0}$CA",
                "ca.\u{a0}12,00\u{a0}CA$"
            ]
        );
    }
}
