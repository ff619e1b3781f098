//! Token issuers: discovery, key sets, rotation. Any name under `/oidc/` is an issuer.
//!
//! `POST /oidc/{name}/tokens?alg=ES256` signs the claims in its body; `POST /oidc/{name}/rotate`
//! replaces the keys; `POST /oidc/{name}/down` and `/up` take the issuer off and back.

use crate::{World, json};
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use ed25519_dalek::SigningKey as EdKey;
use jwt_compact::{
    AlgorithmExt, Claims, Header,
    alg::{Ed25519, Es256, Rsa, RsaPrivateKey},
    jwk::JsonWebKey,
};
use p256::ecdsa::SigningKey as EcKey;
use rand_core::OsRng;
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// RFC 7515 appendix A.2's key: making an RSA key takes seconds, and this one is known to nobody
/// less than any other in a sandbox.
const RSA_JWK: &str = include_str!("rsa.jwk.json");

/// The issuers, by name.
#[derive(Default)]
pub struct Issuers(Mutex<HashMap<String, Issuer>>);

#[derive(Clone)]
struct Issuer {
    generation: u32,
    ed: EdKey,
    ec: EcKey,
    down: bool,
    /// How often the keys were asked for.
    asked: u32,
}

impl Issuer {
    fn new(generation: u32) -> Self {
        let (ed, ec) = (EdKey::generate(&mut OsRng), EcKey::random(&mut OsRng));
        Self { generation, ed, ec, down: false, asked: 0 }
    }

    fn kid(&self, algorithm: &str) -> String {
        match algorithm {
            "RS256" => "rsa".to_owned(),
            _ => format!("{algorithm}-{}", self.generation),
        }
    }

    fn jwks(&self) -> Value {
        let key = |jwk: &JsonWebKey<'_>, algorithm: &str| {
            let mut jwk = serde_json::to_value(jwk.to_verifying_key()).unwrap_or_default();
            jwk["kid"] = self.kid(algorithm).into();
            jwk["alg"] = algorithm.into();
            jwk["use"] = "sig".into();
            jwk
        };
        let ed = key(&JsonWebKey::from(&self.ed), "EdDSA");
        let ec = key(&JsonWebKey::from(&self.ec), "ES256");
        let rsa: JsonWebKey<'_> = serde_json::from_str(RSA_JWK).expect("the RSA key is a JWK");
        json!({ "keys": [ed, ec, key(&rsa, "RS256")] })
    }

    fn sign(&self, algorithm: &str, claims: Map<String, Value>) -> Option<String> {
        let header = Header::empty().with_key_id(self.kid(algorithm));
        let claims = Claims::new(claims);
        match algorithm {
            "EdDSA" => Ed25519.token(&header, &claims, &self.ed),
            "ES256" => Es256.token(&header, &claims, &self.ec),
            "RS256" => {
                let jwk: JsonWebKey<'_> = serde_json::from_str(RSA_JWK).ok()?;
                Rsa::rs256().token(&header, &claims, &RsaPrivateKey::try_from(&jwk).ok()?)
            }
            _ => return None,
        }
        .ok()
    }
}

impl Issuers {
    fn with<T>(&self, name: &str, work: impl FnOnce(&mut Issuer) -> T) -> T {
        let mut issuers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(issuers.entry(name.to_owned()).or_insert_with(|| Issuer::new(1)))
    }
}

/// The routes.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/oidc/{name}/.well-known/openid-configuration", get(discovery))
        .route("/oidc/{name}/jwks", get(jwks))
        .route("/oidc/{name}/asked", get(asked))
        .route("/oidc/{name}/tokens", post(token))
        .route("/oidc/{name}/rotate", post(rotate))
        .route("/oidc/{name}/down", post(async |world, path| set_down(world, path, true).await))
        .route("/oidc/{name}/up", post(async |world, path| set_down(world, path, false).await))
}

type Shared = State<Arc<World>>;

fn base(headers: &HeaderMap, name: &str) -> String {
    let host = headers.get("host").and_then(|value| value.to_str().ok()).unwrap_or_default();
    format!("http://{host}/oidc/{name}")
}

async fn discovery(State(world): Shared, Path(name): Path<String>, headers: HeaderMap) -> Response {
    if world.issuers.with(&name, |issuer| issuer.down) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let base = base(&headers, &name);
    json(StatusCode::OK, &json!({ "issuer": base, "jwks_uri": format!("{base}/jwks") }))
}

async fn jwks(State(world): Shared, Path(name): Path<String>) -> Response {
    world.issuers.with(&name, |issuer| {
        issuer.asked += 1;
        if issuer.down {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        json(StatusCode::OK, &issuer.jwks())
    })
}

async fn asked(State(world): Shared, Path(name): Path<String>) -> String {
    world.issuers.with(&name, |issuer| issuer.asked).to_string()
}

async fn token(
    State(world): Shared,
    Path(name): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    Json(mut claims): Json<Map<String, Value>>,
) -> Response {
    claims.entry("iss").or_insert_with(|| base(&headers, &name).into());
    let algorithm = query.get("alg").map_or("EdDSA", String::as_str);
    match world.issuers.with(&name, |issuer| issuer.sign(algorithm, claims)) {
        Some(token) => token.into_response(),
        None => (StatusCode::BAD_REQUEST, "alg is EdDSA, ES256 or RS256\n").into_response(),
    }
}

async fn rotate(State(world): Shared, Path(name): Path<String>) -> StatusCode {
    world.issuers.with(&name, |issuer| {
        let asked = issuer.asked;
        *issuer = Issuer { asked, ..Issuer::new(issuer.generation + 1) };
    });
    StatusCode::NO_CONTENT
}

async fn set_down(State(world): Shared, Path(name): Path<String>, down: bool) -> StatusCode {
    world.issuers.with(&name, |issuer| issuer.down = down);
    StatusCode::NO_CONTENT
}
