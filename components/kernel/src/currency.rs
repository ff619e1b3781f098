use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A currency that people pay in: an active [ISO 4217](https://www.iso.org/iso-4217-currency-codes.html)
/// code with a minor unit. Funds, metals, test codes and withdrawn currencies are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

/// A text that names no currency people pay in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCurrency;

impl fmt::Display for UnknownCurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be the three-letter ISO 4217 code of a currency in use, such as EUR")
    }
}

impl std::error::Error for UnknownCurrency {}

/// How Stripe counts amounts of a currency.
///
/// Stripe's table is not ISO's ([currencies](https://docs.stripe.com/currencies)): the króna and
/// the Ugandan shilling have no decimals but are sent with two, and the Malagasy ariary is sent
/// with none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StripeUnit {
    /// Decimal digits of an amount in Stripe's API.
    pub exponent: u32,
    /// An amount of a charge must be a multiple of this many of Stripe's units.
    pub charge_step: i64,
    /// An amount of a payout must be a multiple of this many of Stripe's units.
    pub payout_step: i64,
}

impl Currency {
    /// The ISO code in capitals.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimal digits of the minor unit by ISO 4217: 2 for EUR, 0 for JPY, 3 for BHD.
    #[must_use]
    pub fn exponent(self) -> u32 {
        // Every `Currency` has one: `from_str` refuses the codes without.
        self.0.exponent().map_or(2, u32::from)
    }

    /// How Stripe counts this currency.
    #[must_use]
    pub fn stripe(self) -> StripeUnit {
        let (exponent, charge_step, payout_step) = match self.code() {
            "BIF" | "CLP" | "DJF" | "GNF" | "JPY" | "KMF" | "KRW" | "MGA" | "PYG" | "RWF"
            | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => (0, 1, 1),
            "ISK" | "UGX" => (2, 100, 100),
            "HUF" | "TWD" => (2, 1, 100),
            "BHD" | "JOD" | "KWD" | "OMR" | "TND" => (3, 10, 10),
            _ => (2, 1, 1),
        };
        StripeUnit { exponent, charge_step, payout_step }
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(code: &str) -> Result<Self, UnknownCurrency> {
        let code = code.to_ascii_uppercase();
        iso_currency::Currency::from_code(&code)
            .filter(|c| !c.is_fund() && !c.is_special() && c.is_superseded().is_none())
            .filter(|c| c.exponent().is_some())
            .map(Self)
            .ok_or(UnknownCurrency)
    }
}

impl TryFrom<String> for Currency {
    type Error = UnknownCurrency;

    fn try_from(code: String) -> Result<Self, UnknownCurrency> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap_or_else(|_| panic!("{code} is a currency"))
    }

    #[test]
    fn exponents_are_those_of_iso_4217() {
        for (code, exponent) in
            [("EUR", 2), ("JPY", 0), ("KRW", 0), ("BHD", 3), ("TND", 3), ("ISK", 0), ("UGX", 0)]
        {
            assert_eq!(currency(code).exponent(), exponent, "{code}");
        }
    }

    #[test]
    fn stripes_table_is_its_own() {
        let unit = |code| {
            let StripeUnit { exponent, charge_step, payout_step } = currency(code).stripe();
            (exponent, charge_step, payout_step)
        };
        assert_eq!(unit("EUR"), (2, 1, 1));
        assert_eq!(unit("JPY"), (0, 1, 1));
        assert_eq!(unit("MGA"), (0, 1, 1));
        assert_eq!(unit("ISK"), (2, 100, 100));
        assert_eq!(unit("UGX"), (2, 100, 100));
        assert_eq!(unit("HUF"), (2, 1, 100));
        assert_eq!(unit("TWD"), (2, 1, 100));
        assert_eq!(unit("KWD"), (3, 10, 10));
    }

    #[test]
    fn codes_nobody_pays_in_are_refused() {
        for code in ["", "EURO", "ABC", "XXX", "XTS", "XAU", "CHE", "DEM"] {
            assert_eq!(code.parse::<Currency>(), Err(UnknownCurrency), "{code:?}");
        }
        assert_eq!(currency("eur").code(), "EUR");
    }
}
