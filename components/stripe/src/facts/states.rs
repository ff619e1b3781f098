//! States and their ranks.
//!
//! A rank is good when no path of Stripe's leads from a higher one to a lower one. Then the
//! greatest rank of all that was ever seen is the state, whatever the order it was seen in. Where
//! Stripe does go back, the states between which it goes are one state here, and what tells them
//! apart is left out.

macro_rules! states {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$state_doc:meta])* $state:ident = $rank:literal $text:literal,)* }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$state_doc])* $state,)*
        }

        impl $name {
            /// All states, by rank.
            pub const ALL: &[Self] = &[$(Self::$state,)*];

            /// The rank: the greater one stays.
            #[must_use]
            pub const fn rank(self) -> i64 {
                match self {
                    $(Self::$state => $rank,)*
                }
            }

            /// The state of a rank that was stored.
            #[must_use]
            pub const fn of_rank(rank: i64) -> Option<Self> {
                match rank {
                    $($rank => Some(Self::$state),)*
                    _ => None,
                }
            }

            /// A permanent name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$state => $text,)*
                }
            }
        }
    )*};
}

states! {
    /// A Checkout Session.
    ///
    /// It leaves `open` once, to `complete` or `expired`, and neither is left again. A payment that
    /// takes days leaves a complete session unpaid until one of two events; Stripe's session looks
    /// the same before and after the failing one, so that state follows from the event's type, or
    /// from the payment of a session that was fetched
    /// ([fulfilment](https://docs.stripe.com/checkout/fulfillment#delayed-notification),
    /// [status](https://docs.stripe.com/api/checkout/sessions/object#checkout_session_object-status)).
    SessionState {
        /// It can still be completed.
        Open = 0 "open",
        /// It can no longer be completed, and nothing was paid.
        Expired = 1 "expired",
        /// It is complete, and the money is on its way.
        Unpaid = 2 "unpaid",
        /// The money did not come.
        Failed = 3 "failed",
        /// It is paid, or there was nothing to pay.
        Paid = 4 "paid",
    }

    /// A payment intent.
    ///
    /// Stripe goes from `processing` back to `requires_payment_method` when an attempt fails, and
    /// between the `requires_...` at will, so all of them are `Open`; how an attempt went is told
    /// by its charge. `requires_capture` leads to the two ends only, and the ends are not left
    /// ([lifecycle](https://docs.stripe.com/payments/paymentintents/lifecycle)).
    PaymentState {
        /// It is not paid yet.
        Open = 0 "open",
        /// The money is held and can be captured.
        Authorised = 1 "authorised",
        /// It will not be paid.
        Canceled = 2 "canceled",
        /// It is paid.
        Succeeded = 3 "succeeded",
    }

    /// A charge: one attempt at a payment. `pending` ends in one of the other two, which are not
    /// left ([status](https://docs.stripe.com/api/charges/object#charge_object-status)).
    ChargeState {
        /// The money is on its way.
        Pending = 0 "pending",
        /// The attempt failed.
        Failed = 1 "failed",
        /// The money came.
        Succeeded = 2 "succeeded",
    }

    /// A refund.
    ///
    /// One that succeeded can still fail, up to a month later, when the buyer's bank sends the
    /// money back; one that failed or was cancelled stays so, and its money is ours again. So
    /// failing ranks above succeeding
    /// ([failed refunds](https://docs.stripe.com/refunds#failed-refunds)). Between `pending` and
    /// `requires_action` Stripe may go back and forth: both are `Pending`.
    RefundState {
        /// It is under way.
        Pending = 0 "pending",
        /// It reached the buyer's bank.
        Succeeded = 1 "succeeded",
        /// It was taken back before it went out.
        Canceled = 2 "canceled",
        /// The money came back to us.
        Failed = 3 "failed",
    }

    /// A dispute.
    ///
    /// An inquiry (`warning_...`) moves no money, and ends or becomes a dispute. A dispute takes
    /// the money at once and ends won or lost. A lost one can be appealed and then be won or lost
    /// again; since its money stays away all the while, an appeal is `Lost` here until it is won.
    /// Won is the end
    /// ([how disputes work](https://docs.stripe.com/disputes/how-disputes-work),
    /// [status](https://docs.stripe.com/api/disputes/object#dispute_object-status)).
    DisputeState {
        /// The bank asks, and no money has moved.
        Inquiry = 0 "inquiry",
        /// The bank asked, and that was all.
        InquiryClosed = 1 "inquiry_closed",
        /// The money is away until the bank has decided.
        Open = 2 "open",
        /// It was settled before it became a dispute.
        Prevented = 3 "prevented",
        /// The money is gone, even if that is appealed.
        Lost = 4 "lost",
        /// The money is back.
        Won = 5 "won",
    }

    /// An invoice.
    ///
    /// A draft becomes open once; an open one is paid, void, or given up as uncollectible, and the
    /// latter can still be paid or made void. Paid and void are not left
    /// ([status transitions](https://docs.stripe.com/invoicing/integration/workflow-transitions)).
    InvoiceState {
        /// It may still change.
        Draft = 0 "draft",
        /// It is to be paid.
        Open = 1 "open",
        /// It will probably not be paid.
        Uncollectible = 2 "uncollectible",
        /// It was withdrawn.
        Void = 3 "void",
        /// It is paid.
        Paid = 4 "paid",
    }

    /// A subscription.
    ///
    /// It begins incomplete or live, does not become incomplete again, and does not come back from
    /// its two ends. Within `Live`, Stripe goes back and forth between `trialing`, `active`,
    /// `past_due`, `unpaid` and `paused`, often twice within the second that events are stamped
    /// with: no event can decide, the subscription has to be fetched, and the later fetch stays
    /// ([lifecycle](https://docs.stripe.com/billing/subscriptions/overview#subscription-lifecycle)).
    SubscriptionState {
        /// The first payment is awaited, for 23 hours.
        Incomplete = 0 "incomplete",
        /// It runs, in one of several ways.
        Live = 1 "live",
        /// The first payment did not come.
        IncompleteExpired = 2 "incomplete_expired",
        /// It has ended.
        Canceled = 3 "canceled",
    }

    /// A payout.
    ///
    /// One that was paid can still fail within five working days; one that was cancelled was
    /// pending till then ([object](https://docs.stripe.com/api/payouts/object#payout_object-status)).
    PayoutState {
        /// It waits.
        Pending = 0 "pending",
        /// It was given to the bank.
        InTransit = 1 "in_transit",
        /// It should have arrived.
        Paid = 2 "paid",
        /// It was taken back before it went out.
        Canceled = 3 "canceled",
        /// The money came back.
        Failed = 4 "failed",
    }
}

