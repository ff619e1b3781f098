//! `/account`

use super::{form::Faults, renders, usage::Usage};

/// What a wallet holds, in tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Everything put in less everything taken out.
    pub posted: u64,
    /// What is set aside for requests under way.
    pub held: u64,
    /// What can be spent.
    pub available: u64,
}

/// One device that is signed in.
#[derive(Clone, Copy, Debug)]
pub struct Session<'a> {
    /// The session's public id, for its path.
    pub id: &'a str,
    /// What the device says it is: `Firefox on Linux`. Empty if it says nothing.
    pub device: &'a str,
    /// When it signed in.
    pub created_at_ms: i64,
    /// When it was last used.
    pub seen_at_ms: i64,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// An API key, without its secret.
#[derive(Clone, Copy, Debug)]
pub struct ApiKey<'a> {
    /// `key_…`
    pub id: &'a str,
    /// What its owner called it.
    pub name: &'a str,
    /// What it may do.
    pub scopes: &'a [&'a str],
    /// When it was made.
    pub created_at_ms: i64,
    /// When it was last used.
    pub used_at_ms: Option<i64>,
    /// When it was revoked.
    pub revoked_at_ms: Option<i64>,
}

/// A key that was just made: the only time that its secret is shown.
#[derive(Clone, Copy)]
pub struct NewKey<'a> {
    /// What its owner called it.
    pub name: &'a str,
    /// The whole key.
    pub secret: &'a str,
}

/// What was sent to make a key, to be shown again if something was wrong with it.
#[derive(Clone, Copy, Debug)]
pub struct KeyForm<'a> {
    /// The wanted name.
    pub name: &'a str,
    /// The wanted scopes.
    pub scopes: &'a [&'a str],
    /// What was wrong. Fields: `name`, `scope`.
    pub faults: Faults<'a>,
}

/// A form that nobody has filled in yet: a key that may chat.
impl Default for KeyForm<'_> {
    fn default() -> Self {
        Self { name: "", scopes: &["chat"], faults: &[] }
    }
}

impl KeyForm<'_> {
    pub(crate) fn has_scope(&self, wanted: &str) -> bool {
        self.scopes.contains(&wanted)
    }
}

/// What a transfer of the ledger does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferKind {
    /// Put in, or taken out, at once.
    Post,
    /// Set aside.
    Reserve,
    /// Taken out of what was set aside.
    Settle,
    /// What was set aside is free again.
    Void,
}

impl TransferKind {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Post => "transfer-post",
            Self::Reserve => "transfer-reserve",
            Self::Settle => "transfer-settle",
            Self::Void => "transfer-void",
        }
    }
}

/// One line of the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Transfer<'a> {
    /// `trf_…`
    pub id: &'a str,
    /// What it does.
    pub kind: TransferKind,
    /// What it does to the wallet: above zero if it puts in, below if it takes out or sets aside.
    pub amount: i64,
    /// What it came from: `grant`, `welcome`, `chat`.
    pub source: &'a str,
    /// When it was written.
    pub created_at_ms: i64,
}

/// `GET /account`
#[derive(Clone)]
pub struct AccountView<'a> {
    /// The account's id.
    pub account_id: &'a str,
    /// When the person first signed in.
    pub created_at_ms: i64,
    /// What the wallet holds.
    pub balance: Balance,
    /// Devices, the one that asks first.
    pub sessions: Vec<Session<'a>>,
    /// API keys, the newest first.
    pub keys: Vec<ApiKey<'a>>,
    /// The key that was just made.
    pub new_key: Option<NewKey<'a>>,
    /// The form to make one.
    pub key_form: KeyForm<'a>,
    /// What was used lately.
    pub usage: Usage<'a>,
    /// A page of the ledger, the newest first.
    pub transfers: Vec<Transfer<'a>>,
    /// Where the next page of the ledger begins.
    pub next: Option<&'a str>,
}

impl AccountView<'_> {
    /// The whole of the wallet's meter, which cannot be nothing.
    pub(crate) const fn top_of_wallet(&self) -> u64 {
        if self.balance.posted == 0 { 1 } else { self.balance.posted }
    }

    pub(crate) fn has_others(&self) -> bool {
        self.sessions.iter().any(|session| !session.is_current)
    }
}

renders! {
    AccountView<'a> = "pages/account.html";
}
