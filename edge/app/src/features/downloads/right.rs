//! Whether a right counts, and if not, why not. Decided from what is kept, without asking anything.

use crate::store::{asset, download::Part, entitlement::Candidate};
use kernel::{AssetId, EntitlementId, UnixMillis};
use pages::Refusal;
use serde::Serialize;

/// What has become of a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It counts.
    Active,
    /// The payment is disputed. Until that is decided it does not count.
    Suspended,
    /// The money went back.
    Refunded,
    /// Its time is over.
    Expired,
    /// The subscription that gave it is over.
    Ended,
}

impl State {
    /// The state, by what has become of the order's money and by the time. Money that went back in
    /// part takes nothing away.
    #[must_use]
    pub fn of(order_state: &str, expires_at_ms: Option<i64>, now: UnixMillis) -> Self {
        match order_state {
            "paid" | "partly_refunded" if expires_at_ms.is_some_and(|at| now.0 >= at) => {
                Self::Expired
            }
            "paid" | "partly_refunded" => Self::Active,
            "disputed" => Self::Suspended,
            "refunded" | "lost" => Self::Refunded,
            _ => Self::Ended,
        }
    }

    const fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Active => None,
            Self::Suspended => Some(Refusal::Disputed),
            Self::Refunded => Some(Refusal::Refunded),
            Self::Expired | Self::Ended => Some(Refusal::Expired),
        }
    }
}

/// Why a file cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// There is no right that counts.
    Refused(Refusal),
    /// There is one, and the file is not ready.
    NotReady,
}

fn is_used_up(uses: i64, max: Option<i64>) -> bool {
    max.is_some_and(|max| uses >= max)
}

/// What is asked for beside the files.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms<'a> {
    /// The right by which, if that matters.
    pub entitlement: Option<&'a EntitlementId>,
    /// Whether licences are accepted with this.
    pub accepts_licence: bool,
}

impl Candidate {
    fn refusal(&self, accepts_licence: bool, now: UnixMillis) -> Option<Cause> {
        let state = State::of(&self.order_state, self.expires_at_ms, now);
        let new_device = || !self.device_is_known;
        let refused = if let Some(refusal) = state.refusal() {
            refusal
        } else if self.asset_status != asset::Status::Ready {
            return Some(Cause::NotReady);
        } else if is_used_up(self.uses, self.use_max) {
            Refusal::UseLimit
        } else if new_device() && self.device_max.is_some_and(|max| self.devices >= max) {
            Refusal::DeviceLimit
        } else if !self.is_licensed && !accepts_licence {
            Refusal::LicenceNotAccepted
        } else {
            return None;
        };
        Some(Cause::Refused(refused))
    }
}

/// How much a person can do about it: of several reasons, the one is told that is nearest to being
/// none.
const fn nearness(cause: Cause) -> u8 {
    match cause {
        Cause::Refused(Refusal::LicenceNotAccepted) => 7,
        Cause::NotReady => 6,
        Cause::Refused(Refusal::DeviceLimit) => 5,
        Cause::Refused(Refusal::UseLimit) => 4,
        Cause::Refused(Refusal::Disputed) => 3,
        Cause::Refused(Refusal::Expired) => 2,
        Cause::Refused(Refusal::Refunded) => 1,
        Cause::Refused(_) => 0,
    }
}

/// For each of some files the right by which it may be had.
///
/// # Errors
/// The first file that cannot be had, and why.
pub fn choose<'a>(
    assets: &[AssetId],
    candidates: &'a [Candidate],
    terms: Terms<'_>,
    now: UnixMillis,
) -> Result<Vec<&'a Candidate>, (AssetId, Cause)> {
    let of = |asset: &AssetId| {
        let mut nearest = Cause::Refused(Refusal::NotBought);
        let wanted = |c: &&Candidate| terms.entitlement.is_none_or(|wanted| c.id == *wanted);
        for candidate in candidates.iter().filter(|c| c.asset == *asset).filter(wanted) {
            match candidate.refusal(terms.accepts_licence, now) {
                None => return Ok(candidate),
                Some(cause) if nearness(cause) > nearness(nearest) => nearest = cause,
                Some(_) => {}
            }
        }
        Err((asset.clone(), nearest))
    };
    assets.iter().map(of).collect()
}

