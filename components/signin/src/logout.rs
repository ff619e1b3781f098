//! Signing out at the issuer too
//! ([OpenID Connect RP-Initiated Logout](https://openid.net/specs/openid-connect-rpinitiated-1_0.html)).
//!
//! Without it whoever uses the browser next is signed in again by one click, since the issuer still
//! knows the person.

use crate::{discovery::Provider, login::with_query};
use form_urlencoded::Serializer;

/// The parameter that says where to go afterwards. Cognito calls it `logout_uri`.
pub const RETURN_PARAM: &str = "post_logout_redirect_uri";
/// Longest ID token that is sent as a hint, so that the address stays one that servers read.
const HINT_LEN_MAX: usize = 3 * 1024;

/// What to ask the issuer.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// What Postern is called there.
    pub client_id: &'a str,
    /// The ID token of the sign-in, if it was kept: with it an issuer need not ask whether the
    /// person means it.
    pub id_token: Option<&'a str>,
    /// Where the browser is to come back to. It must be registered there.
    pub return_to: &'a str,
    /// What that parameter is called: [`RETURN_PARAM`].
    pub return_param: &'a str,
}

/// Where to send the browser; `None` when the issuer signs nobody out.
#[must_use]
pub fn url(provider: &Provider, ask: &Ask<'_>) -> Option<String> {
    let endpoint = provider.end_session_endpoint.as_ref()?;
    let mut query = Serializer::new(String::new());
    query.append_pair("client_id", ask.client_id).append_pair(ask.return_param, ask.return_to);
    if let Some(hint) = ask.id_token.filter(|token| token.len() <= HINT_LEN_MAX) {
        query.append_pair("id_token_hint", hint);
    }
    Some(with_query(endpoint, &query.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::tests::provider;

    const ASK: Ask<'static> = Ask {
        client_id: "s6BhdRkqt3",
        id_token: Some("a.b.c"),
        return_to: "https://one.example/",
        return_param: RETURN_PARAM,
    };

    #[test]
    fn the_issuer_is_asked_to_sign_out() {
        assert_eq!(
            url(&provider(), &ASK).unwrap(),
            "https://id.example/logout?client_id=s6BhdRkqt3\
             &post_logout_redirect_uri=https%3A%2F%2Fone.example%2F&id_token_hint=a.b.c"
        );
        let cognito = Ask { return_param: "logout_uri", id_token: None, ..ASK };
        assert_eq!(
            url(&provider(), &cognito).unwrap(),
            "https://id.example/logout?client_id=s6BhdRkqt3&logout_uri=https%3A%2F%2Fone.example%2F"
        );
    }

    #[test]
    fn a_long_hint_is_left_out_and_some_issuers_sign_nobody_out() {
        let long = "a".repeat(HINT_LEN_MAX + 1);
        let ask = Ask { id_token: Some(&long), ..ASK };
        assert!(!url(&provider(), &ask).unwrap().contains("hint"));
        let google = Provider { end_session_endpoint: None, ..provider() };
        assert_eq!(url(&google, &ASK), None);
    }
}
