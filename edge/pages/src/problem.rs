//! What a page says of a problem: by its code where there is something of its own to say, else by
//! its status.

/// Why a download is refused, in a way that a person can do something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It was never bought by this person.
    NotBought,
    /// The money for it was sent back.
    Refunded,
    /// The payment for it is disputed.
    Disputed,
    /// The time for which it was bought is over.
    Expired,
    /// As many devices as may have it have it.
    DeviceLimit,
    /// It has been downloaded as often as it may be.
    UseLimit,
    /// Its licence has not been accepted.
    LicenceNotAccepted,
    /// The link has been used as often as it may be.
    LinkUsedUp,
    /// The link's time is over.
    LinkExpired,
    /// The link is not one of ours, or lost something on its way.
    LinkBroken,
    /// There were too many downloads just now.
    TooMany,
}

impl Refusal {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::NotBought,
        Self::Refunded,
        Self::Disputed,
        Self::Expired,
        Self::DeviceLimit,
        Self::UseLimit,
        Self::LicenceNotAccepted,
        Self::LinkUsedUp,
        Self::LinkExpired,
        Self::LinkBroken,
        Self::TooMany,
    ];

    /// The permanent code of the problem. A [`ProblemView`](crate::ProblemView) with this code says
    /// this reason in the reader's language.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotBought => "not_entitled",
            Self::Refunded => "entitlement_refunded",
            Self::Disputed => "entitlement_disputed",
            Self::Expired => "entitlement_expired",
            Self::DeviceLimit => "device_limit_reached",
            Self::UseLimit => "download_limit_reached",
            Self::LicenceNotAccepted => "licence_not_accepted",
            Self::LinkUsedUp => "link_used_up",
            Self::LinkExpired => "link_expired",
            Self::LinkBroken => "link_broken",
            Self::TooMany => "too_many_downloads",
        }
    }

    /// The reason of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.code() == code)
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NotBought => ("refused-not-bought", "refused-not-bought-text"),
            Self::Refunded => ("refused-refunded", "refused-refunded-text"),
            Self::Disputed => ("refused-disputed", "refused-disputed-text"),
            Self::Expired => ("refused-expired", "refused-expired-text"),
            Self::DeviceLimit => ("refused-device-limit", "refused-device-limit-text"),
            Self::UseLimit => ("refused-use-limit", "refused-use-limit-text"),
            Self::LicenceNotAccepted => ("refused-licence", "refused-licence-text"),
            Self::LinkUsedUp => ("refused-link-used-up", "refused-link-used-up-text"),
            Self::LinkExpired => ("refused-link-expired", "refused-link-expired-text"),
            Self::LinkBroken => ("refused-link-broken", "refused-link-broken-text"),
            Self::TooMany => ("refused-too-many", "refused-too-many-text"),
        }
    }
}

/// The title and the explanation.
pub fn words(status: u16, code: &str) -> (&'static str, &'static str) {
    Refusal::parse(code).map_or_else(|| words_of_status(status), Refusal::words)
}

const fn words_of_status(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("problem-400", "problem-400-text"),
        401 => ("problem-401", "problem-401-text"),
        402 => ("problem-402", "problem-402-text"),
        403 => ("problem-403", "problem-403-text"),
        404 => ("problem-404", "problem-404-text"),
        405 => ("problem-405", "problem-405-text"),
        409 => ("problem-409", "problem-409-text"),
        422 => ("problem-422", "problem-422-text"),
        429 => ("problem-429", "problem-429-text"),
        500 => ("problem-500", "problem-500-text"),
        502 => ("problem-502", "problem-502-text"),
        503 => ("problem-503", "problem-503-text"),
        ..500 => ("problem-other", "problem-400-text"),
        _ => ("problem-other", "problem-500-text"),
    }
}

/// The way on from a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    SignIn,
    Account,
    Again,
    Shop,
    Products,
    Home,
}

/// What helps most in this problem.
pub fn way(status: u16, code: &str) -> Way {
    match (Refusal::parse(code), status) {
        (Some(Refusal::NotBought), _) => Way::Shop,
        (Some(_), _) => Way::Products,
        (None, 401) => Way::SignIn,
        (None, 402) => Way::Account,
        (None, 429 | 500..) => Way::Again,
        (None, _) => Way::Home,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_have_words_of_their_own() {
        for refusal in Refusal::ALL {
            assert_eq!(Refusal::parse(refusal.code()), Some(refusal));
            assert_eq!(words(403, refusal.code()), refusal.words());
        }
        assert_eq!(words(403, "forbidden").0, "problem-403");
        assert_eq!(way(403, "not_entitled"), Way::Shop);
        assert_eq!(way(410, "link_expired"), Way::Products);
        assert_eq!(way(429, "rate_limited"), Way::Again);
    }
}
