//! A session: what keeps a person signed in, and for how long.
//!
//! A browser holds an opaque [`SessionToken`] in a cookie. We hold its hashes, in the shard of the
//! account that the token names, so that one look finds the session and a copy of the database
//! opens none.
//!
//! The token's secret has two halves. The first names the session, the second its generation:
//! [`crate::refresh`] gives the session a new second half from time to time, and recognises an old
//! one.
//!
//! A session ends after 14 days without use: a phone that is used every week stays signed in over a
//! holiday, and a browser that was left behind in a library does not stay so for a season. It ends
//! after 90 days in any case, which is how long a stolen session could live at the worst, and how
//! long a person may go without being asked to prove who they are. Both are a tenant's to shorten.

use crate::{DataKeys, base64url};
use kernel::{AccountId, TenantId, UnixMillis};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// How long a session that was read may be believed without reading it again, and so how long a
/// revoked one may go on working.
pub const FRESH_MS: i64 = 30_000;
/// How seldom the moment of last use is written down.
pub const TOUCH_MS: i64 = 600_000;
const DAY_MS: i64 = 86_400_000;

/// What the signature of a token is for, and its length in bytes.
const PURPOSE: &str = "session";
const MAC_LEN: usize = 16;

/// What a browser holds: `<account>.<32 random bytes>.<signature>`, the bytes in base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken {
    account: AccountId,
    family: [u8; 16],
    generation: [u8; 16],
}

/// What is stored of a [`SessionToken`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionHashes {
    /// Finds the session: the same in all its generations.
    pub session: [u8; 32],
    /// Tells the generations apart.
    pub generation: [u8; 32],
}

impl SessionToken {
    /// A token of a new session. Signing in always makes one, so that nobody is signed in with a
    /// token that somebody else has seen.
    #[must_use]
    pub const fn generate(account: AccountId, family: [u8; 16], generation: [u8; 16]) -> Self {
        Self { account, family, generation }
    }

    /// The token of the same session's next generation.
    #[must_use]
    pub fn next(&self, generation: [u8; 16]) -> Self {
        Self { generation, ..self.clone() }
    }

    /// Reads what a browser sent to `tenant`'s host; `None` when it is no token that was made there.
    ///
    /// The signature is what keeps strangers from having a shard looked into, and so made, for every
    /// account that they can think of. It proves nothing else.
    #[must_use]
    pub fn parse(keys: &DataKeys, tenant: &TenantId, text: &str) -> Option<Self> {
        let (text, mac) = text.rsplit_once('.')?;
        let mac = base64url::decode(mac).filter(|mac| mac.len() == MAC_LEN)?;
        let message = signed(tenant, text);
        let is_ours = keys.all().any(|key| {
            let own = key.mac(PURPOSE, message.as_bytes());
            own.get(..MAC_LEN).is_some_and(|own| own.ct_eq(&mac).into())
        });
        if !is_ours {
            return None;
        }
        let (account, secret) = text.split_once('.')?;
        if secret.len() != 43 {
            return None;
        }
        let secret: [u8; 32] = base64url::decode(secret)?.try_into().ok()?;
        let (family, generation) = secret.split_first_chunk()?;
        Some(Self {
            account: account.parse().ok()?,
            family: *family,
            generation: generation.try_into().ok()?,
        })
    }

    /// The account whose shard knows the session. Not to be believed before that shard says so.
    #[must_use]
    pub const fn account(&self) -> &AccountId {
        &self.account
    }

    /// What is stored and looked up. The tenant and the account are in it, so that a token taken to
    /// another tenant's host, or a token whose account was changed, is one that nobody knows.
    ///
    /// A plain SHA-256 is enough for 128 random bits, which nobody can guess.
    #[must_use]
    pub fn hashes(&self, tenant: &TenantId) -> SessionHashes {
        let hash = |part: &str, secret: &[u8]| {
            let mut hash = Sha256::new();
            for text in [part, tenant.as_str(), self.account.as_str()] {
                hash.update(text);
                hash.update([0]);
            }
            hash.update(secret);
            hash.finalize().into()
        };
        SessionHashes {
            session: hash("session", &self.family),
            generation: hash("generation", &[self.family, self.generation].concat()),
        }
    }

    /// The token itself, for a cookie of `tenant`'s host.
    #[must_use]
    pub fn reveal(&self, keys: &DataKeys, tenant: &TenantId) -> String {
        let secret = [self.family, self.generation].concat();
        let text = format!("{}.{}", self.account, base64url::encode(&secret));
        let mac = keys.newest().mac(PURPOSE, signed(tenant, &text).as_bytes());
        format!("{text}.{}", base64url::encode(mac.get(..MAC_LEN).unwrap_or_default()))
    }
}

fn signed(tenant: &TenantId, text: &str) -> String {
    format!("{tenant} {text}")
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionToken({}.…)", self.account)
    }
}

/// How long a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lives {
    /// Without use.
    pub idle_ms: i64,
    /// At all.
    pub absolute_ms: i64,
}

impl Default for Lives {
    fn default() -> Self {
        Self { idle_ms: 14 * DAY_MS, absolute_ms: 90 * DAY_MS }
    }
}

/// Where a session stands in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// It lives. With `touch` it is time to write down that it is used.
    Live {
        /// Whether the moment of last use is old enough to be written anew.
        touch: bool,
    },
    /// Nobody has used it for too long.
    Idle,
    /// It has lived its time.
    Over,
}

impl Lives {
    /// Where a session stands that began at `created_at` and was last seen in use at `seen_at`.
    #[must_use]
    pub const fn age(self, created_at: UnixMillis, seen_at: UnixMillis, now: UnixMillis) -> Age {
        if now.since_ms(created_at) >= self.absolute_ms {
            Age::Over
        } else if now.since_ms(seen_at) >= self.idle_ms {
            Age::Idle
        } else {
            Age::Live { touch: now.since_ms(seen_at) >= TOUCH_MS }
        }
    }

