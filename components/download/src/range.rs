//! Which part of a file is sent: `Range`, `If-Range` and `If-None-Match`
//! ([RFC 9110 §13, §14](https://www.rfc-editor.org/rfc/rfc9110#section-13)).

/// What a request for a file says about the part it wants: the values of its headers, as they came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions<'a> {
    /// `Range`. It is for `GET` only: leave it out for `HEAD`.
    pub range: Option<&'a str>,
    /// `If-Range`.
    pub if_range: Option<&'a str>,
    /// `If-None-Match`.
    pub if_none_match: Option<&'a str>,
}

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// 200 with all of it.
    Whole,
    /// 206 with a part; `len` is at least 1, and the part lies within the file.
    Part {
        /// Where it begins.
        start: u64,
        /// How many bytes it has.
        len: u64,
    },
    /// 304: the client has it already.
    NotModified,
    /// 416: there is no such part.
    Unsatisfiable,
}

impl Plan {
    /// What to answer for a file of `size` bytes. `etag` is strong and without quotation marks.
    ///
    /// Several ranges, other units and what cannot be read ask for nothing, and so the whole is
    /// sent, as [RFC 9110 §14.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.2) allows.
    #[must_use]
    pub fn of(conditions: &Conditions<'_>, etag: &str, size: u64) -> Self {
        let etag = quote_etag(etag);
        if conditions.if_none_match.is_some_and(|list| has_etag(list, &etag)) {
            return Self::NotModified;
        }
        // A date never matches, since a file may change twice in its second; nor does a weak tag.
        if conditions.if_range.is_some_and(|wanted| wanted.trim() != etag) {
            return Self::Whole;
        }
        match conditions.range.and_then(ByteRange::read) {
            None => Self::Whole,
            Some(range) => match range.within(size) {
                Some((start, len)) => Self::Part { start, len },
                None => Self::Unsatisfiable,
            },
        }
    }

    /// The status to answer with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Whole => 200,
            Self::Part { .. } => 206,
            Self::NotModified => 304,
            Self::Unsatisfiable => 416,
        }
    }

    /// The header `content-range`, for those answers that have one.
    #[must_use]
    pub fn content_range(self, size: u64) -> Option<String> {
        match self {
            Self::Part { start, len } => {
                let last = start.saturating_add(len).saturating_sub(1);
                Some(format!("bytes {start}-{last}/{size}"))
            }
            Self::Unsatisfiable => Some(format!("bytes */{size}")),
            Self::Whole | Self::NotModified => None,
        }
    }

    /// Where in the file the body begins.
    #[must_use]
    pub const fn start(self) -> u64 {
        match self {
            Self::Part { start, .. } => start,
            Self::Whole | Self::NotModified | Self::Unsatisfiable => 0,
        }
    }

    /// Bytes of the body.
    #[must_use]
    pub const fn len(self, size: u64) -> u64 {
        match self {
            Self::Whole => size,
            Self::Part { len, .. } => len,
            Self::NotModified | Self::Unsatisfiable => 0,
        }
    }

    /// Whether this goes on with a download that has begun, and so is not one more use of it. Only
    /// of a grant that has been used: of another, it is the first.
    #[must_use]
    pub const fn resumes(self) -> bool {
        self.start() > 0
    }
}

