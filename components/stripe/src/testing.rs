//! What several modules' tests share.

use crate::{Event, Metadata};

/// Every fixture with its name.
pub(crate) const FIXTURES: &[(&str, &[u8])] = &[
    ("charge_expanded", include_bytes!("../fixtures/charge_expanded.json")),
    ("event_account_updated", include_bytes!("../fixtures/event_account_updated.json")),
    ("event_charge_refunded", include_bytes!("../fixtures/event_charge_refunded.json")),
    ("event_dispute_closed", include_bytes!("../fixtures/event_dispute_closed.json")),
    ("event_invoice_paid", include_bytes!("../fixtures/event_invoice_paid.json")),
    ("event_payment_failed", include_bytes!("../fixtures/event_payment_failed.json")),
    ("event_payout_failed", include_bytes!("../fixtures/event_payout_failed.json")),
    ("event_refund_failed", include_bytes!("../fixtures/event_refund_failed.json")),
    ("event_session_async_failed", include_bytes!("../fixtures/event_session_async_failed.json")),
    ("event_session_completed", include_bytes!("../fixtures/event_session_completed.json")),
    ("event_subscription_deleted", include_bytes!("../fixtures/event_subscription_deleted.json")),
    ("event_subscription_updated", include_bytes!("../fixtures/event_subscription_updated.json")),
    ("invoice_expanded", include_bytes!("../fixtures/invoice_expanded.json")),
    ("session_expanded", include_bytes!("../fixtures/session_expanded.json")),
];

/// A fixture's bytes.
pub(crate) fn fixture(name: &str) -> &'static [u8] {
    FIXTURES.iter().find(|(other, _)| *other == name).map(|(_, bytes)| *bytes).unwrap()
}

/// A fixture read as an event.
pub(crate) fn event(name: &str) -> Event {
    Event::parse(fixture(name)).unwrap()
}

/// What the fixtures and the vectors are marked with.
pub(crate) fn metadata(order: &str) -> Metadata {
    Metadata {
        tenant: Some("ten_market".parse().unwrap()),
        order: Some(order.parse().unwrap()),
        account: Some("acc_7".parse().unwrap()),
        quote: Some("quo_9".parse().unwrap()),
        paid: None,
    }
}
