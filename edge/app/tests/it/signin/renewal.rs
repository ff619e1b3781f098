use super::{DAY_MS, Door, HALF_A_MINUTE_MS, issuer::ACCESS_MS, issuer::Mood, new_cookie};
use serde_json::json;

/// When access is renewed: ahead of its end.
const DUE_MS: i64 = ACCESS_MS - 30_000;
/// How long it goes on while the issuer cannot be asked.
const OUTAGE_MS: i64 = 900_000;

#[test]
fn access_is_renewed_before_it_ends() {
    let door = Door::new();
    let first = door.sign_in();
    door.wait(DUE_MS - 1_000);
    assert_eq!(new_cookie(&door.me(&first)), None);
    assert_eq!(door.issuer.renewals(), 0);
    door.wait(HALF_A_MINUTE_MS);
    let page = door.ask(&first, "/account").send();
    assert_eq!((page.status, door.issuer.renewals()), (200, 1));
    let second = new_cookie(&page).unwrap();
    assert_ne!(second, first);
    assert_eq!(door.status(&second), 200);
    // Not again before it is due again, whoever asks.
    door.wait(HALF_A_MINUTE_MS);
    assert_eq!(door.elsewhere().status(&second), 200);
    assert_eq!(door.issuer.renewals(), 1);
    door.wait(DUE_MS);
    let third = new_cookie(&door.me(&second)).unwrap();
    assert_eq!((door.status(&third), door.issuer.renewals()), (200, 2));
}

#[test]
fn a_page_that_was_open_meanwhile_still_counts() {
    let door = Door::new();
    let first = door.sign_in();
    let csrf = door.me(&first).json()["csrf"].as_str().unwrap().to_owned();
    door.wait(DUE_MS);
    let second = new_cookie(&door.me(&first)).unwrap();
    let ask = door.world.ask("POST", super::SHOP, "/me/keys");
    let ask = ask.header("cookie", format!("__Host-session={second}")).header("x-csrf-token", csrf);
    let ask = ask.header("origin", format!("http://{}", super::SHOP));
    let made = ask.json(&json!({"name": "k", "scopes": ["chat"]})).send();
    assert_eq!(made.status, 201, "{made:?}");
}

#[test]
fn two_tabs_at_once_both_go_on_and_the_issuer_is_asked_once() {
    for elsewhere in [false, true] {
        let door = Door::new();
        let first = door.sign_in();
        door.wait(DUE_MS);
        let another = door.elsewhere();
        let other = if elsewhere { &another } else { &door };
        let tabs = [door.ask(&first, "/account"), other.ask(&first, "/playground")];
        let tabs = futures::future::join_all(tabs.map(crate::support::Ask::answer));
        let tabs = door.world.host.run(tabs);
        assert_eq!(tabs.iter().map(|tab| tab.status).collect::<Vec<_>>(), [200, 200]);
        assert_eq!(door.issuer.renewals(), 1);
        let new: Vec<_> = tabs.iter().filter_map(new_cookie).collect();
        assert_eq!(new.len(), 1, "{new:?}");
        // The browser has the new one for both; what one had sent before still arrives.
        assert_eq!(door.status(&new[0]), 200);
        assert_eq!(door.elsewhere().status(&first), 200);
        door.wait(HALF_A_MINUTE_MS);
        assert_eq!((door.status(&new[0]), other.status(&new[0])), (200, 200));
    }
}

#[test]
fn many_at_once_ask_once() {
    let door = Door::new();
    let first = door.sign_in();
    door.wait(DUE_MS);
    let others: Vec<_> = (0..20).map(|_| door.elsewhere()).collect();
    let asks = others.iter().map(|other| other.ask(&first, "/auth/me").answer());
    let answers = door.world.host.run(futures::future::join_all(asks));
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(door.issuer.renewals(), 1);
    assert_eq!(answers.iter().filter_map(new_cookie).count(), 1);
}

#[test]
fn an_answer_that_is_lost_is_made_good() {
    let door = Door::new();
    let first = door.sign_in();
    door.wait(DUE_MS);
    let lost = new_cookie(&door.me(&first)).unwrap();
    // The browser comes again with what it has. For a while it may only be late.
    let late = door.elsewhere().me(&first);
    assert_eq!((late.status, new_cookie(&late)), (200, None));
    door.wait(HALF_A_MINUTE_MS);
    let again = door.me(&first);
    assert_eq!(again.status, 200);
    let third = new_cookie(&again).unwrap();
    assert!(third != lost && third != first);
    assert_eq!((door.status(&third), door.issuer.renewals()), (200, 1));
    door.wait(HALF_A_MINUTE_MS);
    assert_eq!(door.status(&third), 200);
    // Whoever comes with the one that was lost has found it.
    assert_eq!(door.status(&lost), 401);
    assert_eq!(door.status(&third), 401);
}

