//! Keeping a session honest: its token changes each time its access is renewed, and an old token is
//! a sign of theft.
//!
//! Access is what the issuer granted for some minutes. When it is over, the issuer is asked again,
//! with the refresh token that only we hold; and the browser gets a new session token, the next
//! *generation* of the same session. Whoever then comes with an old one has a copy: the person or a
//! thief, and since there is no telling which, the session ends for both
//! ([RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)).
//!
//! Browsers are not thieves, and do three things that look like it:
//!
//! * Two tabs ask at once. Issuers take a refresh token that is used twice for stolen too, so one
//!   request takes a *lease* and asks; the other goes on with the access that was.
//! * A tab asks with the old token just before the new one has come. For a while (the *grace*) after
//!   the new one was first used, the old one is good.
//! * An answer is lost, and with it the new token. As long as nobody has used the new one, the old
//!   one is good, and gets another new one in its place.
//!
//! # The row and its statements
//!
//! [`Row`] is read from the account's shard by the session's hash. What is decided is done by
//! compare-and-set on `generation` (and on the lease): a statement that changes no row has lost a
//! race, and the request reads the row again and decides anew, once. `?hash` is the generation's
//! hash of the token that the request came with.
//!
//! ```sql
//! -- Decision::Go { confirm: true }: the newest token has been seen in use.
//! UPDATE session SET confirmed_at = ?now
//!  WHERE session = ?session AND generation = ?generation AND confirmed_at IS NULL;
//!
//! -- Decision::Refresh { lease_until }: this request asks the issuer, if it gets the lease.
//! UPDATE session
//!    SET lease_until = ?lease_until, attempts = attempts + 1,
//!        confirmed_at = CASE WHEN current = ?hash THEN COALESCE(confirmed_at, ?now) END
//!  WHERE session = ?session AND generation = ?generation AND revoked_at IS NULL
//!    AND lease_until IS ?lease_until_read AND (current = ?hash OR confirmed_at IS NULL);
//!
//! -- The issuer has granted: the next generation. Without a refresh token at the issuer there is
//! -- nobody to ask, and this follows at once. `?sealed` is the new refresh token, or the old one
//! -- when the issuer has sent none.
//! UPDATE session
//!    SET generation = generation + 1, previous = ?hash, current = ?new_hash, rotated_at = ?now,
//!        confirmed_at = NULL, access_until = ?access_until, attempts = 0, lease_until = NULL,
//!        refresh_token = ?sealed
//!  WHERE session = ?session AND generation = ?generation AND revoked_at IS NULL
//!    AND lease_until = ?lease_until;
//!
//! -- Decision::Reissue: another new token in place of the one that was lost.
//! UPDATE session
//!    SET generation = generation + 1, current = ?new_hash, rotated_at = ?now
//!  WHERE session = ?session AND generation = ?generation AND revoked_at IS NULL
//!    AND confirmed_at IS NULL AND previous = ?hash;
//!
//! -- Decision::Revoke, and signing out: no generation of the session is good any more.
//! UPDATE session SET revoked_at = ?now, refresh_token = NULL
//!  WHERE session = ?session AND revoked_at IS NULL;
//! ```
//!
//! An issuer must be given less time to answer than [`LEASE_MS`], so that no two requests ask it
//! with the same refresh token. When it does not answer, the lease is left to run out, which also
//! keeps others from asking it at once again; see [`after_failure`]. Times of idleness are
//! [`crate::session`]'s and looked at before.

use crate::token::TokenFailure;
use kernel::UnixMillis;
use subtle::ConstantTimeEq;

/// How long before its end access is renewed, so that it does not end on the way.
pub const AHEAD_MS: i64 = 30_000;
/// How long an old token is good after its successor was first used. Requests that were on their
/// way arrive within it, and it is as long as a session is believed without reading it again.
pub const GRACE_MS: i64 = 30_000;
/// How long one request has to renew access. An issuer is waited for less long than that.
pub const LEASE_MS: i64 = 15_000;
/// How long access goes on when the issuer cannot be asked.
pub const OUTAGE_MS: i64 = 900_000;
/// How far the clocks of two edges may lie apart.
const LEEWAY_MS: i64 = 60_000;

