//! An issuer that a case plays itself: one that does what no honest issuer does, and that can be
//! told what to do next.
//!
//! Its endpoints are a small server in the case's own process. Its ID tokens are signed by an issuer
//! of the sandbox, whose keys it gives out as its own.

use crate::{World, now_seconds, unique};
use axum::{
    Form, Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use reqwest::Client;
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// An issuer, as a tenant's record has it. Members of its group `admins` administer the tenant.
pub fn record(issuer: &str, client_id: &str, client_secret: &str) -> Value {
    json!({
        "issuer": issuer, "audiences": [client_id],
        "client": {
            "client_id": client_id, "client_secret": client_secret,
            "roles": [{"claim": "groups", "value": "admins", "role": "admin"}],
        },
    })
}

/// The issuer. It ends with the case.
pub struct Issuer {
    /// Its name.
    pub url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    url: String,
    /// The sandbox's issuer that signs.
    signer: String,
    client: Client,
    /// Changes to the claims of the next ID tokens.
    claims: Mutex<Map<String, Value>>,
    /// The forms that the token endpoint was sent.
    asked: Mutex<Vec<HashMap<String, String>>>,
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Issuer {
    pub async fn start(world: &World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            url: url.clone(),
            signer: format!("{}/oidc/{}", world.sandbox, unique("signer")),
            client: world.client.clone(),
            claims: Mutex::default(),
            asked: Mutex::default(),
        });
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/auth", get(|| async { "Who are you?" }))
            .route("/token", post(token))
            .with_state(shared.clone());
        let server = tokio::spawn(async {
            axum::serve(listener, routes).await.unwrap();
        });
        Self { url, shared, server }
    }

    /// The issuer, as a tenant's record has it.
    pub fn record(&self) -> Value {
        record(&self.url, "shop", "a secret")
    }

    /// What its next ID tokens say beside what they should. What is null is left out.
    pub fn will_claim(&self, claims: Value) {
        let claims = claims.as_object().cloned().unwrap_or_default();
        *self.shared.claims.lock().unwrap_or_else(PoisonError::into_inner) = claims;
    }

    /// What its token endpoint was asked.
    pub fn asked(&self) -> Vec<HashMap<String, String>> {
        self.shared.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn discovery(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let Shared { url, signer, .. } = &*shared;
    Json(json!({
        "issuer": url, "jwks_uri": format!("{signer}/jwks"),
        "authorization_endpoint": format!("{url}/auth"), "token_endpoint": format!("{url}/token"),
        "authorization_response_iss_parameter_supported": true,
        "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    }))
}

/// Gives tokens for whatever code. The code is what the ID token's nonce will be.
async fn token(
    State(shared): State<Arc<Shared>>,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let nonce = form.get("code").cloned();
    shared.asked.lock().unwrap_or_else(PoisonError::into_inner).push(form);
    let now = now_seconds();
    let mut claims = json!({
        "iss": shared.url, "aud": "shop", "sub": "somebody", "nonce": nonce, "name": "Somebody",
        "iat": now, "exp": now + 300,
    });
    let changes = shared.claims.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for (name, value) in changes {
        claims[name] = value;
    }
    let members = claims.as_object_mut().into_iter();
    members.for_each(|members| members.retain(|_, value| !value.is_null()));
    let signed = shared.client.post(format!("{}/tokens?alg=EdDSA", shared.signer)).json(&claims);
    let Ok(id_token) = async { signed.send().await?.text().await }.await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    Json(json!({
        "access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": id_token,
    }))
    .into_response()
}
