//! Facts about invoices.

use super::{
    InvoiceState,
    read::{currency, id, moment, money},
};
use crate::{
    Metadata,
    object::{Invoice, InvoiceLine, InvoiceTax},
};
use kernel::{Currency, FieldError, Money, UnixMillis};

/// How an invoice stands. From `Open` on its lines do not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceFact {
    /// `in_...`
    pub invoice: String,
    /// What people quote. A draft has none.
    pub number: Option<String>,
    /// How it stands.
    pub state: InvoiceState,
    /// Whose it is: its own, or that of the subscription that made it.
    pub metadata: Metadata,
    /// Who pays, `cus_...`.
    pub customer: Option<String>,
    /// The subscription that made it, `sub_...`.
    pub subscription: Option<String>,
    /// Why it was made: `manual`, `subscription_create`, `subscription_cycle`,
    /// `subscription_update`.
    pub reason: Option<String>,
    /// The whole, with taxes.
    pub total: Money,
    /// Before exclusive taxes and discounts on the whole.
    pub subtotal: Money,
    /// What was paid. Grows.
    pub paid: Money,
    /// What is still to be paid.
    pub remaining: Money,
    /// The taxes of the whole, by rate.
    pub taxes: Vec<TaxFact>,
    /// Its lines.
    pub lines: Vec<InvoiceLineFact>,
    /// Whether these are all the lines.
    pub lines_complete: bool,
    /// The payments that paid it, as far as they are known: only of an invoice that was fetched.
    pub payment_intents: Vec<String>,
    /// How often collection was tried. Grows.
    pub attempts: i64,
    /// The page on which it is read and paid.
    pub hosted_url: Option<String>,
    /// The file.
    pub pdf_url: Option<String>,
    /// When it was made.
    pub created_at: Option<UnixMillis>,
    /// When it was made final.
    pub finalized_at: Option<UnixMillis>,
    /// When it was paid.
    pub paid_at: Option<UnixMillis>,
}

/// A line of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceLineFact {
    /// `il_...`: what credits are made once for.
    pub line: String,
    /// What people read.
    pub description: Option<String>,
    /// How many.
    pub quantity: i64,
    /// The line without discounts and exclusive taxes.
    pub amount: Money,
    /// The discounts on it.
    pub discount: Money,
    /// The taxes on it.
    pub taxes: Vec<TaxFact>,
    /// What it is for: the first millisecond, and the first one after it.
    pub period: Option<(UnixMillis, UnixMillis)>,
    /// `price_...`
    pub price: Option<String>,
    /// `prod_...`
    pub product: Option<String>,
    /// `si_...`: the item of the subscription that made it.
    pub subscription_item: Option<String>,
    /// Whether it evens out a change within a period.
    pub proration: bool,
}

/// A tax on an invoice or on one of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxFact {
    /// How much.
    pub amount: Money,
    /// What it is on.
    pub taxable: Option<Money>,
    /// Whether the price contains it.
    pub inclusive: bool,
    /// `txr_...`; its name has to be fetched ([`crate::requests::retrieve::tax_rate`]).
    pub rate: Option<String>,
    /// Why this much: `standard_rated`, `reverse_charge`.
    pub reason: Option<String>,
}

pub(super) fn of_invoice(invoice: &Invoice) -> Result<InvoiceFact, FieldError> {
    let unit = currency(&invoice.currency)?;
    let parent = invoice.parent.as_ref().and_then(|parent| parent.subscription_details.as_ref());
    let own = Some(&invoice.metadata).filter(|metadata| !metadata.is_empty());
    let metadata = own.or(parent.map(|parent| &parent.metadata)).cloned().unwrap_or_default();
    let lines = invoice.lines.data.iter().enumerate().map(|(index, line)| {
        of_line(line).map_err(|error| error.within(&format!("lines.data[{index}]")))
    });
    let paid_by = invoice.payments.data.iter().filter(|payment| payment.status == "paid");
    Ok(InvoiceFact {
        invoice: invoice.id.clone(),
        number: invoice.number.clone(),
        state: InvoiceState::of_status(&invoice.status),
        metadata,
        customer: id(invoice.customer.as_ref()),
        subscription: parent.map(|parent| parent.subscription.id.clone()),
        reason: invoice.billing_reason.clone(),
        total: money("total", invoice.total, unit)?,
        subtotal: money("subtotal", invoice.subtotal, unit)?,
        paid: money("amount_paid", invoice.amount_paid, unit)?,
        remaining: money("amount_remaining", invoice.amount_remaining, unit)?,
        taxes: taxes("total_taxes", &invoice.total_taxes, unit)?,
        lines: lines.collect::<Result<_, _>>()?,
        lines_complete: !invoice.lines.has_more,
        payment_intents: paid_by
            .filter_map(|payment| id(payment.payment.payment_intent.as_ref()))
            .collect(),
        attempts: invoice.attempt_count,
        hosted_url: invoice.hosted_invoice_url.clone(),
        pdf_url: invoice.invoice_pdf.clone(),
        created_at: moment(invoice.created),
        finalized_at: moment(invoice.status_transitions.finalized_at),
        paid_at: moment(invoice.status_transitions.paid_at),
    })
}

fn of_line(line: &InvoiceLine) -> Result<InvoiceLineFact, FieldError> {
    let unit = currency(&line.currency)?;
    let price = line.pricing.as_ref().and_then(|pricing| pricing.price_details.as_ref());
    let parent = line.parent.as_ref();
    let item = parent.and_then(|parent| parent.subscription_item_details.as_ref());
    let put_down = parent.and_then(|parent| parent.invoice_item_details.as_ref());
    let period = line.period.map(|period| {
        (UnixMillis::from_seconds(period.start), UnixMillis::from_seconds(period.end))
    });
    let mut discounts = line.discount_amounts.iter().map(|discount| discount.amount);
    let discount = discounts
        .try_fold(0_i64, i64::checked_add)
        .ok_or_else(|| FieldError::new("discount_amounts", "is out of range"))?;
    Ok(InvoiceLineFact {
        line: line.id.clone(),
        description: line.description.clone(),
        quantity: line.quantity.unwrap_or(1),
        amount: money("amount", line.amount, unit)?,
        discount: money("discount_amounts", discount, unit)?,
        taxes: taxes("taxes", &line.taxes, unit)?,
        period,
        price: price.map(|price| price.price.id.clone()),
        product: price.map(|price| price.product.clone()).filter(|product| !product.is_empty()),
        subscription_item: item.map(|item| item.subscription_item.clone()),
        proration: item.is_some_and(|item| item.proration)
            || put_down.is_some_and(|item| item.proration),
    })
}

fn taxes(field: &str, taxes: &[InvoiceTax], unit: Currency) -> Result<Vec<TaxFact>, FieldError> {
    let facts = taxes.iter().enumerate().map(|(index, tax)| {
        let taxable = tax.taxable_amount.map(|amount| money("taxable_amount", amount, unit));
        let read = || {
            Ok(TaxFact {
                amount: money("amount", tax.amount, unit)?,
                taxable: taxable.transpose()?,
                inclusive: tax.tax_behavior == "inclusive",
                rate: tax.tax_rate_details.as_ref().map(|details| details.tax_rate.clone()),
                reason: tax.taxability_reason.clone(),
            })
        };
        read().map_err(|error: FieldError| error.within(&format!("{field}[{index}]")))
    });
    facts.collect()
}
