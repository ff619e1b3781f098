//! What a browser brings along: cookies, what an issuer sent it back with, where it wants to go.

use bolero::check;
use fuzz::{Damage, ITERATIONS};
use kernel::{TenantId, UnixMillis};
use signin::{
    DataKeys,
    callback::Callback,
    cookie, discovery,
    invite::{self, Invite, Invitee},
    return_to, seal,
    session::SessionToken,
    token,
};

const KEYS: &str = "k1=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const NOW: UnixMillis = UnixMillis(1_900_000_000_000);

fn keys() -> DataKeys {
    DataKeys::parse(KEYS).unwrap()
}

fn tenant() -> TenantId {
    "ten_one".parse().unwrap()
}

/// What is damaged is neither opened nor believed.
#[test]
fn seals_sessions_and_invitations() {
    let (keys, tenant) = (keys(), tenant());
    let account = || "acc_one".parse().unwrap();
    let invite = Invite {
        id: "one".into(),
        tenant: tenant.clone(),
        to: Invitee::Account(account()),
        role: "admin".into(),
        expires_at: NOW.plus_ms(1_000),
    };
    let seeds: Vec<Vec<u8>> = [
        seal::seal(&keys, &["refresh"], b"a refresh token", [7; 24]).unwrap(),
        SessionToken::generate(account(), [1; 16], [2; 16]).reveal(&keys, &tenant),
        invite::sign(&keys, &invite).unwrap(),
    ]
    .map(String::into_bytes)
    .to_vec();
    check!().with_type::<Damage>().with_iterations(ITERATIONS).for_each(|damage| {
        let text = damage.of(&seeds);
        let Ok(text) = std::str::from_utf8(&text) else { return };
        let is_whole = seeds.iter().any(|seed| seed == text.as_bytes());
        if let Ok(opened) = seal::open(&keys, &["refresh"], text) {
            assert!(is_whole && opened == b"a refresh token", "{text}");
        }
        assert!(SessionToken::parse(&keys, &tenant, text).is_none() || is_whole, "{text}");
        assert!(invite::read(&keys, &tenant, text, NOW).is_err() || is_whole, "{text}");
    });
}

/// Wherever a browser wants to go, it stays here.
#[test]
fn addresses_cookies_and_answers_of_issuers() {
    check!().with_type::<String>().with_iterations(ITERATIONS).for_each(|text| {
        let to = return_to::local(Some(text));
        assert!(to.starts_with('/') && !to.starts_with("//") && !to.contains('\\'), "{to}");
        let _ = cookie::read([text.as_str()], cookie::SESSION);
        let _ = Callback::parse(text);
        let _ = DataKeys::parse(text);
        let _ = discovery::read(text.as_bytes(), "https://id.example", true);
        let _ = token::read(200, text.as_bytes(), NOW);
        let _ = signin::device::device(text).to_string();
    });
}
