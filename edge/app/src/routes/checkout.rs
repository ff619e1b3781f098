//! The names of the routes between a quote and what was bought with it.

/// What is done there. [`crate::features::checkout`] has exhaustive `match`es over this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CheckoutId {
    CreateSession,
    CreateIntent,
    Webhook,
    /// The same at another address, which older set-ups name.
    WebhookToo,
    Reconcile,
    Orders,
    Order,
    Invoices,
    Invoice,
    Refund,
    Payments,
}

impl CheckoutId {
    /// A permanent name, for logs, for the audit log and as OpenAPI's `operationId`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateSession => "create_checkout_session",
            Self::CreateIntent => "create_payment_intent",
            Self::Webhook => "stripe_webhook",
            Self::WebhookToo => "stripe_webhook_too",
            Self::Reconcile => "reconcile",
            Self::Orders => "list_orders",
            Self::Order => "get_order",
            Self::Invoices => "list_invoices",
            Self::Invoice => "get_invoice",
            Self::Refund => "refund_order",
            Self::Payments => "get_payments",
        }
    }
}
