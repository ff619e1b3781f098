//! What Stripe says: events, payments, refunds, disputes, subscriptions, invoices.
//!
//! Each statement merges what an event says into what is known, so that neither the order of events
//! nor their number matters.

use super::{
    CUSTOMER_FIND, CUSTOMER_PUT, DISPUTE_PUT, INVOICE_GET, INVOICE_PAGE, INVOICE_PUT, OWNER_FIND,
    OWNER_PUT, PAYMENT_OF_INVOICE, PAYMENT_PUT, PAYMENT_SETTLE, REFUND_OF_INVOICE, REFUND_OF_ORDER,
    REFUND_PUT, REFUND_REQUEST_DONE, REFUND_REQUEST_PUT, STRIPE_EVENT_INSERT, STRIPE_EVENT_KNOWN,
    SUBSCRIPTION_PUT,
};
use kernel::{AccountId, Money, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What has become of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What it says is recorded.
    Applied,
    /// It says nothing that concerns the tenant.
    Ignored,
    /// Its type is none that is known.
    Unknown,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Ignored => "ignored",
            Self::Unknown => "unknown",
        }
    }
}

/// A line of an invoice, as it is kept and shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    pub id: String,
    pub name: String,
    pub quantity: i64,
    pub amount_minor: i64,
    pub tax_minor: i64,
    /// Rate and label of the tax, as people read them: `19 % VAT`.
    #[serde(default)]
    pub taxes: Vec<InvoiceTax>,
    pub period_start_ms: i64,
    pub period_end_ms: i64,
    pub is_proration: bool,
}

/// A tax of an invoice's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceTax {
    pub label: String,
    pub percentage: String,
    pub country: String,
    pub inclusive: bool,
    pub amount_minor: i64,
    pub taxable_minor: Option<i64>,
}

/// An invoice to be recorded.
#[derive(Debug)]
pub struct NewInvoice<'a> {
    pub id: &'a str,
    pub account: &'a str,
    pub order: &'a str,
    pub subscription: Option<&'a str>,
    pub payment: Option<&'a str>,
    pub number: Option<&'a str>,
    pub status: &'static str,
    pub rank: i64,
    pub subtotal: Money,
    pub tax_minor: i64,
    pub total_minor: i64,
    pub hosted_url: Option<&'a str>,
    pub pdf_url: Option<&'a str>,
    pub lines: &'a [InvoiceLine],
    pub livemode: bool,
    pub created_at: UnixMillis,
}

/// A subscription to be recorded.
#[derive(Debug)]
pub struct NewSubscription<'a> {
    pub id: &'a str,
    pub account: &'a str,
    pub order: &'a str,
    pub customer: &'a str,
    pub status: &'a str,
    pub rank: i64,
    pub quantity: i64,
    pub item: Option<&'a str>,
    pub period_start: UnixMillis,
    pub period_end: UnixMillis,
    pub cancel_at_period_end: bool,
    pub told_at: UnixMillis,
}

fn text(value: Option<&str>) -> Value {
    value.map(str::to_owned).into()
}

/// The statements of what Stripe says to a tenant.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    pub tenant: &'a TenantId,
    /// When it was heard.
    pub now: UnixMillis,
}