/// An entity tag as it stands in a header: in quotation marks, and with every character that may
/// not stand between them as `%` and its two digits
/// ([RFC 9110 §8.8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3)).
#[must_use]
pub fn quote_etag(etag: &str) -> String {
    let mut quoted = String::with_capacity(etag.len() + 2);
    quoted.push('"');
    for byte in etag.bytes() {
        match byte {
            b'!' | b'#' | b'$' | b'&'..=b'~' => quoted.push(char::from(byte)),
            _ => quoted.push_str(&format!("%{byte:02X}")),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether the list of `If-None-Match` has a tag, as the weak comparison says.
fn has_etag(list: &str, etag: &str) -> bool {
    let mut rest = list.trim();
    if rest == "*" {
        return true;
    }
    // A tag may have a comma in it, and so the list cannot be split at each.
    while !rest.is_empty() {
        let tag = rest.strip_prefix("W/").unwrap_or(rest);
        let Some(end) = tag.strip_prefix('"').and_then(|tag| tag.find('"')) else { return false };
        let Some((tag, after)) = tag.split_at_checked(end + 2) else { return false };
        if tag == etag {
            return true;
        }
        rest = after.trim_start_matches([',', ' ', '\t']);
    }
    false
}

/// One range, as it is written.
#[derive(Clone, Copy)]
enum ByteRange {
    FromTo(u64, u64),
    From(u64),
    Last(u64),
}

impl ByteRange {
    fn read(text: &str) -> Option<Self> {
        let (unit, range) = text.trim().split_once('=')?;
        let (first, last) = range.trim().split_once('-')?;
        if !unit.trim_end().eq_ignore_ascii_case("bytes") {
            return None;
        }
        match (first, last) {
            ("", last) => Some(Self::Last(number(last)?)),
            (first, "") => Some(Self::From(number(first)?)),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::FromTo(first, last))
            }
        }
    }

    /// Where it begins in a file of `size` bytes and how long it is.
    fn within(self, size: u64) -> Option<(u64, u64)> {
        let (start, end) = match self {
            Self::FromTo(first, last) => (first, last.saturating_add(1).min(size)),
            Self::From(first) => (first, size),
            Self::Last(len) => (size.saturating_sub(len), size),
        };
        (start < end).then(|| (start, end - start))
    }
}

/// Digits and nothing else; a number that is too large is as good as the largest.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(range: &str) -> Plan {
        Plan::of(&Conditions { range: Some(range), ..Conditions::default() }, "v1", 10_000)
    }

    const fn part(start: u64, len: u64) -> Plan {
        Plan::Part { start, len }
    }

    /// With the examples of
    /// [RFC 9110 §14.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2).
    #[test]
    fn one_range_is_sent_and_what_is_none_is_not_heeded() {
        #[derive(serde::Deserialize)]
        struct Vector {
            range: String,
            status: u16,
            start: u64,
            len: u64,
        }
        let vectors = include_str!("../vectors/ranges.json");
        for vector in serde_json::from_str::<Vec<Vector>>(vectors).unwrap() {
            let Vector { range, status, start, len } = vector;
            let plan = plan(&range);
            assert_eq!((plan.status(), plan.len(10_000)), (status, len), "{range:?}");
            assert_eq!((plan.start(), plan.resumes()), (start, start > 0), "{range:?}");
        }
        let empty = Conditions { range: Some("bytes=0-"), ..Conditions::default() };
        assert_eq!(Plan::of(&empty, "v1", 0), Plan::Unsatisfiable);
    }

    #[test]
    fn a_part_is_only_for_who_has_the_same_file() {
        let range = Some("bytes=5-9");
        for (if_range, answer) in [
            ("\"v1\"", part(5, 5)),
            ("\"v2\"", Plan::Whole),
            ("W/\"v1\"", Plan::Whole),
            ("v1", Plan::Whole),
            ("Wed, 21 Oct 2015 07:28:00 GMT", Plan::Whole),
        ] {
            let conditions = Conditions { range, if_range: Some(if_range), if_none_match: None };
            assert_eq!(Plan::of(&conditions, "v1", 10), answer, "{if_range}");
        }
    }

    #[test]
    fn who_has_it_is_not_sent_it_again() {
        for (list, known) in [
            ("\"v1\"", true),
            ("W/\"v1\"", true),
            ("*", true),
            ("\"v0\", W/\"v1\"", true),
            ("\"a,b\",\"v1\"", true),
            ("\"v2\"", false),
            ("\"a, \"", false),
            ("v1", false),
            ("\"v1", false),
            ("", false),
            ("W/", false),
        ] {
            let range = Some("bytes=1-");
            let conditions = Conditions { range, if_none_match: Some(list), if_range: None };
            let plan = Plan::of(&conditions, "v1", 10);
            assert_eq!(plan == Plan::NotModified, known, "{list:?}");
        }
    }

    #[test]
    fn each_answer_has_its_status_and_headers() {
        for (plan, status, content_range, len, resumes) in [
            (Plan::Whole, 200, None, 10, false),
            (part(0, 4), 206, Some("bytes 0-3/10"), 4, false),
            (part(4, 6), 206, Some("bytes 4-9/10"), 6, true),
            (Plan::NotModified, 304, None, 0, false),
            (Plan::Unsatisfiable, 416, Some("bytes */10"), 0, false),
        ] {
            assert_eq!(plan.status(), status);
            assert_eq!(plan.content_range(10).as_deref(), content_range);
            assert_eq!((plan.len(10), plan.resumes()), (len, resumes));
        }
    }

    #[test]
    fn tags_are_quoted_whatever_is_in_them() {
        assert_eq!(quote_etag("d41d8cd9-2"), "\"d41d8cd9-2\"");
        assert_eq!(quote_etag("a\"b c%"), "\"a%22b%20c%25\"");
        assert_eq!(quote_etag("ä\n"), "\"%C3%A4%0A\"");
    }
}
