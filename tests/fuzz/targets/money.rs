//! What Stripe says, or somebody who would be Stripe, and what is asked for with a download's link.

use bolero::check;
use download::{Conditions, DownloadKeys, DownloadToken, Plan};
use fuzz::{Damage, ITERATIONS};
use kernel::{TenantId, UnixMillis};
use stripe::{Event, Fact, signature};

const NOW: UnixMillis = UnixMillis(1_900_000_000_000);
const SECRET: &str = "whsec_test";

/// Whatever an event says, what is learnt of it is amounts that a payment can have.
#[test]
fn events_of_stripe() {
    let seeds = fuzz::stripe_events();
    check!().with_type::<Damage>().with_iterations(ITERATIONS).for_each(|damage| {
        let body = damage.of(&seeds);
        let Ok(event) = Event::parse(&body) else { return };
        let _ = (event.kind(), event.need(), event.refetch(), event.payment_intent());
        let mut facts = stripe::of_event(&event).unwrap_or_default();
        if let Ok(object) = event.object() {
            facts.extend(stripe::of_object(&object, NOW).unwrap_or_default());
        }
        for fact in &facts {
            let amount = match fact {
                Fact::Payment(payment) => payment.amount,
                Fact::Charge(charge) => charge.amount,
                Fact::Refund(refund) => refund.amount,
                Fact::Dispute(dispute) => dispute.amount,
                _ => continue,
            };
            let range = 0..=kernel::SAFE_INTEGER_MAX;
            assert!(range.contains(&amount.minor), "{}", String::from_utf8_lossy(&body));
        }
    });
}

/// A body that was damaged is not Stripe's any more, and a header that was is believed only where
/// it still says the same.
#[test]
fn signatures_of_stripe() {
    let seeds = fuzz::stripe_events();
    let body = seeds.first().cloned().unwrap_or_default();
    let header = signature::header(&body, SECRET, NOW.seconds()).unwrap();
    let headers = vec![header.clone().into_bytes()];
    let (_, signed) = header.split_once("v1=").unwrap();
    check!().with_type::<Damage>().with_iterations(ITERATIONS).for_each(|damage| {
        let other = damage.of(&seeds);
        let is_same = other == body;
        assert_eq!(signature::verify(&other, &header, &[SECRET], NOW).is_ok(), is_same);
        let other = damage.of(&headers);
        let Ok(other) = std::str::from_utf8(&other) else { return };
        if signature::verify(&body, other, &[SECRET], NOW).is_ok() {
            assert!(other.to_ascii_lowercase().contains(signed), "{other}");
        }
    });
}

/// A damaged link opens nothing.
#[test]
fn links_of_downloads() {
    let keys = DownloadKeys::parse("k1=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    let tenant: TenantId = "ten_one".parse().unwrap();
    let token = DownloadToken {
        tenant: tenant.clone(),
        account: "acc_one".parse().unwrap(),
        grant: "gra_one".parse().unwrap(),
        expires_at: NOW.plus_ms(1_000),
    };
    let seeds = vec![token.seal(&keys).into_bytes()];
    check!().with_type::<Damage>().with_iterations(ITERATIONS).for_each(|damage| {
        let text = damage.of(&seeds);
        let Ok(text) = std::str::from_utf8(&text) else { return };
        let opened = DownloadToken::open(text, &keys, &tenant, NOW);
        assert!(opened.is_err() || seeds[0] == text.as_bytes(), "{text}");
    });
}

/// A part of a file lies within the file.
#[test]
fn ranges_of_files() {
    let seeds: Vec<Vec<u8>> = ["bytes=0-99", "bytes=100-", "bytes=-1", "bytes=0-0,5-9", "\"tag\""]
        .map(|text| text.as_bytes().to_vec())
        .to_vec();
    check!().with_type::<(Damage, u64)>().with_iterations(ITERATIONS).for_each(|(damage, size)| {
        let text = damage.of(&seeds);
        let Ok(text) = std::str::from_utf8(&text) else { return };
        for conditions in [
            Conditions { range: Some(text), ..Conditions::default() },
            Conditions { range: Some("bytes=1-"), if_range: Some(text), if_none_match: None },
            Conditions { if_none_match: Some(text), ..Conditions::default() },
        ] {
            let plan = Plan::of(&conditions, "tag", *size);
            if let Plan::Part { start, len } = plan {
                let end = start.checked_add(len);
                assert!(len > 0 && end.is_some_and(|end| end <= *size), "{text} of {size}");
            }
            let _ = (plan.status(), plan.content_range(*size), plan.len(*size));
        }
    });
}
