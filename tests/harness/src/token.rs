//! Tokens of development's issuer.

use crate::{Result, root};
use serde_json::{Map, Value, json};
use std::{
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

/// What a token says.
pub struct TokenOptions {
    /// The tenant's handle, or its id.
    pub tenant: String,
    /// The account's id, or the part of it behind `acc_`.
    pub account: String,
    /// The profile's id, or the part of it behind `prf_`.
    pub profile: Option<String>,
    /// `admin`, `guardian`, `child`.
    pub roles: Vec<String>,
    /// Words parted by spaces; `None` for everything that a person may do.
    pub scope: Option<String>,
    /// How long it counts, in seconds.
    pub ttl_seconds: u64,
}

impl Default for TokenOptions {
    fn default() -> Self {
        Self {
            tenant: "family".into(),
            account: "demo".into(),
            profile: None,
            roles: Vec::new(),
            scope: None,
            ttl_seconds: 86_400,
        }
    }
}

/// The secret that set-up has written.
///
/// # Errors
/// When set-up has not run.
pub fn dev_key() -> Result<String> {
    dev_variable("JWT_DEV_KEY")
}

/// A variable of `.dev.vars`.
///
/// # Errors
/// When it is not there.
pub fn dev_variable(name: &str) -> Result<String> {
    let text = fs::read_to_string(root().join(".dev.vars"));
    let text = text.map_err(|_| "there is no .dev.vars; `cargo xtask setup` writes it")?;
    let value = |line: &str| {
        let (known, value) = line.trim().split_once('=')?;
        (known == name).then(|| value.trim().trim_matches('"').to_owned())
    };
    let value = text.lines().find_map(value);
    value.filter(|v| !v.is_empty()).ok_or_else(|| format!(".dev.vars has no {name}"))
}

/// Makes a token.
///
/// # Errors
/// When there is no secret.
pub fn mint(options: &TokenOptions) -> Result<String> {
    let id = |prefix: &str, text: &str| {
        if text.starts_with(prefix) { text.to_owned() } else { format!("{prefix}{text}") }
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut claims = Map::new();
    let mut say = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    say("iss", json!("postern-dev"));
    say("aud", json!("postern"));
    say("tenant", json!(id("ten_", &options.tenant)));
    say("account", json!(id("acc_", &options.account)));
    say("roles", json!(options.roles));
    say("iat", json!(now));
    say("exp", json!(now + options.ttl_seconds));
    if let Some(profile) = &options.profile {
        say("profile", json!(id("prf_", profile)));
    }
    if let Some(scope) = &options.scope {
        say("scope", json!(scope));
    }
    identity::mint_hs256(dev_key()?.as_bytes(), claims).map_err(|e| e.to_string())
}
