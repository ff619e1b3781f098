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

    /// The size of a file in the largest unit that it has a whole of, by thousands as shops and
    /// systems count; with one decimal from megabytes on, rounded half up.
    #[must_use]
    pub fn bytes(self, value: u64) -> String {
        let unit = match (self, value) {
            (Self::FrFr, ..1_000) => "o",
            (_, ..1_000) => "B",
            (Self::FrFr, ..999_500) => "ko",
            (_, ..999_500) => "kB",
            (Self::FrFr, ..999_950_000) => "Mo",
            (_, ..999_950_000) => "MB",
            (Self::FrFr, _) => "Go",
            (_, _) => "GB",
        };
        let tenths = |of: u64| {
            let tenths = value / of + u64::from(value % of * 2 >= of);
            format!("{}{}{}", self.grouped(tenths / 10), self.decimal(), tenths % 10)
        };
        let number = match value {
            0..1_000 => value.to_string(),
            1_000..999_500 => ((value + 500) / 1_000).to_string(),
            999_500..999_950_000 => tenths(100_000),
            _ => tenths(100_000_000),
        };
        format!("{number}\u{a0}{unit}")
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
    fn sizes_are_told_in_the_unit_that_fits() {
        let us = |value| Locale::EnUs.bytes(value).replace('\u{a0}', " ");
        for (value, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (7_340_032, "7.3 MB"),
            (999_949_999, "999.9 MB"),
            (999_950_000, "1.0 GB"),
            (4_831_838_208, "4.8 GB"),
            (u64::MAX, "18,446,744,073.7 GB"),
        ] {
            assert_eq!(us(value), text);
        }
        assert_eq!(Locale::FrFr.bytes(7_340_032), "7,3\u{a0}Mo");
        assert_eq!(Locale::DeDe.bytes(1_234_500_000_000), "1.234,5\u{a0}GB");
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
