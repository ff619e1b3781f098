//! An issuer in memory, that does what the test wants and remembers what it was asked.

use crate::support::World;
use ed25519_dalek::SigningKey;
use http::{Method, StatusCode};
use jwt_compact::{AlgorithmExt, Claims, Header, alg::Ed25519, jwk::JsonWebKey};
use ports::{Body, Clock, Host, HttpError};
use serde_json::{Map, Value, json};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

pub const ISSUER: &str = "https://id.example";
const KID: &str = "one";
/// How long its access lasts.
pub const ACCESS_MS: i64 = 300_000;
/// How long it takes to answer, so that requests can overlap.
const TAKES_MS: u64 = 200;

/// What it does with whoever comes to the token endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Grants.
    #[default]
    Good,
    /// Grants, and says nothing new of the person.
    Terse,
    /// Grants access, and gives no token to renew it with.
    Stingy,
    /// Says that the grant is over.
    Refuses,
    /// Says that it cannot at the moment.
    Busy,
    /// Is not there.
    Down,
    /// Takes the request and says nothing.
    Hangs,
    /// Says something that is no answer.
    Babbles,
}

/// The issuer.
#[derive(Clone, Default)]
pub struct Issuer(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    mood: Mood,
    /// What the next ID tokens say beside what they should.
    claims: Map<String, Value>,
    nonce: Option<String>,
    /// How many refresh tokens it has given. The newest alone is good.
    given: u32,
    asked: Vec<BTreeMap<String, String>>,
    given_back: Vec<String>,
}

impl Issuer {
    /// An issuer that a world finds at [`ISSUER`].
    pub fn listen(world: &World) -> Self {
        let issuer = Self::default();
        let (own, clock) = (issuer.clone(), world.host.clock().clone());
        world.host.http().script(move |request| {
            let (issuer, clock) = (own.clone(), clock.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect(1 << 20).await.unwrap();
                clock.sleep(TAKES_MS).await;
                let mood = issuer.0.borrow().mood;
                let path = parts.uri.path().to_owned();
                if path == "/token" {
                    let form = form(&body);
                    issuer.0.borrow_mut().asked.push(form);
                }
                match mood {
                    Mood::Down => return Err(HttpError("connection refused".into())),
                    Mood::Hangs => return std::future::pending().await,
                    _ => {}
                }
                let (status, json) = match (parts.method, path.as_str()) {
                    (Method::GET, "/.well-known/openid-configuration") => discovery(),
                    (Method::GET, "/keys") => keys(),
                    (Method::GET, "/auth") => (StatusCode::OK, json!("Who are you?")),
                    (Method::POST, "/token") => issuer.token(mood, clock.now().seconds()),
                    (Method::POST, "/revoke") => {
                        let token = form(&body).remove("token").unwrap();
                        issuer.0.borrow_mut().given_back.push(token);
                        (StatusCode::OK, json!({}))
                    }
                    (method, path) => panic!("nobody asks for {method} {path}"),
                };
                let mut response = http::Response::new(Body::from(json.to_string()));
                *response.status_mut() = status;
                Ok(response)
            }
        });
        issuer
    }

    pub fn is(&self, mood: Mood) {
        self.0.borrow_mut().mood = mood;
    }

    /// What its ID tokens say from now on beside what they should.
    pub fn claims(&self, claims: Value) {
        self.0.borrow_mut().claims = claims.as_object().cloned().unwrap();
    }

    /// What the next sign-in's ID token repeats.
    pub fn expect(&self, nonce: &str) {
        self.0.borrow_mut().nonce = Some(nonce.to_owned());
    }

    /// How often it was asked to renew access.
    pub fn renewals(&self) -> usize {
        let state = self.0.borrow();
        state.asked.iter().filter(|form| form["grant_type"] == "refresh_token").count()
    }

    /// The refresh token that is good.
    pub fn refresh_token(&self) -> String {
        format!("refresh-{}", self.0.borrow().given)
    }

    /// The refresh tokens that were given back to it.
    pub fn given_back(&self) -> Vec<String> {
        self.0.borrow().given_back.clone()
    }

    fn token(&self, mood: Mood, now: i64) -> (StatusCode, Value) {
        let current = self.refresh_token();
        let mut state = self.0.borrow_mut();
        let form = state.asked.last().cloned().unwrap();
        let is_renewal = form["grant_type"] == "refresh_token";
        match mood {
            Mood::Refuses => return (StatusCode::BAD_REQUEST, json!({"error": "invalid_grant"})),
            Mood::Busy => return (StatusCode::SERVICE_UNAVAILABLE, json!({})),
            Mood::Babbles => return (StatusCode::OK, json!(["what?"])),
            _ => {}
        }
        // As real ones do: a token that was used before is stolen.
        if is_renewal && form["refresh_token"] != current {
            return (StatusCode::BAD_REQUEST, json!({"error": "invalid_grant"}));
        }
        let mut granted = json!({
            "access_token": "opaque", "token_type": "Bearer", "expires_in": ACCESS_MS / 1_000,
        });
        if mood != Mood::Stingy {
            state.given += 1;
            granted["refresh_token"] = format!("refresh-{}", state.given).into();
        }
        if mood != Mood::Terse || !is_renewal {
            let mut claims = Map::new();
            let standard = json!({
                "iss": ISSUER, "aud": "postern", "sub": "mia", "name": "Mia", "iat": now,
                "exp": now + 300,
            });
            claims.extend(standard.as_object().cloned().unwrap());
            if !is_renewal && let Some(nonce) = &state.nonce {
                claims.insert("nonce".to_owned(), nonce.as_str().into());
            }
            claims.extend(state.claims.clone());
            let header = Header::empty().with_key_id(KID);
            let token = Ed25519.token(&header, &Claims::new(claims), &key());
            granted["id_token"] = token.unwrap().into();
        }
        (StatusCode::OK, granted)
    }
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn form(body: &[u8]) -> BTreeMap<String, String> {
    let text = std::str::from_utf8(body).unwrap();
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn discovery() -> (StatusCode, Value) {
    let json = json!({
        "issuer": ISSUER, "jwks_uri": format!("{ISSUER}/keys"),
        "authorization_endpoint": format!("{ISSUER}/auth"),
        "token_endpoint": format!("{ISSUER}/token"),
        "revocation_endpoint": format!("{ISSUER}/revoke"),
        "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    });
    (StatusCode::OK, json)
}

fn keys() -> (StatusCode, Value) {
    let key = key();
    let mut jwk = serde_json::to_value(JsonWebKey::from(&key).to_verifying_key()).unwrap();
    for (name, value) in [("kid", KID), ("alg", "EdDSA"), ("use", "sig")] {
        jwk[name] = value.into();
    }
    (StatusCode::OK, json!({ "keys": [jwk] }))
}
