use serde::{Deserialize, Serialize};
use std::fmt;

/// A positive fraction, such as a model's token multiplier `72/100`.
///
/// Fractions are kept as two integers because a product of tokens and a float would not be the
/// same on every machine, and the difference would be somebody's money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u32, u32)", into = "(u32, u32)")]
pub struct Ratio {
    numerator: u32,
    denominator: u32,
}

/// Why a [`Ratio`] was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatioError {
    /// The numerator or the denominator is zero.
    Zero,
}

impl fmt::Display for RatioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a ratio needs two integers above zero, as in [72, 100]")
    }
}

impl std::error::Error for RatioError {}

impl Ratio {
    /// One to one.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// The fraction `numerator / denominator`.
    ///
    /// # Errors
    /// [`RatioError::Zero`] when either is zero.
    pub const fn new(numerator: u32, denominator: u32) -> Result<Self, RatioError> {
        if numerator == 0 || denominator == 0 {
            return Err(RatioError::Zero);
        }
        Ok(Self { numerator, denominator })
    }

    /// `quantity` times the fraction, rounded up to a whole unit; `None` beyond `u64`.
    #[must_use]
    pub fn mul_div_ceil(self, quantity: u64) -> Option<u64> {
        let product = u128::from(quantity) * u128::from(self.numerator);
        u64::try_from(product.div_ceil(u128::from(self.denominator))).ok()
    }
}

impl TryFrom<(u32, u32)> for Ratio {
    type Error = RatioError;

    fn try_from((numerator, denominator): (u32, u32)) -> Result<Self, RatioError> {
        Self::new(numerator, denominator)
    }
}

impl From<Ratio> for (u32, u32) {
    fn from(ratio: Ratio) -> Self {
        (ratio.numerator, ratio.denominator)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_up_and_only_when_there_is_a_remainder() {
        let seventy_two = Ratio::new(72, 100).unwrap();
        assert_eq!(seventy_two.mul_div_ceil(0), Some(0));
        assert_eq!(seventy_two.mul_div_ceil(100), Some(72));
        assert_eq!(seventy_two.mul_div_ceil(500), Some(360));
        assert_eq!(seventy_two.mul_div_ceil(501), Some(361));
    }

    #[test]
    fn a_product_beyond_64_bits_is_told_apart() {
        assert_eq!(Ratio::new(2, 1).unwrap().mul_div_ceil(u64::MAX), None);
        assert_eq!(Ratio::ONE.mul_div_ceil(u64::MAX), Some(u64::MAX));
    }

    #[test]
    fn zero_is_refused_in_code_and_in_json() {
        assert_eq!(Ratio::new(1, 0), Err(RatioError::Zero));
        assert!(serde_json::from_str::<Ratio>("[0, 100]").is_err());
        assert_eq!(serde_json::to_string(&Ratio::new(72, 100).unwrap()).unwrap(), "[72,100]");
    }
}