impl Told<'_> {
    fn tenant(&self) -> Value {
        self.tenant.as_str().into()
    }

    /// Records an event, once.
    pub fn event(&self, event: &stripe::Event, outcome: Outcome) -> Statement {
        Statement::new(
            STRIPE_EVENT_INSERT,
            [
                self.tenant(),
                event.id.as_str().into(),
                event.type_name.as_str().into(),
                text(event.object_id()),
                text(event.account.as_deref()),
                i64::from(event.livemode).into(),
                outcome.as_str().into(),
                event.created.0.into(),
                self.now.0.into(),
            ],
        )
    }

    /// Which of these events have been recorded.
    pub fn known(&self, events: &[&str]) -> Statement {
        Statement::new(STRIPE_EVENT_KNOWN, [self.tenant(), json!(events).to_string().into()])
    }

    /// A payment.
    pub fn payment(
        &self,
        id: &str,
        order: Option<&str>,
        account: Option<&str>,
        charge: Option<&str>,
        amount: Money,
        rank: i64,
    ) -> Statement {
        Statement::new(
            PAYMENT_PUT,
            [
                self.tenant(),
                id.into(),
                text(order),
                Value::Null,
                text(charge),
                text(account),
                amount.currency.code().into(),
                amount.minor.into(),
                rank.into(),
                self.now.0.into(),
            ],
        )
    }

    /// The payment of an invoice.
    pub fn payment_of(
        &self,
        invoice: &NewInvoice<'_>,
        payment: &str,
        paid: Money,
        rank: i64,
    ) -> Statement {
        Statement::new(
            PAYMENT_OF_INVOICE,
            [
                self.tenant(),
                payment.into(),
                invoice.order.into(),
                invoice.id.into(),
                invoice.account.into(),
                paid.currency.code().into(),
                paid.minor.into(),
                rank.into(),
                self.now.0.into(),
            ],
        )
    }

    /// What went back of a payment is added up.
    pub fn settle(&self, payment: &str) -> Statement {
        Statement::new(PAYMENT_SETTLE, [self.tenant(), payment.into()])
    }

    /// A refund.
    pub fn refund(
        &self,
        id: &str,
        payment: &str,
        amount: Money,
        state: stripe::facts::RefundState,
    ) -> Statement {
        self.back(REFUND_PUT, id, payment, amount, (state.as_str(), state.rank()), None)
    }

    /// A dispute.
    pub fn dispute(
        &self,
        id: &str,
        payment: &str,
        amount: Money,
        state: stripe::facts::DisputeState,
        reason: &str,
    ) -> Statement {
        self.back(DISPUTE_PUT, id, payment, amount, (state.as_str(), state.rank()), Some(reason))
    }

    fn back(
        &self,
        sql: &'static str,
        id: &str,
        payment: &str,
        amount: Money,
        (status, rank): (&'static str, i64),
        reason: Option<&str>,
    ) -> Statement {
        Statement::new(
            sql,
            [
                self.tenant(),
                id.into(),
                payment.into(),
                amount.minor.into(),
                amount.currency.code().into(),
                status.into(),
                rank.into(),
                text(reason),
                self.now.0.into(),
            ],
        )
    }

    /// A subscription.
    pub fn subscription(&self, new: &NewSubscription<'_>) -> Statement {
        Statement::new(
            SUBSCRIPTION_PUT,
            [
                self.tenant(),
                new.id.into(),
                new.account.into(),
                new.order.into(),
                new.customer.into(),
                new.status.into(),
                new.rank.into(),
                new.quantity.into(),
                text(new.item),
                new.period_start.0.into(),
                new.period_end.0.into(),
                i64::from(new.cancel_at_period_end).into(),
                new.told_at.0.into(),
                self.now.0.into(),
            ],
        )
    }

    /// An invoice.
    pub fn invoice(&self, new: &NewInvoice<'_>) -> Statement {
        let starts = new.lines.iter().map(|line| line.period_start_ms).min().unwrap_or(0);
        let ends = new.lines.iter().map(|line| line.period_end_ms).max().unwrap_or(0);
        Statement::new(
            INVOICE_PUT,
            [
                self.tenant(),
                new.id.into(),
                new.account.into(),
                new.order.into(),
                text(new.subscription),
                text(new.payment),
                text(new.number),
                new.status.into(),
                new.rank.into(),
                new.subtotal.currency.code().into(),
                new.subtotal.minor.into(),
                new.tax_minor.into(),
                new.total_minor.into(),
                text(new.hosted_url),
                text(new.pdf_url),
                json!(new.lines).to_string().into(),
                starts.into(),
                ends.into(),
                i64::from(new.livemode).into(),
                new.created_at.0.into(),
            ],
        )
    }

    /// Invoices of an account from before one, newest first.
    pub fn invoices(&self, account: &AccountId, before: (i64, &str), limit: u32) -> Statement {
        Statement::new(
            INVOICE_PAGE,
            [
                self.tenant(),
                account.as_str().into(),
                before.0.into(),
                before.1.into(),
                limit.into(),
            ],
        )
    }

    /// One invoice of an account.
    pub fn invoice_of(&self, account: &AccountId, id: &str) -> Statement {
        Statement::new(INVOICE_GET, [self.tenant(), id.into(), account.as_str().into()])
    }

    /// What was paid back of an order, each a [`Refunded`].
    pub fn refunds(&self, order: &str) -> Statement {
        Statement::new(REFUND_OF_ORDER, [self.tenant(), order.into()])
    }

    /// Remembers that something is to be paid back, by the key of whoever asks: a [`RefundRequest`].
    pub fn refund_request(&self, order: &str, key: &str, amount_minor: Option<i64>) -> Statement {
        Statement::new(
            REFUND_REQUEST_PUT,
            [self.tenant(), order.into(), key.into(), amount_minor.into(), self.now.0.into()],
        )
    }

    /// Remembers what came of it.
    pub fn refund_request_done(&self, order: &str, key: &str, refund: &str) -> Statement {
        Statement::new(
            REFUND_REQUEST_DONE,
            [self.tenant(), order.into(), key.into(), refund.into()],
        )
    }

    /// What was paid back of an invoice, each a [`Refunded`], the oldest first.
    pub fn refunds_of_invoice(&self, invoice: &str) -> Statement {
        Statement::new(REFUND_OF_INVOICE, [self.tenant(), invoice.into()])
    }

    /// The account as Stripe knows it.
    pub fn customer(&self, account: &AccountId, livemode: bool, connected: &str) -> Statement {
        let mode = i64::from(livemode).into();
        Statement::new(
            CUSTOMER_FIND,
            [self.tenant(), account.as_str().into(), mode, connected.into()],
        )
    }

    /// Remembers how Stripe knows the account, now that it has no `gone` any more.
    pub fn put_customer(
        &self,
        account: &AccountId,
        livemode: bool,
        connected: &str,
        id: &str,
        gone: Option<&str>,
    ) -> Statement {
        Statement::new(
            CUSTOMER_PUT,
            [
                self.tenant(),
                account.as_str().into(),
                i64::from(livemode).into(),
                connected.into(),
                id.into(),
                self.now.0.into(),
                gone.unwrap_or_default().into(),
            ],
        )
    }
}

