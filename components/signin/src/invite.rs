//! Invitations: a link that lets one person join a tenant in one role.
//!
//! The link is signed and says all there is to say, so that making one stores nothing. What it says
//! can be read by whoever has it. It is bound to an account or to an address, and is worth nothing
//! to anybody else: a link that was passed on or found in a log invites nobody new. Its `id` lets
//! the caller remember that it was used.

use crate::{DataKeys, base64url};
use kernel::{AccountId, TenantId, UnixMillis};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long an invitation counts, unless its maker says otherwise: a week.
pub const LIFE_MS: i64 = 7 * 86_400_000;
/// Longest link text that is read, in bytes.
const LEN_MAX: usize = 2 * 1024;
const PURPOSE: &str = "invite";
const VERSION: &str = "v1";

/// What an invitation says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Names this invitation; see [`new_id`].
    pub id: String,
    /// Where the person may join.
    pub tenant: TenantId,
    /// Who may.
    pub to: Invitee,
    /// What the person will be.
    pub role: String,
    /// Until when.
    pub expires_at: UnixMillis,
}

/// Whom an invitation is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Invitee {
    /// An account that there is.
    Account(AccountId),
    /// Whoever reads mail at this address, by their issuer's word.
    Email(String),
}

/// Somebody who would accept an invitation.
#[derive(Clone, Copy, Debug)]
pub struct Guest<'a> {
    /// Their account.
    pub account: &'a AccountId,
    /// Their address, if their issuer has verified it.
    pub verified_email: Option<&'a str>,
}

/// Why an invitation does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteError {
    /// It was not made here, or has been changed.
    Forged,
    /// It is for another tenant.
    WrongTenant,
    /// Its time is over.
    Expired,
    /// It is for somebody else.
    WrongPerson,
}

impl InviteError {
    /// A permanent name, for logs and for the text that a person reads.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forged => "invite_forged",
            Self::WrongTenant => "invite_wrong_tenant",
            Self::Expired => "invite_expired",
            Self::WrongPerson => "invite_wrong_person",
        }
    }
}

impl fmt::Display for InviteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for InviteError {}

/// A name for a new invitation.
#[must_use]
pub fn new_id(entropy: [u8; 16]) -> String {
    base64url::encode(&entropy)
}

/// Signs an invitation: `v1.<kid>.<what it says>.<signature>`, for a link.
///
/// `None` when it is too long to be read again.
#[must_use]
pub fn sign(keys: &DataKeys, invite: &Invite) -> Option<String> {
    let key = keys.newest();
    let payload = base64url::encode(&serde_json::to_vec(invite).ok()?);
    let signed = format!("{VERSION}.{}.{payload}", key.id);
    let mac = base64url::encode(&key.mac(PURPOSE, signed.as_bytes()));
    Some(format!("{signed}.{mac}")).filter(|link| link.len() <= LEN_MAX)
}

/// Reads what [`sign`] has made, at `tenant`'s host.
///
/// # Errors
/// [`InviteError`], except [`InviteError::WrongPerson`], which is [`Invite::check`]'s.
pub fn read(
    keys: &DataKeys,
    tenant: &TenantId,
    text: &str,
    now: UnixMillis,
) -> Result<Invite, InviteError> {
    let forged = InviteError::Forged;
    if text.len() > LEN_MAX {
        return Err(forged);
    }
    let (signed, mac) = text.rsplit_once('.').ok_or(forged)?;
    let mut parts = signed.splitn(3, '.');
    let (Some(VERSION), Some(id), Some(payload)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(forged);
    };
    let key = keys.named(id).ok_or(forged)?;
    let mac = base64url::decode(mac).ok_or(forged)?;
    if !key.is_mac(PURPOSE, signed.as_bytes(), &mac) {
        return Err(forged);
    }
    let payload = base64url::decode(payload).ok_or(forged)?;
    let invite: Invite = serde_json::from_slice(&payload).map_err(|_| forged)?;
    if invite.tenant != *tenant {
        return Err(InviteError::WrongTenant);
    }
    if now >= invite.expires_at {
        return Err(InviteError::Expired);
    }
    Ok(invite)
}

