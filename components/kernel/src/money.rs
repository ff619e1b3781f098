use crate::Currency;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount of money: whole minor units of one currency.
///
/// There are no floats and no silent conversions here. Two currencies never add up, and a sum that
/// does not fit is an error rather than a wrong number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// How many minor units by ISO 4217: cents for EUR, yen for JPY, fils for BHD.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

/// Why an amount could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// The amounts are of different currencies.
    CurrencyMismatch,
    /// The amount does not fit, or is finer than the unit it should be counted in.
    OutOfRange,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CurrencyMismatch => "the amounts are of different currencies",
            Self::OutOfRange => "the amount is out of range for its currency",
        })
    }
}

impl std::error::Error for MoneyError {}

impl Money {
    /// `minor` minor units of `currency`.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`], or [`MoneyError::OutOfRange`] beyond 64 bits.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// The difference.
    ///
    /// # Errors
    /// As for [`Money::checked_add`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    /// The amount for `quantity` of the same thing.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] beyond 64 bits.
    pub fn checked_mul(self, quantity: i64) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(quantity).ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    /// The amount as Stripe's API takes it for a charge, in Stripe's unit for the currency.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] when the amount does not fit, or is finer than what Stripe
    /// charges in this currency.
    pub fn to_stripe_charge(self) -> Result<i64, MoneyError> {
        let unit = self.currency.stripe();
        let power = |digits: u32| 10_i64.checked_pow(digits).ok_or(MoneyError::OutOfRange);
        let iso = self.currency.exponent();
        let amount = if unit.exponent >= iso {
            self.minor.checked_mul(power(unit.exponent - iso)?).ok_or(MoneyError::OutOfRange)?
        } else {
            let divisor = power(iso - unit.exponent)?;
            if self.minor % divisor != 0 {
                return Err(MoneyError::OutOfRange);
            }
            self.minor / divisor
        };
        if amount % unit.charge_step != 0 {
            return Err(MoneyError::OutOfRange);
        }
        Ok(amount)
    }

    /// The amount that Stripe's API gives, in Stripe's unit for the currency. The inverse of
    /// [`Money::to_stripe_charge`], except that it takes any multiple of what ISO 4217 counts in:
    /// taxes and fees are not bound to a charge's step. May be negative, as a payout can be.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] when the amount does not fit, or has a fraction that the currency
    /// has not: half a króna.
    pub fn from_stripe(amount: i64, currency: Currency) -> Result<Self, MoneyError> {
        let power = |digits: u32| 10_i64.checked_pow(digits).ok_or(MoneyError::OutOfRange);
        let (stripe, iso) = (currency.stripe().exponent, currency.exponent());
        let minor = if iso >= stripe {
            amount.checked_mul(power(iso - stripe)?).ok_or(MoneyError::OutOfRange)?
        } else {
            let divisor = power(stripe - iso)?;
            if amount % divisor != 0 {
                return Err(MoneyError::OutOfRange);
            }
            amount / divisor
        };
        Ok(Self { minor, currency })
    }

    fn combine(
        self,
        other: Self,
        operation: impl Fn(i64, i64) -> Option<i64>,
    ) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch);
        }
        let minor = operation(self.minor, other.minor).ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, ..self })
    }
}

impl fmt::Display for Money {
    /// The amount with its code and as many decimals as ISO 4217 says: `EUR 12.50`, `JPY 500`.
    /// For logs and errors; people read amounts in their own locale.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.exponent() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let units = format!("{:0width$}", self.minor.unsigned_abs(), width = digits + 1);
        let (whole, fraction) = units.split_at(units.len() - digits);
        let point = if digits == 0 { "" } else { "." };
        write!(f, "{} {sign}{whole}{point}{fraction}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, code.parse().unwrap())
    }

    #[test]
    fn sums_stay_within_a_currency_and_within_range() {
        assert_eq!(money(150, "EUR").checked_add(money(50, "EUR")), Ok(money(200, "EUR")));
        assert_eq!(money(1, "EUR").checked_add(money(1, "USD")), Err(MoneyError::CurrencyMismatch));
        assert_eq!(
            money(i64::MAX, "EUR").checked_add(money(1, "EUR")),
            Err(MoneyError::OutOfRange)
        );
        assert_eq!(
            money(i64::MIN, "EUR").checked_sub(money(1, "EUR")),
            Err(MoneyError::OutOfRange)
        );
        assert_eq!(money(i64::MAX, "EUR").checked_mul(2), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn stripe_gets_its_own_units() {
        assert_eq!(money(1_250, "EUR").to_stripe_charge(), Ok(1_250));
        assert_eq!(money(500, "JPY").to_stripe_charge(), Ok(500));
        assert_eq!(money(5, "ISK").to_stripe_charge(), Ok(500));
        assert_eq!(money(5, "UGX").to_stripe_charge(), Ok(500));
        assert_eq!(money(500, "MGA").to_stripe_charge(), Ok(5));
        assert_eq!(money(505, "MGA").to_stripe_charge(), Err(MoneyError::OutOfRange));
        assert_eq!(money(5_120, "KWD").to_stripe_charge(), Ok(5_120));
        assert_eq!(money(5_124, "KWD").to_stripe_charge(), Err(MoneyError::OutOfRange));
        assert_eq!(money(i64::MAX, "ISK").to_stripe_charge(), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn stripes_units_come_back() {
        let from = |amount, code: &str| Money::from_stripe(amount, code.parse().unwrap());
        for (amount, minor, code) in [
            (1_250, 1_250, "EUR"),
            (500, 500, "JPY"),
            (500, 5, "ISK"),
            (-500, -5, "UGX"),
            (5, 500, "MGA"),
            (1_999, 1_999, "HUF"),
            (5_120, 5_120, "KWD"),
            (5_123, 5_123, "KWD"),
        ] {
            assert_eq!(from(amount, code), Ok(money(minor, code)), "{amount} {code}");
        }
        assert_eq!(from(550, "ISK"), Err(MoneyError::OutOfRange));
        assert_eq!(from(i64::MAX, "MGA"), Err(MoneyError::OutOfRange));
        for code in ["EUR", "JPY", "ISK", "UGX", "MGA", "HUF", "TWD", "KWD", "BHD"] {
            for minor in [0, 10, 100, 1_230] {
                let amount = money(minor, code);
                if let Ok(sent) = amount.to_stripe_charge() {
                    assert_eq!(from(sent, code), Ok(amount), "{amount}");
                }
            }
        }
    }

    #[test]
    fn amounts_read_with_the_decimals_of_their_currency() {
        assert_eq!(money(1_250, "EUR").to_string(), "EUR 12.50");
        assert_eq!(money(-5, "EUR").to_string(), "EUR -0.05");
        assert_eq!(money(500, "JPY").to_string(), "JPY 500");
        assert_eq!(money(i64::MIN, "BHD").to_string(), "BHD -9223372036854775.808");
    }
}
