//! Facts about a checkout.

use super::{
    Fact, PaymentState, Seen, SessionState, invoice, payment,
    read::{currency, id, money},
    subscription,
};
use crate::{
    Kind, Metadata,
    object::{Session, SessionLine, SessionTax, TaxRate},
};
use kernel::{Currency, FieldError, Money};

/// How far a checkout has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFact {
    /// `cs_...`
    pub session: String,
    /// Whose it is.
    pub metadata: Metadata,
    /// How far it has come.
    pub state: SessionState,
    /// What is to be paid, with discounts and taxes. None while Stripe does not know the currency.
    pub total: Option<Money>,
    /// The taxes in it.
    pub tax: Option<Money>,
    /// The customer, `cus_...`.
    pub customer: Option<String>,
    /// The payment, `pi_...`; only in payment mode and if there is anything to pay.
    pub payment_intent: Option<String>,
    /// The subscription, `sub_...`.
    pub subscription: Option<String>,
    /// The invoice, `in_...`.
    pub invoice: Option<String>,
    /// What was bought in the end. Only of a session that was fetched; none if there are more lines
    /// than Stripe sent along.
    pub lines: Option<Vec<SessionLineFact>>,
}

/// A line of a checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLineFact {
    /// Our name of it ([`crate::requests::checkout::Line::reference`]).
    pub reference: Option<String>,
    /// What people read.
    pub description: Option<String>,
    /// How many.
    pub quantity: i64,
    /// Before discounts and taxes.
    pub subtotal: Money,
    /// After discounts and taxes.
    pub total: Money,
    /// The taxes, by rate.
    pub taxes: Vec<SessionTaxFact>,
    /// `price_...`, by which a subscription's items are known.
    pub price: Option<String>,
}

/// A tax on a line of a checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionTaxFact {
    /// How much.
    pub amount: Money,
    /// What it is on.
    pub taxable: Option<Money>,
    /// The rate with its name.
    pub rate: TaxRate,
    /// Why this much: `standard_rated`, `reverse_charge`.
    pub reason: Option<String>,
}

/// The session and everything that was expanded in it.
pub(super) fn collect(
    session: &Session,
    seen: Seen,
    facts: &mut Vec<Fact>,
) -> Result<(), FieldError> {
    facts.push(Fact::Session(Box::new(of_session(session, seen)?)));
    if let Some(intent) = session.payment_intent.as_ref().and_then(|intent| intent.object.as_ref())
    {
        payment::of_intent(intent, facts).map_err(|error| error.within("payment_intent"))?;
    }
    if let Some(object) = session.subscription.as_ref().and_then(|other| other.object.as_ref()) {
        subscription::collect(object, seen, facts);
    }
    if let Some(object) = session.invoice.as_ref().and_then(|other| other.object.as_ref()) {
        let fact = invoice::of_invoice(object).map_err(|error| error.within("invoice"))?;
        facts.push(Fact::Invoice(Box::new(fact)));
    }
    Ok(())
}

fn of_session(session: &Session, seen: Seen) -> Result<SessionFact, FieldError> {
    let unit = session.currency.as_deref().map(currency).transpose()?;
    let sum = |field: &str, amount: Option<i64>| match (amount, unit) {
        (Some(amount), Some(unit)) => money(field, amount, unit).map(Some),
        _ => Ok(None),
    };
    let tax = session.total_details.as_ref().map(|details| details.amount_tax);
    Ok(SessionFact {
        session: session.id.clone(),
        metadata: session.metadata.clone(),
        state: state(session, seen),
        total: sum("amount_total", session.amount_total)?,
        tax: sum("total_details.amount_tax", tax)?,
        customer: id(session.customer.as_ref()),
        payment_intent: session.payment_intent.as_ref().map(|other| other.id.clone()),
        subscription: session.subscription.as_ref().map(|other| other.id.clone()),
        invoice: session.invoice.as_ref().map(|other| other.id.clone()),
        lines: lines(session)?,
    })
}

fn state(session: &Session, seen: Seen) -> SessionState {
    match (session.status.as_str(), session.payment_status.as_str()) {
        ("expired", _) => SessionState::Expired,
        ("complete", "paid" | "no_payment_required") => SessionState::Paid,
        ("complete", _) if has_failed(session, seen) => SessionState::Failed,
        ("complete", _) => SessionState::Unpaid,
        _ => SessionState::Open,
    }
}

/// Whether the money of a complete and unpaid session will not come. The session itself does not
/// say: the event's type does, or the payment, which waits for another means of payment only when
/// the one that completed the session has failed.
fn has_failed(session: &Session, seen: Seen) -> bool {
    let intent = session.payment_intent.as_ref().and_then(|intent| intent.object.as_ref());
    match seen {
        Seen::In(kind) => kind == Kind::SessionAsyncFailed,
        Seen::Fetched(_) => intent.is_some_and(|intent| {
            intent.status == "requires_payment_method"
                || PaymentState::of_status(&intent.status) == PaymentState::Canceled
        }),
    }
}

fn lines(session: &Session) -> Result<Option<Vec<SessionLineFact>>, FieldError> {
    let Some(list) = session.line_items.as_ref().filter(|list| !list.has_more) else {
        return Ok(None);
    };
    let lines = list.data.iter().enumerate().map(|(index, line)| {
        of_line(line).map_err(|error| error.within(&format!("line_items.data[{index}]")))
    });
    lines.collect::<Result<_, _>>().map(Some)
}

fn of_line(line: &SessionLine) -> Result<SessionLineFact, FieldError> {
    let unit = currency(&line.currency)?;
    let taxes = line.taxes.iter().map(|tax| of_tax(tax, unit));
    Ok(SessionLineFact {
        reference: line.reference.clone(),
        description: line.description.clone(),
        quantity: line.quantity.unwrap_or(1),
        subtotal: money("amount_subtotal", line.amount_subtotal, unit)?,
        total: money("amount_total", line.amount_total, unit)?,
        taxes: taxes.collect::<Result<_, _>>()?,
        price: line.price.as_ref().map(|price| price.id.clone()),
    })
}

fn of_tax(tax: &SessionTax, unit: Currency) -> Result<SessionTaxFact, FieldError> {
    let taxable = tax.taxable_amount.map(|amount| money("taxable_amount", amount, unit));
    Ok(SessionTaxFact {
        amount: money("amount", tax.amount, unit)?,
        taxable: taxable.transpose()?,
        rate: tax.rate.clone(),
        reason: tax.taxability_reason.clone(),
    })
}