impl Part {
    /// Why the right to the part does not count any more. A use that has begun goes on although it
    /// was the last.
    #[must_use]
    pub fn refusal(&self, resumes: bool, now: UnixMillis) -> Option<Cause> {
        let state = State::of(&self.order_state, self.expires_at_ms, now);
        let is_ready = || self.file.as_ref().is_some_and(|f| f.status == asset::Status::Ready);
        if let Some(refusal) = state.refusal() {
            Some(Cause::Refused(refusal))
        } else if !is_ready() {
            Some(Cause::NotReady)
        } else if !self.is_licensed {
            Some(Cause::Refused(Refusal::LicenceNotAccepted))
        } else if !resumes && is_used_up(self.uses, self.use_max) {
            Some(Cause::Refused(Refusal::UseLimit))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_000);

    fn candidate(id: &str) -> Candidate {
        Candidate {
            asset: "ast_song".parse().unwrap(),
            asset_status: asset::Status::Ready,
            id: id.parse().unwrap(),
            order_state: "paid".to_owned(),
            expires_at_ms: None,
            use_max: None,
            uses: 0,
            device_max: None,
            devices: 0,
            device_is_known: false,
            is_licensed: true,
        }
    }

    fn chosen(candidates: &[Candidate], terms: Terms<'_>) -> Result<String, Cause> {
        let assets = ["ast_song".parse().unwrap()];
        let chosen = choose(&assets, candidates, terms, NOW);
        chosen.map(|chosen| chosen[0].id.to_string()).map_err(|(_, cause)| cause)
    }

    #[test]
    fn every_reason_is_told() {
        let refused = |change: fn(&mut Candidate)| {
            let mut candidate = candidate("ent_1");
            change(&mut candidate);
            chosen(&[candidate], Terms::default())
        };
        assert_eq!(chosen(&[], Terms::default()), Err(Cause::Refused(Refusal::NotBought)));
        for (order_state, refusal) in [
            ("disputed", Refusal::Disputed),
            ("refunded", Refusal::Refunded),
            ("lost", Refusal::Refunded),
            ("ended", Refusal::Expired),
            ("", Refusal::Expired),
        ] {
            let candidate = Candidate { order_state: order_state.to_owned(), ..candidate("ent_1") };
            let told = chosen(&[candidate], Terms::default());
            assert_eq!(told, Err(Cause::Refused(refusal)), "{order_state}");
        }
        let expired = refused(|c| c.expires_at_ms = Some(1_000));
        assert_eq!(expired, Err(Cause::Refused(Refusal::Expired)));
        assert_eq!(refused(|c| c.expires_at_ms = Some(1_001)), Ok("ent_1".to_owned()));
        let devices = refused(|c| (c.device_max, c.devices) = (Some(2), 2));
        assert_eq!(devices, Err(Cause::Refused(Refusal::DeviceLimit)));
        let known = refused(|c| (c.device_max, c.devices, c.device_is_known) = (Some(2), 2, true));
        assert_eq!(known, Ok("ent_1".to_owned()));
        let uses = refused(|c| (c.use_max, c.uses) = (Some(2), 2));
        assert_eq!(uses, Err(Cause::Refused(Refusal::UseLimit)));
        let licence = refused(|c| c.is_licensed = false);
        assert_eq!(licence, Err(Cause::Refused(Refusal::LicenceNotAccepted)));
        assert_eq!(refused(|c| c.asset_status = asset::Status::Scanning), Err(Cause::NotReady));
        assert_eq!(refused(|c| c.order_state = "partly_refunded".into()), Ok("ent_1".to_owned()));
    }

    #[test]
    fn of_several_rights_one_that_counts_is_enough() {
        let refunded = Candidate { order_state: "refunded".into(), ..candidate("ent_1") };
        let unlicensed = Candidate { is_licensed: false, ..candidate("ent_2") };
        let none = Terms::default();
        let told = chosen(&[unlicensed.clone(), refunded.clone()], none);
        assert_eq!(told, Err(Cause::Refused(Refusal::LicenceNotAccepted)));
        let all = [refunded, unlicensed, candidate("ent_3")];
        assert_eq!(chosen(&all, none), Ok("ent_3".to_owned()));
        let accepts = Terms { accepts_licence: true, ..none };
        assert_eq!(chosen(&all, accepts), Ok("ent_2".to_owned()));
        let first = "ent_1".parse().unwrap();
        let terms = Terms { entitlement: Some(&first), accepts_licence: true };
        assert_eq!(chosen(&all, terms), Err(Cause::Refused(Refusal::Refunded)));
    }
}