#[test]
fn an_issuer_that_cannot_be_asked_ends_nothing_for_a_while() {
    for mood in [Mood::Down, Mood::Busy, Mood::Hangs, Mood::Babbles] {
        let door = Door::new();
        let first = door.sign_in();
        door.issuer.is(mood);
        door.wait(DUE_MS);
        let answer = door.me(&first);
        assert_eq!((answer.status, new_cookie(&answer)), (200, None), "{mood:?}");
        // It is left alone for the length of a lease, whoever asks.
        for _ in 0..3 {
            assert_eq!(door.elsewhere().status(&first), 200, "{mood:?}");
        }
        assert_eq!(door.issuer.renewals(), 1, "{mood:?}");
        door.wait(HALF_A_MINUTE_MS);
        assert_eq!(door.status(&first), 200, "{mood:?}");
        assert_eq!(door.issuer.renewals(), 2, "{mood:?}");
        door.wait(OUTAGE_MS - HALF_A_MINUTE_MS);
        assert_eq!(door.elsewhere().status(&first), 200, "{mood:?}");
        // Then nobody knows any more whether the person may.
        door.wait(2 * HALF_A_MINUTE_MS);
        let answer = door.me(&first);
        assert_eq!((answer.status, answer.code().as_str()), (503, "temporarily_unavailable"));
        assert!(answer.header("retry-after").is_some());
        let page = door.ask(&first, "/account").header("accept", "text/html").send();
        assert_eq!(page.status, 503, "{mood:?}");
        assert!(page.header("content-type").unwrap().starts_with("text/html"), "{mood:?}");
        // It is back, and so are they.
        door.issuer.is(Mood::Good);
        door.wait(HALF_A_MINUTE_MS);
        let answer = door.me(&first);
        assert_eq!(answer.status, 200, "{mood:?}: {answer:?}");
        assert_eq!(door.status(&new_cookie(&answer).unwrap()), 200, "{mood:?}");
    }
}

#[test]
fn an_issuer_that_says_no_ends_the_session() {
    let door = Door::new();
    let (first, other) = (door.sign_in(), door.elsewhere());
    door.issuer.is(Mood::Refuses);
    door.wait(DUE_MS);
    assert_eq!(door.status(&first), 401);
    let page = door.ask(&first, "/account").send();
    assert_eq!(page.header("location"), Some("/auth/login?return_to=%2Faccount"));
    // For good, and everywhere.
    door.issuer.is(Mood::Good);
    assert_eq!(other.status(&first), 401);
    door.wait(HALF_A_MINUTE_MS);
    assert_eq!(door.status(&first), 401);
    assert_eq!(door.issuer.renewals(), 1);
}

#[test]
fn a_renewal_for_somebody_else_ends_the_session() {
    let door = Door::new();
    let first = door.sign_in();
    door.issuer.claims(json!({"sub": "jonas"}));
    door.wait(DUE_MS);
    assert_eq!(door.status(&first), 401);
}

#[test]
fn a_renewal_that_cannot_be_believed_renews_nothing() {
    for claims in [json!({"aud": "another"}), json!({"iss": "https://evil.example"})] {
        let door = Door::new();
        let first = door.sign_in();
        door.issuer.claims(claims);
        door.wait(DUE_MS);
        let answer = door.me(&first);
        assert_eq!((answer.status, new_cookie(&answer)), (200, None));
        door.wait(OUTAGE_MS + 2 * HALF_A_MINUTE_MS);
        assert_ne!(door.status(&first), 200);
    }
}

#[test]
fn roles_are_what_the_issuer_said_last() {
    let door = Door::new();
    let first = door.sign_in();
    assert_eq!(door.roles(&first), json!([]));
    assert_eq!(door.ask(&first, "/admin").send().status, 403);
    door.issuer.claims(json!({"groups": ["admins"]}));
    door.wait(DUE_MS);
    let second = new_cookie(&door.me(&first)).unwrap();
    assert_eq!(door.roles(&second), json!(["admin"]));
    assert_eq!(door.ask(&second, "/admin").send().status, 200);
    // One that says nothing of the person leaves them as they are.
    door.issuer.is(Mood::Terse);
    door.wait(DUE_MS);
    let third = new_cookie(&door.me(&second)).unwrap();
    assert_eq!(door.roles(&third), json!(["admin"]));
    door.issuer.is(Mood::Good);
    door.issuer.claims(json!({"groups": ["members"]}));
    door.wait(DUE_MS);
    let fourth = new_cookie(&door.me(&third)).unwrap();
    assert_eq!(door.roles(&fourth), json!([]));
    assert_eq!(door.ask(&fourth, "/admin").send().status, 403);
}

#[test]
fn a_refresh_token_is_good_until_another_comes() {
    let door = Door::new();
    let mut cookie = door.sign_in();
    door.issuer.is(Mood::Stingy);
    for _ in 0..3 {
        door.wait(DUE_MS);
        cookie = new_cookie(&door.me(&cookie)).unwrap();
    }
    assert_eq!((door.status(&cookie), door.issuer.renewals()), (200, 3));
}

#[test]
fn who_got_no_refresh_token_stays_signed_in_without_one() {
    let door = Door::new();
    door.issuer.is(Mood::Stingy);
    let first = door.sign_in();
    door.wait(DUE_MS);
    let second = new_cookie(&door.me(&first)).unwrap();
    assert_eq!((door.status(&second), door.issuer.renewals()), (200, 0));
}

#[test]
fn a_session_ends_after_two_weeks_without_use() {
    let door = Door::new();
    let first = door.sign_in();
    door.wait(14 * DAY_MS - HALF_A_MINUTE_MS);
    let used = door.me(&first);
    assert_eq!(used.status, 200);
    let second = new_cookie(&used).unwrap();
    door.wait(14 * DAY_MS);
    assert_eq!(door.status(&second), 401);
    assert_eq!(door.ask(&second, "/account").send().status, 303);
}

#[test]
fn a_session_ends_after_ninety_days_however_much_it_is_used() {
    let door = Door::new();
    let mut cookie = door.sign_in();
    for day in 1..90 {
        door.wait(DAY_MS);
        let answer = door.me(&cookie);
        assert_eq!(answer.status, 200, "day {day}");
        cookie = new_cookie(&answer).unwrap();
        // Its first use, by which the one before is given up.
        assert_eq!(door.status(&cookie), 200, "day {day}");
    }
    door.wait(DAY_MS);
    assert_eq!(door.status(&cookie), 401);
}