impl Invite {
    /// Checks that the invitation is for `guest`.
    ///
    /// Addresses are compared without regard to the case of A to Z, at which neither mail servers
    /// nor people look. Other letters count as they are: some fall together with a Latin one when
    /// they are made small, such as the sign for Kelvin.
    ///
    /// # Errors
    /// [`InviteError::WrongPerson`].
    pub fn check(&self, guest: &Guest<'_>) -> Result<(), InviteError> {
        let meant = match &self.to {
            Invitee::Account(account) => account == guest.account,
            Invitee::Email(email) => {
                guest.verified_email.is_some_and(|own| own.eq_ignore_ascii_case(email))
            }
        };
        if meant { Ok(()) } else { Err(InviteError::WrongPerson) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::{keys, old_keys};

    const NOW: UnixMillis = UnixMillis(1_900_000_000_000);

    fn tenant() -> TenantId {
        "ten_one".parse().unwrap()
    }

    fn invite() -> Invite {
        Invite {
            id: new_id([7; 16]),
            tenant: tenant(),
            to: Invitee::Email("Jane@Example.com".into()),
            role: "admin".into(),
            expires_at: NOW.plus_ms(LIFE_MS),
        }
    }

    #[test]
    fn an_invitation_reads_back() {
        let link = sign(&keys(), &invite()).unwrap();
        assert!(link.starts_with("v1.new."));
        assert!(link.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)));
        assert_eq!(read(&keys(), &tenant(), &link, NOW), Ok(invite()));
        let old = sign(&old_keys(), &invite()).unwrap();
        assert_eq!(read(&keys(), &tenant(), &old, NOW), Ok(invite()));
        assert_eq!(read(&old_keys(), &tenant(), &link, NOW), Err(InviteError::Forged));
    }

    #[test]
    fn no_single_changed_character_is_believed() {
        let link = sign(&keys(), &invite()).unwrap();
        for at in 0..link.len() {
            let mut changed = link.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            let outcome = read(&keys(), &tenant(), &changed, NOW);
            assert_eq!(outcome, Err(InviteError::Forged), "{changed}");
        }
        let (signed, _) = link.rsplit_once('.').unwrap();
        for text in ["", ".", "...", "v1.new..", signed, &format!("{signed}."), &"A".repeat(3000)] {
            let outcome = read(&keys(), &tenant(), text, NOW);
            assert_eq!(outcome, Err(InviteError::Forged), "{text}");
        }
    }

    #[test]
    fn an_invitation_ends_and_stays_where_it_was_made() {
        let link = sign(&keys(), &invite()).unwrap();
        let at = |now| read(&keys(), &tenant(), &link, now);
        assert!(at(NOW.plus_ms(LIFE_MS - 1)).is_ok());
        assert_eq!(at(NOW.plus_ms(LIFE_MS)), Err(InviteError::Expired));
        let other = "ten_two".parse().unwrap();
        assert_eq!(read(&keys(), &other, &link, NOW), Err(InviteError::WrongTenant));
    }

    #[test]
    fn an_invitation_is_for_one_person() {
        let account: AccountId = "acc_jane".parse().unwrap();
        let with = |verified_email| Guest { account: &account, verified_email };
        assert_eq!(invite().check(&with(Some("jane@example.com"))), Ok(()));
        assert_eq!(invite().check(&with(Some("joe@example.com"))), Err(InviteError::WrongPerson));
        let kelvin = Invite { to: Invitee::Email("kim@example.com".into()), ..invite() };
        let outcome = kelvin.check(&with(Some("\u{212a}im@example.com")));
        assert_eq!(outcome, Err(InviteError::WrongPerson));
        assert_eq!(invite().check(&with(None)), Err(InviteError::WrongPerson));

        let own = Invite { to: Invitee::Account(account.clone()), ..invite() };
        assert_eq!(own.check(&with(None)), Ok(()));
        let other = Invite { to: Invitee::Account("acc_joe".parse().unwrap()), ..invite() };
        assert_eq!(other.check(&with(Some("jane@example.com"))), Err(InviteError::WrongPerson));
    }

    #[test]
    fn what_could_not_be_read_again_is_not_signed() {
        let long = Invite { role: "a".repeat(LEN_MAX), ..invite() };
        assert_eq!(sign(&keys(), &long), None);
    }
}
