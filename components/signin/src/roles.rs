//! What a person may be, from what their issuer says of them.
//!
//! Issuers write groups and roles in claims of their own shapes. A tenant lists which value of
//! which claim means which of its roles; what is not listed means nothing.

use kernel::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Most rules of one tenant.
const RULES_MAX: usize = 100;
/// Longest text of a rule, in bytes.
const TEXT_LEN_MAX: usize = 200;
/// Most values of one claim that are looked at.
const VALUES_MAX: usize = 2_000;
/// Deepest path into a claim.
const DEPTH_MAX: usize = 8;

/// One rule: who has `value` in `claim` has the role `role`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// A claim by its whole name, such as `groups`, `cognito:groups` or
    /// `https://app.example/roles`; or else a path with dots, such as `realm_access.roles`; or a
    /// JSON pointer ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)), such as
    /// `/resource_access/my.client/roles`, for names that have dots themselves.
    pub claim: String,
    /// The value, to the letter. Lists are searched; `true`, `false` and whole numbers are
    /// compared as they are written.
    pub value: String,
    /// The role of Postern's that it means.
    pub role: String,
}

impl Rule {
    /// Checks what the types do not say.
    ///
    /// # Errors
    /// A [`FieldError`] that names the first wrong field.
    pub fn validate(&self) -> Result<(), FieldError> {
        for (field, text) in [("claim", &self.claim), ("value", &self.value), ("role", &self.role)]
        {
            if text.is_empty() || text.len() > TEXT_LEN_MAX {
                let message = format!("must be 1 to {TEXT_LEN_MAX} bytes long");
                return Err(FieldError::new(field, message));
            }
        }
        let allowed =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        if !self.role.bytes().all(allowed) {
            return Err(FieldError::new("role", "must be of a-z, 0-9, - and _"));
        }
        Ok(())
    }

    fn holds(&self, claims: &Map<String, Value>) -> bool {
        // An address that nobody has checked is what anybody may have typed.
        let unchecked = matches!(self.claim.as_str(), "email" | "/email")
            && !claims.get("email_verified").is_some_and(|v| v == true || v == "true");
        match find(claims, &self.claim) {
            Some(_) if unchecked => false,
            Some(Value::Array(values)) => values.iter().take(VALUES_MAX).any(|v| self.is(v)),
            Some(value) => self.is(value),
            None => false,
        }
    }

    fn is(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => *text == self.value,
            Value::Bool(flag) => self.value == if *flag { "true" } else { "false" },
            Value::Number(number) if !number.is_f64() => number.to_string() == self.value,
            _ => false,
        }
    }
}

/// The value that a rule's `claim` names.
fn find<'c>(claims: &'c Map<String, Value>, claim: &str) -> Option<&'c Value> {
    if let Some(value) = claims.get(claim) {
        return Some(value);
    }
    let (first, rest) = match claim.strip_prefix('/') {
        Some(pointer) => {
            let mut steps = pointer.split('/').map(|s| s.replace("~1", "/").replace("~0", "~"));
            (steps.next()?, steps.take(DEPTH_MAX).collect::<Vec<_>>())
        }
        None => {
            let mut steps = claim.split('.').map(str::to_owned);
            (steps.next()?, steps.take(DEPTH_MAX).collect())
        }
    };
    rest.iter().try_fold(claims.get(&first)?, |value, step| value.as_object()?.get(step))
}

/// Checks the rules of a tenant.
///
/// # Errors
/// A [`FieldError`] that names the first wrong field.
pub fn validate(rules: &[Rule]) -> Result<(), FieldError> {
    if rules.len() > RULES_MAX {
        return Err(FieldError::new("", format!("must have at most {RULES_MAX} entries")));
    }
    for (index, rule) in rules.iter().enumerate() {
        rule.validate().map_err(|e| e.within(&format!("[{index}]")))?;
    }
    Ok(())
}