/// Remembers whose an object of Stripe's is; in the directory's shard.
pub fn put_owner(id: &str, tenant: &TenantId) -> Statement {
    Statement::new(OWNER_PUT, [id.into(), tenant.as_str().into()])
}

/// Whose one of these objects is; in the directory's shard.
pub fn owner(ids: &[&str]) -> Statement {
    Statement::new(OWNER_FIND, [json!(ids).to_string().into()])
}

/// An invoice as it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Invoice {
    pub id: String,
    pub order: String,
    pub number: Option<String>,
    /// `open`, `paid`, `void` or `uncollectible`.
    pub status: String,
    pub currency: String,
    pub subtotal_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    /// Stripe's own page of it.
    pub hosted_url: Option<String>,
    pub pdf_url: Option<String>,
    pub lines: Vec<InvoiceLine>,
    pub livemode: bool,
    pub created_at_ms: i64,
}

impl TryFrom<&Row> for Invoice {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let lines = serde_json::from_str(row.text(10)?);
        let text = |index: usize| Ok::<_, SqlError>(row.opt_text(index)?.map(str::to_owned));
        Ok(Self {
            id: row.text(0)?.to_owned(),
            order: row.text(1)?.to_owned(),
            number: text(2)?,
            status: row.text(3)?.to_owned(),
            currency: row.text(4)?.to_owned(),
            subtotal_minor: row.int(5)?,
            tax_minor: row.int(6)?,
            total_minor: row.int(7)?,
            hosted_url: text(8)?,
            pdf_url: text(9)?,
            lines: lines.map_err(|e| SqlError::Failed(format!("lines of an invoice: {e}")))?,
            livemode: row.int(11)? == 1,
            created_at_ms: row.int(12)?,
        })
    }
}

/// A refund of an order.
#[derive(Clone, Debug, Serialize)]
pub struct Refunded {
    pub id: String,
    pub amount_minor: i64,
    pub currency: String,
    pub status: String,
    pub created_at_ms: i64,
}

/// What was asked to be paid back.
#[derive(Clone, Debug)]
pub struct RefundRequest {
    /// All that was left, if there is none.
    pub amount_minor: Option<i64>,
    /// What came of it, if that is known.
    pub refund: Option<String>,
    pub asked_at: UnixMillis,
}

impl TryFrom<&Row> for RefundRequest {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            amount_minor: row.opt_int(0)?,
            refund: row.opt_text(1)?.map(str::to_owned),
            asked_at: UnixMillis(row.int(2)?),
        })
    }
}

impl TryFrom<&Row> for Refunded {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: row.text(0)?.to_owned(),
            amount_minor: row.int(1)?,
            currency: row.text(2)?.to_owned(),
            status: row.text(3)?.to_owned(),
            created_at_ms: row.int(4)?,
        })
    }
}
