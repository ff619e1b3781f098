//! `/invoices`, and an invoice as it is printed.

use super::renders;

/// How an invoice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvoiceState {
    /// It is not final yet.
    Draft,
    /// It is to be paid.
    Open,
    /// It is paid.
    Paid,
    /// It counts no more.
    Void,
    /// It will not be paid.
    Uncollectible,
    /// Some of the money was sent back.
    PartlyRefunded,
    /// All of the money was sent back.
    Refunded,
}

impl InvoiceState {
    pub(crate) const fn state(self) -> (&'static str, &'static str) {
        match self {
            Self::Draft => ("invoice-draft", "idle"),
            Self::Open => ("invoice-open", "fair"),
            Self::Paid => ("invoice-paid", "good"),
            Self::Void => ("invoice-void", "idle"),
            Self::Uncollectible => ("invoice-uncollectible", "bad"),
            Self::PartlyRefunded => ("invoice-partly-refunded", "idle"),
            Self::Refunded => ("invoice-refunded", "idle"),
        }
    }
}

/// One line of a list of invoices.
#[derive(Clone, Debug)]
pub struct InvoiceRow<'a> {
    /// `inv_…`
    pub id: &'a str,
    /// The invoice's number for people.
    pub number: &'a str,
    /// When it was issued.
    pub issued_at_ms: i64,
    /// What it comes to.
    pub total: String,
    /// How it stands.
    pub state: InvoiceState,
    /// Stripe's page of it.
    pub hosted_url: Option<&'a str>,
    /// Stripe's PDF of it.
    pub pdf_url: Option<&'a str>,
}

/// `GET /invoices`
#[derive(Clone, Default)]
pub struct InvoicesView<'a> {
    /// A page of the invoices, the newest first.
    pub invoices: Vec<InvoiceRow<'a>>,
    /// Where the next page begins.
    pub next: Option<&'a str>,
    /// Whether no money moves here.
    pub is_test: bool,
}

/// Who sells, or who buys.
#[derive(Clone, Debug, Default)]
pub struct Party<'a> {
    /// The name of the person or the company.
    pub name: &'a str,
    /// The lines of the address.
    pub address: Vec<&'a str>,
    /// May be empty.
    pub email: &'a str,
    /// The number that a tax office knows it by; may be empty.
    pub tax_id: &'a str,
}

/// One line of an invoice.
#[derive(Clone, Debug)]
pub struct InvoiceLine<'a> {
    /// What was sold.
    pub name: &'a str,
    /// The time that it is for, of a subscription: both days, in UTC.
    pub period_ms: Option<(i64, i64)>,
    /// How many.
    pub quantity: u64,
    /// The price of one; empty where the whole is not so many times a price.
    pub unit_price: String,
    /// What coupons took off this line, without a sign.
    pub discount: Option<String>,
    /// The rate of the tax on it, `19 %`; empty where nothing is taxed.
    pub tax_rate: String,
    /// The tax on it.
    pub tax: String,
    /// What the line comes to.
    pub total: String,
}

/// One rate of one tax, over the whole invoice.
#[derive(Clone, Debug)]
pub struct TaxSum<'a> {
    /// What the tax is called: `VAT`.
    pub label: &'a str,
    /// Its rate: `19 %`.
    pub rate: String,
    /// What it is reckoned from.
    pub net: String,
    /// The tax.
    pub tax: String,
}

/// Money that was sent back.
#[derive(Clone, Debug)]
pub struct RefundLine {
    /// When.
    pub at_ms: i64,
    /// How much, without a sign.
    pub amount: String,
}

/// `GET /invoices/{id}`
#[derive(Clone)]
pub struct InvoiceView<'a> {
    /// `inv_…`
    pub id: &'a str,
    /// The invoice's number for people.
    pub number: &'a str,
    /// How it stands.
    pub state: InvoiceState,
    /// Who sells.
    pub seller: Party<'a>,
    /// Who buys.
    pub buyer: Party<'a>,
    /// When it was issued.
    pub issued_at_ms: i64,
    /// When it was paid.
    pub paid_at_ms: Option<i64>,
    /// Until when it is to be paid.
    pub due_at_ms: Option<i64>,
    /// The order's number for people; may be empty.
    pub order: &'a str,
    /// The lines.
    pub lines: Vec<InvoiceLine<'a>>,
    /// Whether the lines' totals hold the tax.
    pub is_tax_included: bool,
    /// All lines, before coupons.
    pub subtotal: String,
    /// What coupons took off, without a sign.
    pub discount: Option<String>,
    /// Taxes by rate.
    pub taxes: Vec<TaxSum<'a>>,
    /// What rounding to coins adds or takes off, with its sign.
    pub rounding: Option<String>,
    /// What it comes to.
    pub total: String,
    /// Money that was sent back, the oldest first.
    pub refunds: Vec<RefundLine>,
    /// What is left of the total after refunds, if there are any.
    pub remaining: Option<String>,
    /// What the law wants said, for example that the buyer owes the tax; in the page's language.
    pub note: &'a str,
    /// Stripe's page of it.
    pub hosted_url: Option<&'a str>,
    /// Stripe's PDF of it.
    pub pdf_url: Option<&'a str>,
    /// Whether it is from the test mode or the sandbox, and so no invoice.
    pub is_test: bool,
}

renders! {
    InvoicesView<'a> = "pages/invoices.html";
    InvoiceView<'a> = "pages/invoice.html";
}
