//! Moments and days, as each locale writes them. All are in UTC and say so: the edge does not know
//! where a person's clock stands, and `static/js/app.js` tells it anew in the browser, which does.

use crate::Locale;

const DAY_MS: i64 = 86_400_000;

/// The last millisecond of the year 9999, beyond which ISO 8601 needs an agreement.
const MOMENT_MAX_MS: i64 = 253_402_300_799_999;

struct Moment {
    year: i64,
    month: usize,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Moment {
    /// Days to a date, after
    /// [Hinnant](https://howardhinnant.github.io/date_algorithms.html#civil_from_days).
    fn of(ms: i64) -> Self {
        let ms = ms.clamp(0, MOMENT_MAX_MS);
        let second_of_day = ms % DAY_MS / 1_000;
        let shifted = ms / DAY_MS + 719_468;
        let era = shifted / 146_097;
        let of_era = shifted % 146_097;
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: usize::try_from(month - 1).unwrap_or_default(),
            day: of_year - (153 * from_march + 2) / 5 + 1,
            hour: second_of_day / 3_600,
            minute: second_of_day / 60 % 60,
            second: second_of_day % 60,
        }
    }
}

const MONTHS_EN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTHS_FR: [&str; 12] = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
];
const MONTHS_DE: [&str; 12] =
    ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"];

impl Locale {
    fn month(self, index: usize) -> &'static str {
        let months = match self {
            Self::EnUs | Self::EnGb => &MONTHS_EN,
            Self::FrFr => &MONTHS_FR,
            Self::DeDe => &MONTHS_DE,
        };
        months.get(index).copied().unwrap_or_default()
    }

    /// A day with its year, in the medium length of the
    /// [CLDR](https://cldr.unicode.org), which is also what browsers write.
    #[must_use]
    pub fn day(self, ms: i64) -> String {
        let Moment { year, month, day, .. } = Moment::of(ms);
        let month = self.month(month);
        match self {
            Self::EnUs => format!("{month} {day}, {year}"),
            Self::EnGb => format!("{day} {month} {year}"),
            Self::FrFr if day == 1 => format!("1er {month} {year}"),
            Self::FrFr => format!("{day} {month} {year}"),
            Self::DeDe => format!("{day:02}.{month}.{year}"),
        }
    }

    /// A moment to the minute, in UTC.
    #[must_use]
    pub fn moment(self, ms: i64) -> String {
        let Moment { hour, minute, .. } = Moment::of(ms);
        let day = self.day(ms);
        match self {
            Self::EnUs => {
                let half = if hour < 12 { "AM" } else { "PM" };
                format!("{day}, {}:{minute:02}\u{202f}{half} UTC", (hour + 11) % 12 + 1)
            }
            Self::EnGb | Self::FrFr | Self::DeDe => format!("{day}, {hour:02}:{minute:02} UTC"),
        }
    }
}

/// A moment as [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339), for programs.
pub fn rfc3339(ms: i64) -> String {
    let Moment { year, month, day, hour, minute, second } = Moment::of(ms);
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1)
}

/// A day as RFC 3339.
pub fn rfc3339_day(ms: i64) -> String {
    rfc3339(ms).chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_every_kind_of_year() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59Z"),
            (1_709_251_200_000, "2024-03-01T00:00:00Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
            (i64::MAX, "9999-12-31T23:59:59Z"),
            (i64::MIN, "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(ms), text);
        }
    }

    #[test]
    fn each_locale_has_its_order() {
        let ms = 1_796_083_740_000;
        assert_eq!(Locale::EnUs.moment(ms), "Dec 1, 2026, 12:09\u{202f}AM UTC");
        assert_eq!(Locale::EnGb.moment(ms), "1 Dec 2026, 00:09 UTC");
        assert_eq!(Locale::FrFr.moment(ms), "1er déc. 2026, 00:09 UTC");
        assert_eq!(Locale::DeDe.moment(ms), "01.12.2026, 00:09 UTC");
        assert_eq!(Locale::EnUs.moment(ms + DAY_MS / 2), "Dec 1, 2026, 12:09\u{202f}PM UTC");
    }
}
