//! What the table does not say of the routes of orders and payments.

use super::{CURSOR, Doc, LIMIT, Parameter, doc};
use crate::routes::CheckoutId;

const KEY: Parameter = Parameter {
    name: "Idempotency-Key",
    place: "header",
    required: true,
    description: "Makes it happen once: 1 to 100 visible characters.",
};

const SIGNATURE: Parameter = Parameter {
    name: "Stripe-Signature",
    place: "header",
    required: true,
    description: "As Stripe signs its events: a time within 300 s and at least one `v1`.",
};

pub(super) fn describe(id: CheckoutId) -> Doc {
    match id {
        CheckoutId::CreateSession => Doc {
            takes: Some("NewCheckout"),
            gives: (201, Some("Checkout")),
            problems: &[400, 404, 409, 413, 422, 502, 503],
            ..doc("Makes an order of a quote, and a session of Stripe's to pay it in.", "")
        },
        CheckoutId::CreateIntent => Doc {
            takes: Some("NewIntent"),
            gives: (201, Some("Intent")),
            problems: &[400, 404, 409, 413, 422, 502, 503],
            ..doc("Makes an order of a quote, and a payment intent for a form of one's own.", "")
        },
        CheckoutId::Webhook | CheckoutId::WebhookToo => Doc {
            parameters: &[SIGNATURE],
            problems: &[400, 409, 413, 503],
            ..doc("Takes an event of Stripe's. It is acknowledged when it is recorded.", "Received")
        },
        CheckoutId::Reconcile => Doc {
            problems: &[401, 503],
            ..doc("Makes up for events that were missed. Takes the internal key.", "Reconciled")
        },
        CheckoutId::Orders => Doc {
            parameters: &[LIMIT, CURSOR],
            problems: &[422, 503],
            ..doc("The account's orders, newest first.", "OrderPage")
        },
        CheckoutId::Order => {
            Doc { problems: &[404, 422, 503], ..doc("One order with its lines.", "Order") }
        }
        CheckoutId::Invoices => Doc {
            parameters: &[LIMIT, CURSOR],
            problems: &[422, 503],
            ..doc("The account's invoices, newest first.", "InvoicePage")
        },
        CheckoutId::Invoice => Doc {
            problems: &[404, 503],
            ..doc("One invoice. With `accept: text/csv` it is CSV.", "Invoice")
        },
        CheckoutId::Payments => Doc {
            problems: &[503],
            ..doc("How the tenant is paid, and whether it can be.", "Payments")
        },
        CheckoutId::Refund => Doc {
            takes: Some("NewRefund"),
            gives: (201, Some("RefundedOrder")),
            parameters: &[KEY],
            problems: &[400, 404, 409, 413, 422, 502, 503],
            ..doc("Pays an order back, in part or all that is left.", "")
        },
    }
}
