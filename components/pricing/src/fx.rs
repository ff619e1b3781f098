use kernel::{Currency, FieldError, Money, UnixMillis, read_json};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Decimal digits that a rate keeps.
const DIGITS: usize = 9;
/// One, in the unit that rates are kept in.
const ONE: u64 = 1_000_000_000;
/// The largest rate: a billion for one.
const WHOLE_DIGITS_MAX: usize = 9;

/// What currencies are worth in each other, roughly and at some time.
///
/// For display only: a person may see what a price is about in another currency, marked with
/// [`format_approximate`](crate::format_approximate). Nothing is ever charged by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Fx {
    /// When the rates were true.
    pub as_of_ms: UnixMillis,
    /// The currency of which one is worth so much in others.
    pub base: Currency,
    /// By the currency's code, in billionths. One is the base's.
    rates: BTreeMap<&'static str, u64>,
}

/// The table as JSON: `{"as_of_ms": 1767225600000, "base": "EUR", "rates": {"USD": "1.0834"}}`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    as_of_ms: UnixMillis,
    base: Currency,
    rates: BTreeMap<String, String>,
}

impl Fx {
    /// Reads a table: what one of `base` is in each currency, as decimal texts such as `"1.0834"`
    /// with at most nine digits on each side of the point.
    ///
    /// # Errors
    /// A [`FieldError`] that names the first wrong field.
    pub fn parse(json: &[u8]) -> Result<Self, FieldError> {
        read_json::<Written>(json)?.try_into()
    }

    /// About how much `money` is in `currency`, rounded to its nearest minor unit, half away from
    /// zero. `None` when a rate is missing, or the amount does not fit.
    #[must_use]
    pub fn approximate(&self, money: Money, currency: Currency) -> Option<Money> {
        let (from, to) = (self.rate(money.currency)?, self.rate(currency)?);
        let (old, new) = (money.currency.exponent(), currency.exponent());
        let more = 10_u128.checked_pow(new.saturating_sub(old))?;
        let fewer = 10_u128.checked_pow(old.saturating_sub(new))?;
        let amount = u128::from(money.minor.unsigned_abs())
            .checked_mul(u128::from(to))?
            .checked_mul(more)?;
        let divisor = u128::from(from).checked_mul(fewer)?;
        let rounded = amount.checked_add(divisor / 2)? / divisor;
        let minor = i64::try_from(rounded).ok()?;
        Some(Money::new(if money.minor < 0 { -minor } else { minor }, currency))
    }

    fn rate(&self, currency: Currency) -> Option<u64> {
        if currency == self.base { Some(ONE) } else { self.rates.get(currency.code()).copied() }
    }
}

impl TryFrom<Written> for Fx {
    type Error = FieldError;

    fn try_from(written: Written) -> Result<Self, FieldError> {
        let mut rates = BTreeMap::new();
        for (code, text) in written.rates {
            let wrong = |message: &str| FieldError::new(format!("rates.{code}"), message);
            let currency: Currency = code.parse().map_err(|e| wrong(&format!("{e}")))?;
            let rate = parse_rate(&text).ok_or_else(|| {
                wrong("must be a decimal text above zero with at most nine digits on each side")
            })?;
            if currency == written.base && rate != ONE {
                return Err(wrong("is the base, of which one is one"));
            }
            if rates.insert(currency.code(), rate).is_some() {
                return Err(wrong("is named twice"));
            }
        }
        rates.remove(written.base.code());
        Ok(Self { as_of_ms: written.as_of_ms, base: written.base, rates })
    }
}

impl From<Fx> for Written {
    fn from(fx: Fx) -> Self {
        let text = |rate: u64| {
            let text = format!("{}.{:09}", rate / ONE, rate % ONE);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        let rates = fx.rates.into_iter().map(|(code, rate)| (code.to_owned(), text(rate)));
        Self { as_of_ms: fx.as_of_ms, base: fx.base, rates: rates.collect() }
    }
}

/// A decimal text in billionths.
fn parse_rate(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(whole, WHOLE_DIGITS_MAX) || !digits(fraction, DIGITS) {
        return None;
    }
    let fraction: u64 = format!("{fraction:0<DIGITS$}").parse().ok()?;
    let whole: u64 = whole.parse().ok()?;
    Some(whole * ONE + fraction).filter(|&rate| rate > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fx() -> Fx {
        let json = br#"{"as_of_ms": 1767225600000, "base": "EUR", "rates": {
            "USD": "1.0834", "JPY": "163.25", "BHD": "0.4085", "VND": "27500", "EUR": "1"}}"#;
        Fx::parse(json).unwrap()
    }

    fn about(minor: i64, from: &str, to: &str) -> Option<i64> {
        let money = Money::new(minor, from.parse().unwrap());
        fx().approximate(money, to.parse().unwrap()).map(|money| money.minor)
    }

    #[test]
    fn amounts_move_between_currencies_of_any_digits() {
        assert_eq!(about(10_000, "EUR", "USD"), Some(10_834));
        assert_eq!(about(10_834, "USD", "EUR"), Some(10_000));
        assert_eq!(about(1_000, "EUR", "JPY"), Some(1_633)); // 1632.5
        assert_eq!(about(-1_000, "EUR", "JPY"), Some(-1_633));
        assert_eq!(about(100, "EUR", "BHD"), Some(409)); // 408.5
        assert_eq!(about(1_633, "JPY", "USD"), Some(1_084)); // 10.8373...
        assert_eq!(about(1, "EUR", "EUR"), Some(1));
    }

    #[test]
    fn what_is_not_known_or_does_not_fit_is_none() {
        assert_eq!(about(1, "EUR", "GBP"), None);
        assert_eq!(about(1, "GBP", "EUR"), None);
        assert_eq!(about(i64::MAX, "EUR", "VND"), None);
    }

    #[test]
    fn errors_name_the_field() {
        let field = |rates: &str| {
            let json = format!(r#"{{"as_of_ms": 1, "base": "EUR", "rates": {rates}}}"#);
            Fx::parse(json.as_bytes()).unwrap_err().field
        };
        for rate in ["", "0", "0.0", "-1", "1,5", "1e3", ".5", "1.", "1.0000000001", "1234567890"] {
            assert_eq!(field(&format!(r#"{{"USD": "{rate}"}}"#)), "rates.USD", "{rate}");
        }
        assert_eq!(field(r#"{"XXX": "1"}"#), "rates.XXX");
        assert_eq!(field(r#"{"EUR": "1.1"}"#), "rates.EUR");
        assert_eq!(field(r#"{"USD": 1.1}"#), "rates.USD");
        assert_eq!(field(r#"{"USD": "1", "usd": "1"}"#), "rates.usd");
    }

    #[test]
    fn a_table_reads_as_it_was_written() {
        let json = serde_json::to_string(&fx()).unwrap();
        assert!(json.contains(r#""USD":"1.0834""#) && json.contains(r#""VND":"27500""#), "{json}");
        assert_eq!(Fx::parse(json.as_bytes()).unwrap(), fx());
    }
}