/// What is stored of a session, as far as its tokens go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Counts the tokens that the session has had.
    pub generation: i64,
    /// The hash of the newest token.
    pub current: [u8; 32],
    /// The hash of the token that it replaces.
    pub previous: Option<[u8; 32]>,
    /// When the newest token was made.
    pub rotated_at: UnixMillis,
    /// When the newest token was first used.
    pub confirmed_at: Option<UnixMillis>,
    /// When the access ends that the issuer has granted.
    pub access_until: UnixMillis,
    /// How often renewing it was tried since.
    pub attempts: i64,
    /// Until when one request has it to itself to renew it.
    pub lease_until: Option<UnixMillis>,
    /// When the session was ended.
    pub revoked_at: Option<UnixMillis>,
}

/// What to do with a request that came with a token of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Let it through. With `confirm` write down that the newest token has been used.
    Go {
        /// Whether this is the newest token's first use.
        confirm: bool,
    },
    /// Take the lease, ask the issuer, then give the browser a token of the next generation.
    Refresh {
        /// What to write as the end of the lease.
        lease_until: UnixMillis,
    },
    /// Give the browser another token in place of one that it has not got, and let it through.
    Reissue,
    /// Somebody else is about to find out whether the session goes on. Come again.
    Wait {
        /// In how many milliseconds.
        retry_after_ms: i64,
    },
    /// End the session and the issuer's grant: one of two holds a stolen copy.
    Revoke,
    /// The session has been ended.
    Ended,
}

/// Decides about a request with the token whose generation's hash is `presented`, at a session that
/// the first half of the same token has found.
#[must_use]
pub fn decide(row: &Row, presented: &[u8; 32], now: UnixMillis) -> Decision {
    if row.revoked_at.is_some() {
        return Decision::Ended;
    }
    let is = |hash: &[u8; 32]| bool::from(hash.ct_eq(presented));
    let due = now >= row.access_until.plus_ms(-AHEAD_MS);
    if is(&row.current) {
        return if due {
            lease(row, now)
        } else {
            Decision::Go { confirm: row.confirmed_at.is_none() }
        };
    }
    if !row.previous.as_ref().is_some_and(is) {
        // Older, or half of a token: whoever has it has had the session's name.
        return Decision::Revoke;
    }
    let since = row.confirmed_at.unwrap_or(row.rotated_at);
    if now.since_ms(since) < GRACE_MS {
        Decision::Go { confirm: false }
    } else if row.confirmed_at.is_some() {
        Decision::Revoke
    } else if due {
        lease(row, now)
    } else {
        Decision::Reissue
    }
}

/// The lease, for the first who asks for it; the others go on for as long as that takes. When it is
/// not the first try any more, they do so only while an outage is borne.
fn lease(row: &Row, now: UnixMillis) -> Decision {
    let left_ms = row.lease_until.map_or(0, |until| until.since_ms(now));
    // One from a clock that is far ahead does not count, or nobody could renew.
    if !(1..=LEASE_MS + LEEWAY_MS).contains(&left_ms) {
        return Decision::Refresh { lease_until: now.plus_ms(LEASE_MS) };
    }
    if row.attempts <= 1 { Decision::Go { confirm: false } } else { borne(row, left_ms, now) }
}

/// What becomes of the request that had the lease when the issuer did not grant. `row` is the row
/// as it was read.
#[must_use]
pub fn after_failure(row: &Row, failure: TokenFailure, now: UnixMillis) -> Decision {
    if failure.ends_session() { Decision::Revoke } else { borne(row, LEASE_MS, now) }
}

fn borne(row: &Row, retry_after_ms: i64, now: UnixMillis) -> Decision {
    if now < row.access_until.plus_ms(OUTAGE_MS) {
        Decision::Go { confirm: false }
    } else {
        Decision::Wait { retry_after_ms }
    }
}

#[cfg(test)]
mod tests;