/// The roles of somebody with these claims: sorted, each once.
///
/// The claims must be those of a verified token.
#[must_use]
pub fn roles(rules: &[Rule], claims: &Map<String, Value>) -> Vec<String> {
    let holding = rules.iter().take(RULES_MAX).filter(|rule| rule.holds(claims));
    let mut roles: Vec<_> = holding.map(|rule| rule.role.clone()).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(claim: &str, value: &str, role: &str) -> Rule {
        Rule { claim: claim.into(), value: value.into(), role: role.into() }
    }

    fn found(claims: &Value, rules: &[Rule]) -> Vec<String> {
        validate(rules).unwrap();
        roles(rules, claims.as_object().unwrap())
    }

    fn one(claims: &Value, claim: &str, value: &str) -> bool {
        !found(claims, &[rule(claim, value, "r")]).is_empty()
    }

    /// [Cognito: the ID token](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html).
    #[test]
    fn cognito() {
        let claims = json!({
            "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
            "cognito:groups": ["test-group-a", "test-group-b", "test-group-c"],
            "cognito:preferred_role": "arn:aws:iam::111122223333:role/my-test-role",
            "cognito:roles": ["arn:aws:iam::111122223333:role/my-test-role"],
            "cognito:username": "my-test-user", "custom:plan": "pro",
            "iss": "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_example",
            "aud": "xxxxxxxxxxxxexample", "token_use": "id", "auth_time": 1_500_009_400,
            "email_verified": true, "email": "my-test-user@example.com",
            "identities": [{"userId": "amzn1.account.EXAMPLE", "providerName": "LoginWithAmazon",
                            "primary": "true"}]
        });
        let rules = [
            rule("cognito:groups", "test-group-b", "admin"),
            rule("cognito:groups", "test-group-c", "admin"),
            rule("custom:plan", "pro", "customer"),
            rule("cognito:groups", "test-group", "never"),
        ];
        assert_eq!(found(&claims, &rules), ["admin", "customer"]);
    }

    /// [Keycloak: roles and groups](https://www.keycloak.org/docs/latest/server_admin/#_oidc_token_role_mappings).
    #[test]
    fn keycloak() {
        let claims = json!({
            "sub": "f1b7", "azp": "postern", "typ": "ID", "email_verified": false,
            "realm_access": {"roles": ["default-roles-demo", "offline_access", "realm-admin"]},
            "resource_access": {
                "account": {"roles": ["manage-account", "view-profile"]},
                "shop.web": {"roles": ["seller"]}
            },
            "groups": ["/staff/admins", "/customers"]
        });
        assert!(one(&claims, "realm_access.roles", "realm-admin"));
        assert!(one(&claims, "resource_access.account.roles", "manage-account"));
        assert!(one(&claims, "/resource_access/shop.web/roles", "seller"));
        assert!(one(&claims, "groups", "/staff/admins"));
        assert!(!one(&claims, "resource_access.shop.web.roles", "seller"));
        assert!(!one(&claims, "groups", "admins"));
        assert!(!one(&claims, "realm_access", "realm-admin"));
        assert!(!one(&claims, "realm_access.roles.0", "default-roles-demo"));
    }

    /// [Auth0: namespaced claims](https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims).
    #[test]
    fn auth0() {
        let claims = json!({
            "sub": "auth0|5f7c8ec7c33c6c004bbafe82", "https://app.example.com/roles": ["editor"],
            "https://app.example.com/plan": {"tier": "gold"}, "org_id": "org_9ybsU1dN2dKfDkBi"
        });
        assert!(one(&claims, "https://app.example.com/roles", "editor"));
        assert!(one(&claims, "/https:~1~1app.example.com~1plan/tier", "gold"));
        assert!(one(&claims, "org_id", "org_9ybsU1dN2dKfDkBi"));
        assert!(!one(&claims, "https://app.example.org/roles", "editor"));
    }

    /// [Google: the ID token](https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload).
    #[test]
    fn google() {
        let claims = json!({
            "iss": "https://accounts.google.com", "azp": "1234987819200.apps.googleusercontent.com",
            "aud": "1234987819200.apps.googleusercontent.com", "sub": "10769150350006150715113082367",
            "hd": "example.com", "email": "jsmith@example.com", "email_verified": "true"
        });
        assert!(one(&claims, "hd", "example.com"));
        assert!(one(&claims, "email", "jsmith@example.com"));
        assert!(!one(&claims, "hd", "EXAMPLE.com"));
        assert!(!one(&claims, "hd", "example"));
    }

    #[test]
    fn an_address_that_nobody_has_checked_means_nothing() {
        let claims =
            |verified: Value| json!({"email": "boss@example.com", "email_verified": verified});
        assert!(one(&claims(json!(true)), "email", "boss@example.com"));
        for verified in [json!(false), json!("false"), json!(1), Value::Null] {
            assert!(!one(&claims(verified), "email", "boss@example.com"));
        }
        assert!(!one(&json!({"email": "boss@example.com"}), "/email", "boss@example.com"));
    }

    #[test]
    fn values_are_compared_as_they_are_written() {
        let claims = json!({
            "flag": true, "level": 3, "float": 3.0, "list": [1, "two", null, ["three"], {"four": 4}]
        });
        assert!(one(&claims, "flag", "true") && !one(&claims, "flag", "false"));
        assert!(one(&claims, "level", "3") && !one(&claims, "float", "3"));
        assert!(one(&claims, "list", "1") && one(&claims, "list", "two"));
        for value in ["null", "three", "four", "[\"three\"]"] {
            assert!(!one(&claims, "list", value), "{value}");
        }
    }

    #[test]
    fn rules_are_checked() {
        let field = |rule: Rule| validate(&[rule]).unwrap_err().field;
        assert_eq!(field(rule("", "a", "b")), "[0].claim");
        assert_eq!(field(rule("a", "", "b")), "[0].value");
        assert_eq!(field(rule("a", "b", "")), "[0].role");
        assert_eq!(field(rule("a", "b", "Admin")), "[0].role");
        assert_eq!(field(rule(&"a".repeat(201), "b", "c")), "[0].claim");
        assert!(validate(&vec![rule("a", "b", "c"); 101]).is_err());
        let json = r#"{"claim": "groups", "value": "a", "role": "admin", "roles": "x"}"#;
        assert!(serde_json::from_str::<Rule>(json).is_err());
    }

    #[test]
    fn a_path_has_a_deepest_step() {
        let mut deep = json!("x");
        for _ in 0..20 {
            deep = json!({ "a": deep });
        }
        assert!(!one(&deep, &["a"; 20].join("."), "x"));
    }
}
