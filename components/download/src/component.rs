//! The crate as a WebAssembly component, by `wit/download@0.1.0`.
#![allow(unsafe_code, missing_docs)] // What the bindings generate.

use exports::postern::download::{archiver, delivery, links};
use kernel::{FieldError, UnixMillis};
use std::{cell::RefCell, str::FromStr};

wit_bindgen::generate!({ world: "download", path: "../../wit/download@0.1.0" });

struct Component;

struct Keys(crate::DownloadKeys);

struct Archive(RefCell<Option<crate::Archive>>);

impl From<FieldError> for links::FieldError {
    fn from(error: FieldError) -> Self {
        Self { field: error.field, message: error.message }
    }
}

fn id<T: FromStr<Err: ToString>>(field: &str, text: &str) -> Result<T, FieldError> {
    text.parse().map_err(|error: T::Err| FieldError::new(field, error.to_string()))
}

impl TryFrom<links::Permission> for crate::Permission {
    type Error = FieldError;

    fn try_from(permission: links::Permission) -> Result<Self, FieldError> {
        Ok(Self {
            account: id("account", &permission.account)?,
            asset: id("asset", &permission.asset)?,
            entitlement: id("entitlement", &permission.entitlement)?,
            expires_at: UnixMillis(permission.expires_at_ms),
        })
    }
}

impl links::Guest for Component {
    type Keys = Keys;
}

impl links::GuestKeys for Keys {
    fn parse(text: String) -> Result<links::Keys, links::FieldError> {
        Ok(links::Keys::new(Self(crate::DownloadKeys::parse(&text)?)))
    }

    fn prove(
        &self,
        permission: links::Permission,
    ) -> Result<links::PermissionHash, links::FieldError> {
        let hash = crate::Permission::try_from(permission)?.hash(&self.0);
        Ok(links::PermissionHash { kid: hash.kid, hex: hash.hex })
    }

    fn verify(
        &self,
        permission: links::Permission,
        hash: links::PermissionHash,
        now_ms: i64,
    ) -> Result<(), links::PermissionError> {
        let permission = crate::Permission::try_from(permission);
        let permission = permission.map_err(|_| links::PermissionError::Forged)?;
        let hash = crate::PermissionHash { kid: hash.kid, hex: hash.hex };
        permission.verify(&self.0, &hash, UnixMillis(now_ms)).map_err(|error| match error {
            crate::PermissionError::UnknownKey => links::PermissionError::UnknownKey,
            crate::PermissionError::Forged => links::PermissionError::Forged,
            crate::PermissionError::Expired => links::PermissionError::Expired,
        })
    }

    fn seal(&self, token: links::Token) -> Result<String, links::FieldError> {
        let token = crate::DownloadToken {
            tenant: id("tenant", &token.tenant)?,
            account: id("account", &token.account)?,
            grant: id("grant", &token.grant)?,
            expires_at: UnixMillis(token.expires_at_ms),
        };
        Ok(token.seal(&self.0))
    }

    fn open(
        &self,
        text: String,
        tenant: String,
        now_ms: i64,
    ) -> Result<links::Token, links::TokenError> {
        let Ok(tenant) = tenant.parse() else { return Err(links::TokenError::Forged) };
        let token = crate::DownloadToken::open(&text, &self.0, &tenant, UnixMillis(now_ms));
        match token {
            Ok(token) => Ok(links::Token {
                tenant: token.tenant.into(),
                account: token.account.into(),
                grant: token.grant.into(),
                expires_at_ms: token.expires_at.0,
            }),
            Err(crate::TokenError::Malformed) => Err(links::TokenError::Malformed),
            Err(crate::TokenError::UnknownKey) => Err(links::TokenError::UnknownKey),
            Err(crate::TokenError::Forged) => Err(links::TokenError::Forged),
            Err(crate::TokenError::Expired) => Err(links::TokenError::Expired),
        }
    }
}

impl delivery::Guest for Component {
    fn answer(conditions: delivery::Conditions, etag: String, size: u64) -> delivery::Plan {
        let conditions = crate::Conditions {
            range: conditions.range.as_deref(),
            if_range: conditions.if_range.as_deref(),
            if_none_match: conditions.if_none_match.as_deref(),
        };
        let plan = crate::Plan::of(&conditions, &etag, size);
        delivery::Plan {
            status: plan.status(),
            start: plan.start(),
            len: plan.len(size),
            content_range: plan.content_range(size),
            resumes: plan.resumes(),
        }
    }

    fn content_disposition(name: String) -> String {
        crate::content_disposition(&name)
    }
}

impl From<crate::ArchiveError> for archiver::ArchiveError {
    fn from(error: crate::ArchiveError) -> Self {
        match error {
            crate::ArchiveError::OutOfOrder => Self::OutOfOrder,
            crate::ArchiveError::WrongSize { expected, found } => {
                Self::WrongSize(archiver::WrongSize { expected, found })
            }
            crate::ArchiveError::TooMany => Self::TooMany,
        }
    }
}

impl From<archiver::Entry> for crate::Entry {
    fn from(entry: archiver::Entry) -> Self {
        Self { name: entry.name, size: entry.size, modified: UnixMillis(entry.modified_ms) }
    }
}

impl archiver::Guest for Component {
    type Archive = Archive;

    fn total_len(entries: Vec<archiver::Entry>) -> Result<u64, archiver::ArchiveError> {
        let entries: Vec<_> = entries.into_iter().map(Into::into).collect();
        Ok(crate::total_len(&entries)?)
    }
}

impl Archive {
    fn with<T>(
        &self,
        work: impl FnOnce(&mut crate::Archive) -> Result<T, crate::ArchiveError>,
    ) -> Result<T, archiver::ArchiveError> {
        match self.0.borrow_mut().as_mut() {
            Some(archive) => Ok(work(archive)?),
            None => Err(archiver::ArchiveError::OutOfOrder),
        }
    }
}

impl archiver::GuestArchive for Archive {
    fn new() -> Self {
        Self(RefCell::new(Some(crate::Archive::new())))
    }

    fn begin(&self, entry: archiver::Entry) -> Result<Vec<u8>, archiver::ArchiveError> {
        self.with(|archive| archive.begin(&entry.into()))
    }

    fn data(&self, bytes: Vec<u8>) -> Result<(), archiver::ArchiveError> {
        self.with(|archive| archive.data(&bytes))
    }

    fn end(&self) -> Result<Vec<u8>, archiver::ArchiveError> {
        self.with(crate::Archive::end)
    }

    fn finish(&self) -> Result<Vec<u8>, archiver::ArchiveError> {
        let archive = self.0.borrow_mut().take().ok_or(archiver::ArchiveError::OutOfOrder)?;
        Ok(archive.finish()?)
    }
}

export!(Component);
