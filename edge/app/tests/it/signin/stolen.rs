use super::{Door, HALF_A_MINUTE_MS, SHOP, issuer::ACCESS_MS, new_cookie};
use kernel::Region;
use ports::{Host, Shard, Sql, Statement};
use serde_json::{Value, json};

/// Renews access, and lets the new token be used.
fn renew(door: &Door, cookie: &str) -> String {
    door.wait(ACCESS_MS);
    let next = new_cookie(&door.me(cookie)).unwrap();
    assert_eq!(door.status(&next), 200);
    next
}

#[test]
fn an_old_token_that_comes_again_ends_the_session_for_both() {
    let door = Door::new();
    let first = door.sign_in();
    let second = renew(&door, &first);
    door.wait(HALF_A_MINUTE_MS);
    let refresh_token = door.issuer.refresh_token();
    assert_eq!(door.status(&first), 401);
    assert_eq!(door.status(&second), 401);
    assert_eq!(door.elsewhere().status(&second), 401);
    // The issuer hears of it, too.
    assert_eq!(door.issuer.given_back(), [refresh_token]);
    // Signing in again is no trouble, and the old ones stay dead.
    let fresh = door.sign_in();
    assert_eq!(door.status(&fresh), 200);
    door.wait(HALF_A_MINUTE_MS);
    assert_eq!((door.status(&first), door.status(&second), door.status(&fresh)), (401, 401, 200));
}

#[test]
fn a_token_from_long_ago_ends_it_at_once() {
    let door = Door::new();
    let first = door.sign_in();
    let second = renew(&door, &first);
    let third = renew(&door, &second);
    assert_eq!(door.status(&first), 401);
    assert_eq!(door.status(&third), 401);
}

#[test]
fn half_of_a_token_opens_nothing() {
    let door = Door::new();
    let first = door.sign_in();
    let (kept, signature) = first.rsplit_once('.').unwrap();
    let (half, _) = kept.split_at(kept.len() - 20);
    let half = format!("{half}{}.{signature}", "A".repeat(20));
    assert_eq!(door.status(&half), 401);
    // It is not signed by us, and so says nothing about the one that is.
    assert_eq!(door.status(&first), 200);
}

#[test]
fn a_guess_ends_nobodys_session() {
    let door = Door::new();
    let first = door.sign_in();
    let (account, _) = first.split_once('.').unwrap();
    let guess = format!("{account}.{}", "A".repeat(43));
    assert_eq!(door.status(&guess), 401);
    door.wait(HALF_A_MINUTE_MS);
    assert_eq!((door.status(&guess), door.status(&first)), (401, 200));
}

#[test]
fn another_instance_lets_a_revoked_session_go_within_half_a_minute() {
    let door = Door::new();
    let (phone, desk) = (door.sign_in(), door.sign_in());
    let other = door.elsewhere();
    assert_eq!(other.status(&phone), 200);
    let me = door.me(&phone).json();
    let csrf = door.me(&desk).json()["csrf"].as_str().unwrap().to_owned();
    let path = format!("/me/sessions/{}", me["session"].as_str().unwrap());
    let ask = door.world.ask("DELETE", SHOP, &path).header("x-csrf-token", csrf);
    let ask = ask.header("cookie", format!("__Host-session={desk}"));
    assert_eq!(ask.header("origin", format!("http://{SHOP}")).send().status, 204);
    assert_eq!(door.status(&phone), 401);
    // What it has read it believes for so long and no longer.
    assert_eq!(other.status(&phone), 200);
    door.wait(HALF_A_MINUTE_MS);
    assert_eq!((other.status(&phone), other.status(&desk)), (401, 200));
}

#[test]
fn signing_out_gives_the_refresh_token_back() {
    let door = Door::new();
    let first = door.sign_in();
    let refresh_token = door.issuer.refresh_token();
    let csrf = door.me(&first).json()["csrf"].as_str().unwrap().to_owned();
    let ask = door.world.ask("POST", SHOP, "/auth/logout").header("x-csrf-token", csrf);
    let ask = ask.header("cookie", format!("__Host-session={first}"));
    let out = ask.header("origin", format!("http://{SHOP}")).send();
    assert_eq!((out.status, out.header("location")), (303, Some("/auth/logged-out")), "{out:?}");
    assert_eq!(new_cookie(&out).as_deref(), Some(""));
    assert_eq!(door.status(&first), 401);
    assert_eq!(door.issuer.given_back(), [refresh_token]);
}

#[test]
fn what_is_stored_opens_nothing() {
    let door = Door::new();
    let first = door.sign_in();
    let me = door.me(&first).json();
    let tenant = me["tenant"].as_str().unwrap().parse().unwrap();
    let account = me["account"].as_str().unwrap().parse().unwrap();
    let shard = Shard::Account { tenant, account, region: Region::Auto };
    let sql = "SELECT hex(session_hash), hex(current_hash), tokens FROM session";
    let rows = door.world.host.run(door.world.host.sql(&shard).query(Statement::new(sql, [])));
    let rows = rows.unwrap();
    assert_eq!(rows.len(), 1);
    let stored = format!("{:?}", rows[0]);
    let (_, secret) = first.split_once('.').unwrap();
    for open in [secret, &door.issuer.refresh_token(), "eyJ", "mia"] {
        assert!(!stored.contains(open), "{open}: {stored}");
    }
    assert!(rows[0].text(2).unwrap().starts_with("v1."));
}

#[test]
fn a_session_made_of_a_token_has_no_more_than_the_token() {
    let door = Door::new();
    let token = |changes: Value| {
        let mut claims = json!({"tenant": tenant_of(&door), "profile": null});
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        door.world.token("shop", claims)
    };
    let person = token(json!({"roles": ["guardian"]}));
    let ask = door.world.ask("POST", SHOP, "/auth/session").bearer(&person);
    let made = ask.send();
    assert_eq!(made.status, 204, "{made:?}");
    let cookie = new_cookie(&made).unwrap();
    assert_eq!(door.roles(&cookie), json!(["guardian"]));
    assert_eq!(door.ask(&cookie, "/admin").send().status, 403);
    // One that may do less than its person would come to more by it, and makes none.
    for scope in ["chat", "account:write", "account:read account:write", "chat account:write"] {
        let some = token(json!({"scope": scope}));
        let made = door.world.ask("POST", SHOP, "/auth/session").bearer(&some).send();
        assert_eq!((made.status, new_cookie(&made)), (403, None), "{scope}");
    }
    let all = "chat account:read account:write";
    let made = door.world.ask("POST", SHOP, "/auth/session").bearer(token(json!({"scope": all})));
    assert_eq!(made.send().status, 204);
    // A child is a profile of the account, and a session would be the account's.
    let child = token(json!({"profile": "prf_mia"}));
    let made = door.world.ask("POST", SHOP, "/auth/session").bearer(&child).send();
    assert_eq!((made.status, new_cookie(&made)), (403, None));
    // It ends with the token, an hour after it was made.
    door.wait(1_000_000);
    assert_eq!(door.status(&cookie), 200);
    door.wait(2_700_000);
    assert_eq!(door.status(&cookie), 401);
}

fn tenant_of(door: &Door) -> String {
    door.me(&door.sign_in()).json()["tenant"].as_str().unwrap().to_owned()
}
