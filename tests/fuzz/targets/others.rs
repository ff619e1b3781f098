//! What says who asks, and of whom.

use bolero::check;
use fuzz::{Damage, ITERATIONS};
use tenant::{Proxies, Rules};

#[test]
fn tokens() {
    let seeds = fuzz::tokens();
    check!().with_type::<Damage>().with_iterations(ITERATIONS).for_each(|damage| {
        let token = damage.of(&seeds);
        if let Ok(token) = std::str::from_utf8(&token) {
            let _ = identity::peek(token);
        }
    });
}

#[test]
fn any_text_as_tokens() {
    check!().with_type::<String>().with_iterations(ITERATIONS).for_each(|token| {
        let _ = identity::peek(token);
    });
}

/// A host has one spelling, and its spelling is that host.
#[test]
fn hosts() {
    let seeds = fuzz::headers();
    let rules = Rules { shared_domains: vec!["postern.example".into()], dev: true };
    check!().with_type::<Damage>().with_iterations(ITERATIONS).for_each(|damage| {
        let header = damage.of(&seeds);
        let Ok(header) = std::str::from_utf8(&header) else { return };
        if let Ok(found) = tenant::lookup(header, &rules) {
            let again = tenant::lookup(found.host.as_str(), &rules);
            assert_eq!(again.as_ref(), Ok(&found), "{header:?}");
            let spelling = found.host.as_str();
            assert_eq!(spelling, spelling.to_ascii_lowercase(), "{header:?}");
        }
    });
}

#[test]
fn forwarded_hosts_and_addresses() {
    let proxies = Proxies::parse("127.0.0.0/8, 10.0.0.1, ::1").unwrap();
    check!().with_type::<(String, String, String)>().with_iterations(ITERATIONS).for_each(
        |(host, hosts, addresses)| {
            let _ = Proxies::parse(addresses);
            let stranger = "203.0.113.7".parse().ok();
            let told = tenant::forwarded(host, stranger, Some(hosts), Some(addresses), &proxies);
            assert_eq!((told.host, told.client), (host.as_str(), stranger));
            let proxy = "127.0.0.1".parse().ok();
            let _ = tenant::forwarded(host, proxy, Some(hosts), Some(addresses), &proxies);
        },
    );
}
