//! Numbers and prices, as each locale writes them.

use crate::Locale;

/// Nano-dollars in a dollar.
const NANO: u64 = 1_000_000_000;

impl Locale {
    /// What stands between groups of three digits. French asks for a space that is narrow and does
    /// not break.
    const fn group(self) -> char {
        match self {
            Self::EnUs | Self::EnGb => ',',
            Self::FrFr => '\u{202f}',
            Self::DeDe => '.',
        }
    }

    const fn decimal(self) -> char {
        match self {
            Self::EnUs | Self::EnGb => '.',
            Self::FrFr | Self::DeDe => ',',
        }
    }

    /// A whole number in groups of three digits.
    #[must_use]
    pub fn int(self, value: i64) -> String {
        let mut text = String::new();
        if value < 0 {
            text.push('\u{2212}');
        }
        text.push_str(&self.grouped(value.unsigned_abs()));
        text
    }

    fn grouped(self, value: u64) -> String {
        let digits = value.to_string();
        let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(self.group());
            }
            text.push(digit);
        }
        text
    }

    /// A whole number with its sign, also when it is above zero.
    #[must_use]
    pub fn signed(self, value: i64) -> String {
        let plus = if value > 0 { "+" } else { "" };
        format!("{plus}{}", self.int(value))
    }

    /// An amount of US dollars with as many decimals as it takes to be told from nothing: two from
    /// a dollar on, four from a cent on, six below. Rounded half up.
    #[must_use]
    pub fn usd(self, nano: u64) -> String {
        let decimals: u32 = match nano {
            NANO.. => 2,
            10_000_000.. => 4,
            _ => 6,
        };
        let step = 10_u64.pow(9 - decimals);
        let steps = (nano + step / 2) / step;
        let (less, steps) = if nano > 0 && steps == 0 { ("<\u{a0}", 1) } else { ("", steps) };
        let per_dollar = 10_u64.pow(decimals);
        let mut number = self.grouped(steps / per_dollar);
        number.push(self.decimal());
        number.push_str(&format!("{:0width$}", steps % per_dollar, width = decimals as usize));
        match self {
            Self::EnUs => format!("{less}${number}"),
            Self::EnGb => format!("{less}US${number}"),
            Self::FrFr => format!("{less}{number}\u{a0}$US"),
            Self::DeDe => format!("{less}{number}\u{a0}$"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_grouped() {
        let cases = [
            (0, "0", "0", "0"),
            (999, "999", "999", "999"),
            (1_000, "1,000", "1\u{202f}000", "1.000"),
            (-12_345_678, "−12,345,678", "−12\u{202f}345\u{202f}678", "−12.345.678"),
        ];
        for (value, en, fr, de) in cases {
            assert_eq!(Locale::EnGb.int(value), en);
            assert_eq!(Locale::FrFr.int(value), fr);
            assert_eq!(Locale::DeDe.int(value), de);
        }
        assert_eq!(Locale::EnUs.int(i64::MIN), "−9,223,372,036,854,775,808");
        assert_eq!(Locale::EnUs.signed(5), "+5");
        assert_eq!(Locale::EnUs.signed(-5), "−5");
        assert_eq!(Locale::EnUs.signed(0), "0");
    }

    #[test]
    fn small_prices_keep_their_digits() {
        let us = |nano| Locale::EnUs.usd(nano);
        assert_eq!(us(0), "$0.000000");
        assert_eq!(us(1), "<\u{a0}$0.000001");
        assert_eq!(us(1_500), "$0.000002");
        assert_eq!(us(420_000), "$0.000420");
        assert_eq!(us(12_345_678), "$0.0123");
        assert_eq!(us(1_234_567_890_123), "$1,234.57");
        assert_eq!(Locale::EnGb.usd(NANO), "US$1.00");
        assert_eq!(Locale::FrFr.usd(NANO * 1_000), "1\u{202f}000,00\u{a0}$US");
        assert_eq!(Locale::DeDe.usd(25_000_000), "0,0250\u{a0}$");
    }
}
