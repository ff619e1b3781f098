use conformance::{Tenant, World, read, unique};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn nobody_is_let_in_without_credentials_or_with_wrong_ones() {
    let world = World::new();
    let family = world.token("ten_family", json!({}));
    let (head, rest) = family.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    let none = "eyJhbGciOiJub25lIn0";
    let reversed: String = signature.chars().rev().collect();
    for token in [
        "nonsense".to_owned(),
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{head}.{claims}.{reversed}"),
        world.token("ten_stories", json!({})),
        world.token("ten_family", json!({"exp": 1_000_000_000})),
        world.token("ten_family", json!({"nbf": 4_000_000_000_u32})),
        world.token("ten_family", json!({"aud": "else"})),
        world.token("ten_family", json!({"iss": "https://evil.example"})),
        "pk_live_00000000000000000000000000000000".to_owned(),
        "x".repeat(9_000),
    ] {
        let (status, body) =
            read(world.get("family.localhost", "/v1/models").bearer_auth(&token)).await;
        assert_eq!(status, 401, "{token}: {body}");
        assert_eq!(body["error"]["type"], "authentication_error");
    }
    let response = world.get("family.localhost", "/me/balance").send().await.unwrap();
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    assert_eq!(response.json::<Value>().await.unwrap()["code"], "authentication_required");
}

#[tokio::test]
async fn scopes_and_roles_limit() {
    let world = World::new();
    let tenant = world.tenant(json!({})).await;
    let status = async |claims: Value, path: &str| {
        let ask = world.get(&tenant.host, path).bearer_auth(tenant.token(claims));
        read(ask).await.0
    };
    assert_eq!(status(json!({"scope": "chat"}), "/me/balance").await, 403);
    assert_eq!(status(json!({"scope": "account:read"}), "/me/balance").await, 200);
    assert_eq!(status(json!({}), "/admin/accounts/acc_a/books").await, 403);
    assert_eq!(status(json!({"roles": ["admin"]}), "/admin/accounts/acc_a/books").await, 200);
}

#[tokio::test]
async fn an_api_key_serves_a_server() {
    let world = World::new();
    let tenant = world.tenant(json!({})).await;
    let keys = "/admin/accounts/acc_server/keys";
    let create = async |name: &str| {
        let ask = tenant.admin(Method::POST, keys).json(&json!({"name": name, "scopes": ["chat"]}));
        let (status, made) = read(ask).await;
        assert_eq!(status, 201, "{made}");
        (made["key"].as_str().unwrap().to_owned(), made["id"].as_str().unwrap().to_owned())
    };
    let (key, _) = create("one").await;
    let status = async |host: &str, key: &str, path: &str| {
        read(world.get(host, path).bearer_auth(key)).await.0
    };
    assert_eq!(status(&tenant.host, &key, "/v1/models").await, 200);
    assert_eq!(status(&tenant.host, &key, "/me/balance").await, 403);
    assert_eq!(status("family.localhost", &key, "/v1/models").await, 401);
    // One that is revoked before its first use is not remembered anywhere.
    let (revoked, id) = create("two").await;
    let (gone, _) = read(tenant.admin(Method::DELETE, &format!("{keys}/{id}"))).await;
    assert_eq!(gone, 204);
    assert_eq!(status(&tenant.host, &revoked, "/v1/models").await, 401);
}

/// A tenant with an issuer in the sandbox.
struct Issued<'w> {
    tenant: Tenant<'w>,
    issuer: String,
}

impl<'w> Issued<'w> {
    async fn new(world: &'w World) -> Self {
        let issuer = format!("{}/oidc/{}", world.sandbox, unique("issuer"));
        let record = json!([{"issuer": issuer, "audiences": ["shop"]}]);
        Self { tenant: world.tenant(json!({"issuers": record})).await, issuer }
    }

    async fn token(&self, algorithm: &str, changes: Value) -> String {
        let mut claims = json!({
            "aud": "shop", "tenant": self.tenant.id, "account": "acc_case", "exp": 4_000_000_000_u32,
        });
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let url = format!("{}/tokens?alg={algorithm}", self.issuer);
        let ask = self.tenant.world.client.post(url).json(&claims);
        ask.send().await.unwrap().text().await.unwrap()
    }

    async fn control(&self, what: &str) {
        let url = format!("{}/{what}", self.issuer);
        let done = self.tenant.world.client.post(url).send().await.unwrap();
        assert!(done.status().is_success());
    }

    async fn status(&self, token: &str) -> u16 {
        let world = self.tenant.world;
        read(world.get(&self.tenant.host, "/v1/models").bearer_auth(token)).await.0
    }
}

#[tokio::test]
async fn tokens_of_a_tenants_issuer_are_good_in_every_algorithm() {
    let world = World::new();
    let issued = Issued::new(&world).await;
    for algorithm in ["EdDSA", "ES256", "RS256"] {
        let token = issued.token(algorithm, json!({})).await;
        assert_eq!(issued.status(&token).await, 200, "{algorithm}");
        let foreign = issued.token(algorithm, json!({"tenant": "ten_family"})).await;
        assert_eq!(issued.status(&foreign).await, 401, "{algorithm}");
    }
    // Of the same issuer, but not this tenant's: another tenant that trusts nobody.
    let other = world.tenant(json!({})).await;
    let token = issued.token("EdDSA", json!({"tenant": other.id})).await;
    let (status, _) = read(world.get(&other.host, "/v1/models").bearer_auth(token)).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn an_issuer_that_goes_down_does_not_lock_its_people_out() {
    let world = World::new();
    let issued = Issued::new(&world).await;
    let first = issued.token("EdDSA", json!({})).await;
    assert_eq!(issued.status(&first).await, 200);
    issued.control("down").await;
    let second = issued.token("EdDSA", json!({"account": "acc_other"})).await;
    assert_eq!(issued.status(&second).await, 200);
}

#[tokio::test]
async fn invented_key_ids_do_not_make_us_ask_again_and_again() {
    let world = World::new();
    let issued = Issued::new(&world).await;
    let token = issued.token("EdDSA", json!({})).await;
    assert_eq!(issued.status(&token).await, 200);
    issued.control("rotate").await;
    // Signed with a key that is not yet known: within the minute the issuer is left alone.
    for account in ["acc_a", "acc_b", "acc_c"] {
        let token = issued.token("EdDSA", json!({"account": account})).await;
        assert_eq!(issued.status(&token).await, 401);
    }
    let asked = world.client.get(format!("{}/asked", issued.issuer)).send().await.unwrap();
    assert_eq!(asked.text().await.unwrap(), "1");
    // Who was let in before stays in.
    assert_eq!(issued.status(&token).await, 200);
}

#[tokio::test]
async fn an_issuer_that_was_never_reached_is_told_apart_from_a_bad_token() {
    let world = World::new();
    let issued = Issued::new(&world).await;
    issued.control("down").await;
    let token = issued.token("EdDSA", json!({})).await;
    assert_eq!(issued.status(&token).await, 503);
}