impl PaymentState {
    /// The state of a payment intent's `status`. An unknown one is not the end of it.
    #[must_use]
    pub fn of_status(status: &str) -> Self {
        match status {
            "succeeded" => Self::Succeeded,
            "canceled" => Self::Canceled,
            "requires_capture" => Self::Authorised,
            _ => Self::Open,
        }
    }
}

impl ChargeState {
    /// The state of a charge's `status`.
    #[must_use]
    pub fn of_status(status: &str) -> Self {
        match status {
            "succeeded" => Self::Succeeded,
            "failed" => Self::Failed,
            _ => Self::Pending,
        }
    }
}

impl RefundState {
    /// The state of a refund's `status`.
    #[must_use]
    pub fn of_status(status: &str) -> Self {
        match status {
            "succeeded" => Self::Succeeded,
            "canceled" => Self::Canceled,
            "failed" => Self::Failed,
            _ => Self::Pending,
        }
    }

    /// Whether the money is the buyer's, or on its way there. What has been refunded of a payment
    /// is the sum of the refunds of which this is so.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self, Self::Pending | Self::Succeeded)
    }
}

impl DisputeState {
    /// The state of a dispute's `status`. An unknown one is taken as open: the careful side.
    #[must_use]
    pub fn of_status(status: &str) -> Self {
        match status {
            "warning_needs_response" | "warning_under_review" => Self::Inquiry,
            "warning_closed" => Self::InquiryClosed,
            "prevented" => Self::Prevented,
            "lost" | "appeal_needs_response" | "appeal_under_review" => Self::Lost,
            "won" => Self::Won,
            _ => Self::Open,
        }
    }

    /// Whether the disputed money is away now.
    #[must_use]
    pub const fn money_is_away(self) -> bool {
        matches!(self, Self::Open | Self::Lost)
    }
}

impl InvoiceState {
    /// The state of an invoice's `status`.
    #[must_use]
    pub fn of_status(status: &str) -> Self {
        match status {
            "open" => Self::Open,
            "uncollectible" => Self::Uncollectible,
            "void" => Self::Void,
            "paid" => Self::Paid,
            _ => Self::Draft,
        }
    }
}

impl SubscriptionState {
    /// The state of a subscription's `status`. An unknown one is live: what it grants is decided by
    /// the status itself.
    #[must_use]
    pub fn of_status(status: &str) -> Self {
        match status {
            "incomplete" => Self::Incomplete,
            "incomplete_expired" => Self::IncompleteExpired,
            "canceled" => Self::Canceled,
            _ => Self::Live,
        }
    }

    /// Whether the state is the end.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::IncompleteExpired | Self::Canceled)
    }
}

impl PayoutState {
    /// The state of a payout's `status`.
    #[must_use]
    pub fn of_status(status: &str) -> Self {
        match status {
            "in_transit" => Self::InTransit,
            "paid" => Self::Paid,
            "canceled" => Self::Canceled,
            "failed" => Self::Failed,
            _ => Self::Pending,
        }
    }
}
