use super::*;
use crate::testing::{event, fixture, metadata};
use kernel::Money;

const AT: UnixMillis = UnixMillis(1_793_300_000_000);

fn of(name: &str) -> Vec<Fact> {
    of_event(&event(name)).unwrap()
}

fn fetched(name: &str) -> Vec<Fact> {
    of_object(&serde_json::from_slice(fixture(name)).unwrap(), AT).unwrap()
}

fn eur(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

#[test]
fn a_paid_session_is_a_fact_with_what_was_bought() {
    let facts = of("event_session_completed");
    let [Fact::Session(session)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!(session.state, SessionState::Paid);
    assert_eq!(session.metadata, metadata("ord_01k0"));
    assert_eq!((session.total, session.tax), (Some(eur(2_380)), Some(eur(380))));
    assert_eq!(session.lines, None, "an event has none");

    let facts = fetched("session_expanded");
    let [
        Fact::Session(session),
        Fact::Payment(payment),
        Fact::Charge(charge),
        Fact::Invoice(invoice),
    ] = facts.as_slice()
    else {
        panic!("{facts:?}")
    };
    let line = &session.lines.as_ref().unwrap()[0];
    assert_eq!((line.quantity, line.total, line.subtotal), (2, eur(2_380), eur(2_380)));
    assert_eq!(line.taxes[0].amount, eur(380));
    assert_eq!(line.taxes[0].taxable, Some(eur(2_000)));
    assert_eq!(payment.state, PaymentState::Succeeded);
    assert_eq!(payment.charge.as_deref(), Some("ch_3QPay"));
    assert_eq!((payment.amount, payment.received), (eur(2_380), eur(2_380)));
    assert_eq!((charge.state, charge.refunded), (ChargeState::Succeeded, eur(0)));
    assert_eq!(invoice.state, InvoiceState::Paid);
    assert_eq!(invoice.taxes[0].rate.as_deref(), Some("txr_1QVat"));
    assert!(invoice.taxes[0].inclusive && invoice.lines_complete);
}

#[test]
fn money_that_does_not_come_is_told_by_the_event_or_by_the_payment() {
    let state = |facts: &[Fact]| match facts.first() {
        Some(Fact::Session(session)) => session.state,
        other => panic!("{other:?}"),
    };
    let mut event = event("event_session_async_failed");
    assert_eq!(state(&of_event(&event).unwrap()), SessionState::Failed);
    // The same session in the event that came before.
    event.type_name = "checkout.session.completed".into();
    assert_eq!(state(&of_event(&event).unwrap()), SessionState::Unpaid);
    let json = String::from_utf8_lossy(fixture("session_expanded"))
        .replace("\"payment_status\": \"paid\"", "\"payment_status\": \"unpaid\"");
    let fetched = |status: &str| {
        // The payment's status, and not its charge's, which stands deeper.
        let json = json
            .replace("\n    \"status\": \"succeeded\"", &format!("\n    \"status\": \"{status}\""));
        state(&of_object(&serde_json::from_str(&json).unwrap(), AT).unwrap())
    };
    assert_eq!(fetched("processing"), SessionState::Unpaid);
    assert_eq!(fetched("requires_payment_method"), SessionState::Failed);
    assert_eq!(fetched("canceled"), SessionState::Failed);
}

#[test]
fn a_failed_attempt_leaves_the_payment_open() {
    let facts = of("event_payment_failed");
    let [Fact::Payment(payment)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!(payment.state, PaymentState::Open);
    assert_eq!((payment.received, payment.charge.as_deref()), (eur(0), None));
}

#[test]
fn refunds_are_told_by_the_charge_and_one_by_one() {
    let facts = of("event_charge_refunded");
    let [Fact::Charge(charge)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!(charge.refunded, eur(1_000));
    let facts = fetched("charge_expanded");
    let [Fact::Charge(_), Fact::Refund(refund)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!(refund.payment_intent.as_deref(), Some("pi_3QPay"), "from the charge");
    assert_eq!((refund.state, refund.amount), (RefundState::Succeeded, eur(1_000)));
    let facts = of("event_refund_failed");
    let [Fact::Refund(failed)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!(failed.refund, refund.refund);
    assert!(failed.state > refund.state && !failed.state.counts());
}

#[test]
fn subscriptions_are_facts_once_they_are_fetched_or_over() {
    assert_eq!(of("event_subscription_updated"), []);
    let event = event("event_subscription_updated");
    let facts = of_object(&event.object().unwrap(), AT).unwrap();
    let [Fact::Subscription(live)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!((live.state, live.status.as_str()), (SubscriptionState::Live, "active"));
    assert_eq!(live.version, AT);
    assert_eq!(live.items[0].quantity, Some(3));
    assert_eq!(live.items[0].product.as_deref(), Some("prod_QPlan"));
    assert_eq!(live.period_start, Some(UnixMillis(1_793_232_000_000)));
    assert_eq!(live.period_end, Some(UnixMillis(1_795_824_000_000)));
    let facts = of("event_subscription_deleted");
    let [Fact::Subscription(over)] = facts.as_slice() else { panic!("{facts:?}") };
    assert!(over.state.is_final() && over.state > live.state);
    assert_eq!(over.ended_at, Some(AT));
}

#[test]
fn an_invoice_names_its_subscription_and_its_payments() {
    let facts = of("event_invoice_paid");
    let [Fact::Invoice(invoice)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!(invoice.subscription.as_deref(), Some("sub_1QPlan"));
    assert_eq!(invoice.metadata.order, metadata("ord_01k0").order, "from the subscription");
    assert!(invoice.payment_intents.is_empty());
    let line = &invoice.lines[0];
    assert_eq!(line.subscription_item.as_deref(), Some("si_Q1"));
    assert_eq!((line.amount, line.quantity, line.proration), (eur(2_700), 3, false));
    assert_eq!(line.product.as_deref(), Some("prod_QPlan"));
    let facts = fetched("invoice_expanded");
    let [Fact::Invoice(invoice)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!(invoice.payment_intents, ["pi_3QSub"]);
}

#[test]
fn disputes_accounts_and_payouts() {
    let facts = of("event_dispute_closed");
    let [Fact::Dispute(dispute)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!((dispute.state, dispute.amount), (DisputeState::Lost, eur(2_380)));
    assert!(dispute.state.money_is_away());
    assert_eq!(of("event_account_updated"), [Fact::CouldCharge("acct_1QShop".into())]);
    let facts = of_object(&event("event_account_updated").object().unwrap(), AT).unwrap();
    let [Fact::Account(account)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!(account.requirements, ["external_account", "individual.id_number"]);
    assert!(account.charges_enabled && !account.payouts_enabled);
    let facts = of("event_payout_failed");
    let [Fact::Payout(payout)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!(payout.amount, Money::new(500, "ISK".parse().unwrap()), "Stripe counts it in 1/100");
    assert_eq!(payout.state, PayoutState::Failed);
}

#[test]
fn what_an_account_could_do_once_is_known_from_whatever_tells_of_it() {
    let json: serde_json::Value = serde_json::from_slice(fixture("event_account_updated")).unwrap();
    let of = |now: bool, before: serde_json::Value| {
        let mut json = json.clone();
        json["data"]["object"]["charges_enabled"] = now.into();
        json["data"]["previous_attributes"] = before;
        of_event(&Event::parse(json.to_string().as_bytes()).unwrap()).unwrap()
    };
    let could = [Fact::CouldCharge(json["data"]["object"]["id"].as_str().unwrap().to_owned())];
    assert_eq!(of(true, serde_json::Value::Null), could);
    assert_eq!(of(true, serde_json::json!({"charges_enabled": false})), could);
    assert_eq!(of(false, serde_json::json!({"charges_enabled": true})), could);
    assert_eq!(of(false, serde_json::json!({"payouts_enabled": true})), []);
    assert_eq!(of(false, serde_json::Value::Null), []);
}

#[test]
fn an_amount_that_cannot_be_is_named() {
    let json = String::from_utf8_lossy(fixture("event_payout_failed")).replace("50000", "50050");
    let error = of_event(&Event::parse(json.as_bytes()).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "`data.object.amount` is no amount in ISK");
    let json = json.replace("\"isk\"", "\"usdc\"");
    let error = of_event(&Event::parse(json.as_bytes()).unwrap()).unwrap_err();
    assert_eq!(error.field, "data.object.currency");
}

/// All orders of `items`.
fn permutations(items: &[i64]) -> Vec<Vec<i64>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (index, first) in items.iter().enumerate() {
        let rest: Vec<_> = [&items[..index], &items[index + 1..]].concat();
        all.extend(
            permutations(&rest).into_iter().map(|tail| [&[*first], tail.as_slice()].concat()),
        );
    }
    all
}

/// Walks Stripe's own ways and checks that every order ends where the way ends.
fn any_order(ways: &[&[&str]], rank: impl Fn(&str) -> i64) {
    for way in ways {
        let ranks: Vec<_> = way.iter().map(|status| rank(status)).collect();
        let end = *ranks.last().unwrap();
        assert!(ranks.is_sorted(), "{way:?} goes back");
        for order in permutations(&ranks) {
            let merged = order.iter().chain(&order).fold(-1, |state, &rank| state.max(rank));
            assert_eq!(merged, end, "{way:?} as {order:?}");
        }
    }
}

#[test]
fn every_order_ends_in_the_same_state() {
    any_order(
        &[
            &[
                "requires_payment_method",
                "requires_action",
                "processing",
                "requires_payment_method",
            ],
            &["requires_payment_method", "processing", "requires_payment_method", "succeeded"],
            &["requires_confirmation", "requires_capture", "canceled"],
            &["requires_payment_method", "requires_capture", "succeeded"],
        ],
        |status| PaymentState::of_status(status).rank(),
    );
    any_order(&[&["pending", "failed"], &["pending", "succeeded"]], |status| {
        ChargeState::of_status(status).rank()
    });
    any_order(
        &[
            &["pending", "requires_action", "pending", "succeeded", "failed"],
            &["requires_action", "canceled"],
        ],
        |status| RefundState::of_status(status).rank(),
    );
    any_order(
        &[
            &["warning_needs_response", "warning_under_review", "warning_closed"],
            &["warning_needs_response", "needs_response", "under_review", "won"],
            &["needs_response", "lost", "appeal_needs_response", "appeal_under_review", "lost"],
            &["needs_response", "under_review", "lost", "appeal_under_review", "won"],
            &["needs_response", "prevented"],
        ],
        |status| DisputeState::of_status(status).rank(),
    );
    any_order(
        &[
            &["draft", "open", "paid"],
            &["draft", "open", "uncollectible", "paid"],
            &["draft", "open", "uncollectible", "void"],
            &["draft", "paid"],
        ],
        |status| InvoiceState::of_status(status).rank(),
    );
    any_order(
        &[
            &["incomplete", "active", "past_due", "active", "canceled"],
            &["incomplete", "incomplete_expired"],
            &["trialing", "paused", "active", "unpaid"],
        ],
        |status| SubscriptionState::of_status(status).rank(),
    );
    any_order(
        &[&["pending", "in_transit", "paid", "failed"], &["pending", "canceled"]],
        |status| PayoutState::of_status(status).rank(),
    );
}

#[test]
fn ranks_and_names_stand_for_one_state_each() {
    macro_rules! check {
        ($($state:ty),*) => {$(
            for (index, &state) in <$state>::ALL.iter().enumerate() {
                assert_eq!(state.rank(), i64::try_from(index).unwrap());
                assert_eq!(<$state>::of_rank(state.rank()), Some(state));
                assert!(!state.as_str().is_empty());
            }
            assert_eq!(<$state>::of_rank(99), None);
            assert!(<$state>::ALL.is_sorted());
        )*};
    }
    check!(SessionState, PaymentState, ChargeState, RefundState);
    check!(DisputeState, InvoiceState, SubscriptionState, PayoutState);
}