    /// When the session ends if it is not used again: for the cookie and for the row's `expires_at`.
    #[must_use]
    pub fn ends_at(self, created_at: UnixMillis, seen_at: UnixMillis) -> UnixMillis {
        created_at.plus_ms(self.absolute_ms).min(seen_at.plus_ms(self.idle_ms))
    }
}

/// Whether a session that was read at `read_at` may be believed without reading it again. A clock
/// that went backwards is not believed.
#[must_use]
pub const fn is_fresh(read_at: UnixMillis, now: UnixMillis) -> bool {
    let age_ms = now.since_ms(read_at);
    age_ms >= 0 && age_ms < FRESH_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_900_000_000_000);

    fn tenant(id: &str) -> TenantId {
        id.parse().unwrap()
    }

    fn token() -> SessionToken {
        SessionToken::generate("acc_one".parse().unwrap(), [0xfb; 16], [0xff; 16])
    }

    const OLD: &str = "old=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const NEW: &str = "new=HxwdHhsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";

    fn keys(text: &str) -> DataKeys {
        DataKeys::parse(text).unwrap()
    }

    fn reveal() -> String {
        token().reveal(&keys(OLD), &tenant("ten_one"))
    }

    fn parse(text: &str) -> Option<SessionToken> {
        SessionToken::parse(&keys(OLD), &tenant("ten_one"), text)
    }

    #[test]
    fn a_token_reads_back() {
        let text = reveal();
        let unsigned = "acc_one.-_v7-_v7-_v7-_v7-_v7-_____________________8.";
        assert!(text.starts_with(unsigned), "{text}");
        assert_eq!(parse(&text), Some(token()));
        assert_eq!(parse(&text).unwrap().account().as_str(), "acc_one");
    }

    #[test]
    fn a_token_counts_at_its_tenant_and_as_long_as_its_key() {
        let (text, one) = (reveal(), tenant("ten_one"));
        assert_eq!(SessionToken::parse(&keys(OLD), &tenant("ten_two"), &text), None);
        let both = keys(&format!("{NEW},{OLD}"));
        assert_eq!(SessionToken::parse(&both, &one, &text), Some(token()));
        assert_eq!(SessionToken::parse(&keys(NEW), &one, &text), None);
    }

    #[test]
    fn other_texts_are_no_tokens() {
        let text = reveal();
        let other = [
            String::new(),
            ".".into(),
            "acc_one.".into(),
            "acc_one".into(),
            text.replace("acc_", "ten_"),
            text.replace("one", "ONE"),
            text.replace("one", "one.two"),
            text.replace("acc_one", ""),
            format!("{text}="),
            format!("{text}A"),
            format!(" {text}"),
            text.replace('-', "+"),
            text.replace("__8", "__9"),
            text.get(..text.len() - 1).unwrap().to_owned(),
        ];
        for text in other {
            assert_eq!(parse(&text), None, "{text}");
        }
    }

    #[test]
    fn a_token_is_another_to_another_tenant_and_for_another_account() {
        let hashes = token().hashes(&tenant("ten_one"));
        let moved = token().hashes(&tenant("ten_two"));
        assert_ne!(hashes.session, moved.session);
        assert_ne!(hashes.generation, moved.generation);
        let other = SessionToken { account: "acc_two".parse().unwrap(), ..token() };
        assert_ne!(hashes.session, other.hashes(&tenant("ten_one")).session);
    }

    #[test]
    fn a_generation_changes_one_hash_and_every_byte_counts() {
        let first = token().hashes(&tenant("ten_one"));
        for byte in 0..16 {
            let mut secret = [0xff; 16];
            secret[byte] = 0;
            let next = token().next(secret).hashes(&tenant("ten_one"));
            assert_eq!(next.session, first.session);
            assert_ne!(next.generation, first.generation);
            let other = SessionToken { family: secret, ..token() }.hashes(&tenant("ten_one"));
            assert_ne!(other.session, first.session);
        }
    }

    #[test]
    fn a_debug_print_does_not_show_the_secret() {
        assert_eq!(format!("{:?}", token()), "SessionToken(acc_one.…)");
    }

    #[test]
    fn a_session_ends_when_it_is_idle_or_old() {
        let lives = Lives::default();
        let (idle, absolute) = (14 * DAY_MS, 90 * DAY_MS);
        let age =
            |created: i64, seen: i64| lives.age(NOW.plus_ms(-created), NOW.plus_ms(-seen), NOW);
        assert_eq!(age(0, 0), Age::Live { touch: false });
        assert_eq!(age(idle, TOUCH_MS - 1), Age::Live { touch: false });
        assert_eq!(age(idle, TOUCH_MS), Age::Live { touch: true });
        assert_eq!(age(idle, idle - 1), Age::Live { touch: true });
        assert_eq!(age(idle, idle), Age::Idle);
        assert_eq!(age(absolute - 1, 0), Age::Live { touch: false });
        assert_eq!(age(absolute, 0), Age::Over);
        assert_eq!(lives.ends_at(NOW, NOW), NOW.plus_ms(idle));
        assert_eq!(lives.ends_at(NOW, NOW.plus_ms(absolute - 1)), NOW.plus_ms(absolute));
    }

    #[test]
    fn a_revoked_session_is_not_believed_for_longer_than_thirty_seconds() {
        assert!(is_fresh(NOW, NOW));
        assert!(is_fresh(NOW, NOW.plus_ms(29_999)));
        assert!(!is_fresh(NOW, NOW.plus_ms(30_000)));
        assert!(!is_fresh(NOW, NOW.plus_ms(-1)));
    }
}
