//! What an event tells of ([types of events](https://docs.stripe.com/api/events/types)).

macro_rules! kinds {
    ($($name:ident = $text:literal;)*) => {
        /// The type of an event, as far as Postern acts on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $(
                #[doc = concat!("`", $text, "`")]
                $name,
            )*
            /// Any other type. It is recorded and acknowledged, and nothing else.
            Unknown,
        }

        impl Kind {
            /// All known kinds, such as a webhook endpoint is to be created with.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The kind that an event's `type` names.
            #[must_use]
            pub fn parse(text: &str) -> Self {
                match text {
                    $($text => Self::$name,)*
                    _ => Self::Unknown,
                }
            }

            /// The `type` as Stripe writes it; empty for the unknown.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Unknown => "",
                }
            }
        }
    };
}

kinds! {
    SessionCompleted = "checkout.session.completed";
    SessionAsyncSucceeded = "checkout.session.async_payment_succeeded";
    SessionAsyncFailed = "checkout.session.async_payment_failed";
    SessionExpired = "checkout.session.expired";
    PaymentCreated = "payment_intent.created";
    PaymentProcessing = "payment_intent.processing";
    PaymentRequiresAction = "payment_intent.requires_action";
    PaymentCapturable = "payment_intent.amount_capturable_updated";
    PaymentPartiallyFunded = "payment_intent.partially_funded";
    PaymentFailed = "payment_intent.payment_failed";
    PaymentCanceled = "payment_intent.canceled";
    PaymentSucceeded = "payment_intent.succeeded";
    ChargePending = "charge.pending";
    ChargeSucceeded = "charge.succeeded";
    ChargeFailed = "charge.failed";
    ChargeCaptured = "charge.captured";
    ChargeExpired = "charge.expired";
    ChargeUpdated = "charge.updated";
    ChargeRefunded = "charge.refunded";
    ChargeRefundUpdated = "charge.refund.updated";
    RefundCreated = "refund.created";
    RefundUpdated = "refund.updated";
    RefundFailed = "refund.failed";
    DisputeCreated = "charge.dispute.created";
    DisputeUpdated = "charge.dispute.updated";
    DisputeClosed = "charge.dispute.closed";
    DisputeFundsWithdrawn = "charge.dispute.funds_withdrawn";
    DisputeFundsReinstated = "charge.dispute.funds_reinstated";
    InvoiceCreated = "invoice.created";
    InvoiceFinalized = "invoice.finalized";
    InvoiceFinalizationFailed = "invoice.finalization_failed";
    InvoicePaid = "invoice.paid";
    InvoicePaymentSucceeded = "invoice.payment_succeeded";
    InvoicePaymentFailed = "invoice.payment_failed";
    InvoicePaymentActionRequired = "invoice.payment_action_required";
    InvoiceMarkedUncollectible = "invoice.marked_uncollectible";
    InvoiceVoided = "invoice.voided";
    InvoiceUpdated = "invoice.updated";
    SubscriptionCreated = "customer.subscription.created";
    SubscriptionUpdated = "customer.subscription.updated";
    SubscriptionDeleted = "customer.subscription.deleted";
    SubscriptionPaused = "customer.subscription.paused";
    SubscriptionResumed = "customer.subscription.resumed";
    SubscriptionPendingUpdateApplied = "customer.subscription.pending_update_applied";
    SubscriptionPendingUpdateExpired = "customer.subscription.pending_update_expired";
    SubscriptionTrialWillEnd = "customer.subscription.trial_will_end";
    AccountUpdated = "account.updated";
    PayoutCreated = "payout.created";
    PayoutUpdated = "payout.updated";
    PayoutPaid = "payout.paid";
    PayoutFailed = "payout.failed";
    PayoutCanceled = "payout.canceled";
    PayoutReconciled = "payout.reconciliation_completed";
}
