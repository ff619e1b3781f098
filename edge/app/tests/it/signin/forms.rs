use super::{Door, new_cookie};
use crate::support::{Answer, PLATFORM};
use serde_json::json;

/// Sends a form of the operators' page for tenants.
fn make(door: &Door, cookie: &str, csrf: &str, form: &str) -> Answer {
    let ask = door.world.ask("POST", PLATFORM, "/admin/pages/tenants");
    let ask = ask.header("cookie", format!("__Host-session={cookie}"));
    let ask = ask.header("origin", format!("http://{PLATFORM}"));
    let ask = ask.header("content-type", "application/x-www-form-urlencoded");
    ask.body(format!("_csrf={csrf}&{form}")).send()
}

#[test]
fn a_form_for_a_tenant_says_which_field_is_wrong() {
    let door = Door::new();
    let token = door.world.token("postern", json!({"roles": ["admin"], "profile": null}));
    let made = door.world.ask("POST", PLATFORM, "/auth/session").bearer(token).send();
    let cookie = new_cookie(&made).unwrap();
    let me = door.world.ask("GET", PLATFORM, "/auth/me");
    let me = me.header("cookie", format!("__Host-session={cookie}")).send().json();
    let csrf = me["csrf"].as_str().unwrap();
    for (form, field) in [
        ("name=x&handle=&app=saas&region=auto", "handle"),
        ("name=x&handle=Wrong!&app=saas&region=auto", "handle"),
        ("name=x&handle=shop&app=saas&region=auto", "handle"),
        ("name=&handle=one&app=saas&region=auto", "name"),
    ] {
        let back = make(&door, &cookie, csrf, form);
        assert_eq!(back.status, 422, "{form}: {}", back.text);
        assert!(back.text.contains(&format!("id=\"tenant-{field}-fault\"")), "{form}");
    }
    // A region need not be chosen.
    let made = make(&door, &cookie, csrf, "name=One&handle=one&app=saas&region=");
    let to = made.header("location");
    assert_eq!((made.status, to), (303, Some("/admin/pages/tenants?done=tenant-created")));
}
