use kernel::{AccountId, ProfileId, TenantId, UnixMillis};
use serde::{Deserialize, Deserializer};

/// Most roles or scopes of one token.
pub(crate) const LIST_LEN_MAX: usize = 64;

/// What a verified token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Who the issuer says this is.
    pub subject: Option<String>,
    /// The tenant the token is good for.
    pub tenant: TenantId,
    /// The account that pays.
    pub account: AccountId,
    /// The person within the account.
    pub profile: Option<ProfileId>,
    /// What the person is: `guardian`, `child`, `admin`.
    pub roles: Vec<String>,
    /// What the token may be used for; `None` when it does not say.
    pub scopes: Option<Vec<String>>,
    /// When the token ends, without leeway.
    pub expires_at: UnixMillis,
}

/// The claims as they stand in the token, beside `exp`, `nbf` and `iat`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Raw {
    pub iss: Option<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub aud: Vec<String>,
    pub sub: Option<String>,
    pub tenant: Option<String>,
    pub account: Option<String>,
    pub profile: Option<String>,
    #[serde(default)]
    pub roles: Vec<String>,
    #[serde(default, deserialize_with = "words")]
    pub scope: Option<Vec<String>>,
}

impl Raw {
    /// Whether the lists are short enough to be worth going through.
    pub fn is_bounded(&self) -> bool {
        self.aud.len() <= LIST_LEN_MAX
            && self.roles.len() <= LIST_LEN_MAX
            && self.scope.as_ref().is_none_or(|scopes| scopes.len() <= LIST_LEN_MAX)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// `aud` is a string or a list of strings
/// ([RFC 7519 §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3)).
pub(crate) fn one_or_many<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<String>, D::Error> {
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(value) => vec![value],
        OneOrMany::Many(values) => values,
    })
}

/// `scope` is a string of words ([RFC 8693 §4.2](https://www.rfc-editor.org/rfc/rfc8693#section-4.2));
/// some issuers write a list.
fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    Ok(Option::<OneOrMany>::deserialize(deserializer)?.map(|scope| match scope {
        OneOrMany::One(words) => words.split_ascii_whitespace().map(str::to_owned).collect(),
        OneOrMany::Many(words) => words,
    }))
}
