//! `/checkout/return`: what became of a payment.

use super::renders;

/// What became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentState {
    /// It is paid, and what was bought is there.
    Paid,
    /// It is being confirmed. Nobody has to wait for it.
    Processing,
    /// It did not go through, and nothing was charged.
    Failed,
    /// The buyer turned back.
    Cancelled,
    /// The payment page was open for too long.
    Expired,
    /// The money has been sent back.
    Refunded,
}

impl PaymentState {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Paid => ("return-paid", "return-paid-text"),
            Self::Processing => ("return-processing", "return-processing-text"),
            Self::Failed => ("return-failed", "return-failed-text"),
            Self::Cancelled => ("return-cancelled", "return-cancelled-text"),
            Self::Expired => ("return-expired", "return-expired-text"),
            Self::Refunded => ("return-refunded", "return-refunded-text"),
        }
    }
}

/// Something that was bought.
#[derive(Clone, Debug)]
pub struct Bought<'a> {
    /// What it is called.
    pub name: &'a str,
    /// How many.
    pub quantity: u64,
    /// What all of them cost.
    pub total: String,
}

/// How often the page asks by itself. After that, the reader does: some ways to pay take days.
const ATTEMPTS_MAX: u32 = 12;

/// `GET /checkout/return`
#[derive(Clone)]
pub struct CheckoutReturnView<'a> {
    /// What became of the payment.
    pub state: PaymentState,
    /// The order's number for people, once there is an order.
    pub order: Option<&'a str>,
    /// What was bought.
    pub bought: Vec<Bought<'a>>,
    /// What was paid, or is to be.
    pub total: Option<String>,
    /// Tokens that were credited with it.
    pub tokens: Option<u64>,
    /// The invoice of it, once there is one: `inv_…`
    pub invoice_id: Option<&'a str>,
    /// Whether something of it is sent by post.
    pub is_sent: bool,
    /// This page's path with the query that names the payment, but without `try`.
    pub url: &'a str,
    /// How often the page has asked by itself: its `try`, 0 where there is none.
    pub attempt: u32,
    /// Whether no money moves here.
    pub is_test: bool,
}

impl CheckoutReturnView<'_> {
    pub(crate) const fn title(&self) -> &'static str {
        self.state.words().0
    }

    pub(crate) const fn text(&self) -> &'static str {
        self.state.words().1
    }

    pub(crate) fn is_paid(&self) -> bool {
        self.state == PaymentState::Paid
    }

    pub(crate) fn is_processing(&self) -> bool {
        self.state == PaymentState::Processing
    }

    /// Whether there is still a cart to go back to.
    pub(crate) const fn has_cart(&self) -> bool {
        matches!(self.state, PaymentState::Failed | PaymentState::Cancelled | PaymentState::Expired)
    }

    /// The address to ask next with its `try`, and in how many seconds: 2 at first, 13 at last, a
    /// minute and a half in all.
    pub(crate) fn refresh(&self) -> Option<(u32, String)> {
        (self.is_processing() && self.attempt < ATTEMPTS_MAX).then(|| {
            let between = if self.url.contains('?') { '&' } else { '?' };
            (self.attempt + 2, format!("{}{between}try={}", self.url, self.attempt + 1))
        })
    }

    /// This page's address at which it does not ask by itself any more.
    pub(crate) fn still_url(&self) -> String {
        let between = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{between}try={ATTEMPTS_MAX}", self.url)
    }
}

renders! {
    CheckoutReturnView<'a> = "pages/checkout_return.html";
}
