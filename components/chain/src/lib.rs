//! A log whose entries follow from each other: each carries the hash of the one before, so that none
//! can be changed, left out or put in between without all that follow being written anew.
//!
//! An entry's hash is the SHA-256 of its canonical text, which is JSON as
//! [RFC 8785](https://www.rfc-editor.org/rfc/rfc8785) writes it: one array, no spaces,
//!
//! ```text
//! ["postern-audit-1",tenant,seq,prev_hash,id,actor,action,subject,request_id,created_at_ms]
//! ```
//!
//! where `seq` counts from 1 in each tenant, `prev_hash` is the hash of the entry before in
//! hexadecimal, 64 zeros in the first, and the others are what the entry says.
//!
//! A chain cannot tell that its newest entries are gone. Whoever has noted a [`Head`] elsewhere can:
//! [`Walk::from`] begins with it and finds it missing.
#![forbid(unsafe_code)]

mod head;
mod walk;

pub use head::{Head, HeadError};
pub use walk::{Link, Walk};

use sha2::{Digest, Sha256};

/// What the canonical text begins with. Another form will have another name.
const FORM: &str = "postern-audit-1";

/// A SHA-256.
pub type Hash = [u8; 32];

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The tenant in whose log it stands.
    pub tenant: &'a str,
    /// The entry's id.
    pub id: &'a str,
    /// Who did it.
    pub actor: &'a str,
    /// What was done.
    pub action: &'a str,
    /// To what.
    pub subject: &'a str,
    /// The request that did it.
    pub request_id: &'a str,
    /// When, in milliseconds since 1970.
    pub created_at_ms: i64,
}

impl Entry<'_> {
    /// The text that is hashed, when the entry has this number and follows the entry of that hash.
    #[must_use]
    pub fn canonical(&self, seq: i64, prev_hash: &Hash) -> String {
        let Self { tenant, id, actor, action, subject, request_id, created_at_ms } = self;
        let prev_hash = hex(prev_hash);
        let fields =
            (FORM, tenant, seq, prev_hash, id, actor, action, subject, request_id, created_at_ms);
        // Text and whole numbers: this cannot fail.
        serde_json::to_string(&fields).unwrap_or_default()
    }

    /// The entry's hash, at that place.
    #[must_use]
    pub fn hash(&self, seq: i64, prev_hash: &Hash) -> Hash {
        Sha256::digest(self.canonical(seq, prev_hash)).into()
    }
}

/// A hash in lower-case hexadecimal.
#[must_use]
pub fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
