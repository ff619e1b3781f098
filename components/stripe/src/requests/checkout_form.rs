//! How a session to make is written.

use super::{
    amount,
    checkout::{Create, Fee, Line, Mode, PAYMENT_LINES_MAX, Page, SUBSCRIPTION_LINES_MAX},
    currency, seconds,
};
use crate::{
    form::{Fields, Form},
    object::LINE_REFERENCE,
    request::check_id,
};
use kernel::FieldError;

/// The form of a session, after what Stripe would refuse.
pub(super) fn write(session: &Create) -> Result<Form, FieldError> {
    check(session)?;
    let mut form = Form::new();
    let mut fields = form.fields();
    fields.put("mode", session.mode.as_str());
    page(&mut fields, &session.page);
    buyer(&mut fields, session);
    for (index, line) in session.lines.iter().enumerate() {
        write_line(&mut fields.at("line_items").at(index), line)
            .map_err(|error| error.within(&format!("lines[{index}]")))?;
    }
    if session.automatic_tax {
        fields.at("automatic_tax").put("enabled", true);
    }
    fields
        .list("allowed_payment_method_types", &session.methods)
        .maybe("expires_at", session.expires_at.map(seconds))
        .maybe("locale", session.locale.as_ref())
        .maybe("client_reference_id", session.metadata.order.as_ref());
    session.metadata.write(&mut fields);
    result(&mut fields, session)?;
    Ok(form)
}

fn check(session: &Create) -> Result<(), FieldError> {
    let max = match session.mode {
        Mode::Payment => PAYMENT_LINES_MAX,
        Mode::Subscription => SUBSCRIPTION_LINES_MAX,
    };
    if session.lines.is_empty() || session.lines.len() > max {
        return Err(FieldError::new("lines", format!("must be 1 to {max}")));
    }
    let recurring = session.lines.iter().any(|line| line.recurring.is_some());
    if recurring != (session.mode == Mode::Subscription) {
        let message = "must be due regularly in a subscription, and only there";
        return Err(FieldError::new("lines", message));
    }
    if let Some(customer) = &session.customer {
        check_id("customer", customer)?;
    }
    let first = session.lines.first().map(|line| line.unit_amount.currency);
    if session.lines.iter().any(|line| Some(line.unit_amount.currency) != first) {
        return Err(FieldError::new("lines", "must all be in one currency"));
    }
    Ok(())
}

fn page(fields: &mut Fields<'_>, page: &Page) {
    match page {
        Page::Hosted { success_url, cancel_url } => fields
            .put("ui_mode", "hosted_page")
            .put("success_url", success_url)
            .put("cancel_url", cancel_url),
        Page::Embedded { return_url } => {
            fields.put("ui_mode", "embedded_page").put("return_url", return_url)
        }
    };
}

fn buyer(fields: &mut Fields<'_>, session: &Create) {
    if let Some(customer) = &session.customer {
        fields.put("customer", customer);
        // What is collected has to be kept on the customer, or Stripe refuses to collect it.
        let mut update = fields.at("customer_update");
        if session.automatic_tax || session.billing_address {
            update.put("address", "auto");
        }
        if session.tax_ids {
            update.put("name", "auto");
        }
        if !session.shipping_countries.is_empty() {
            update.put("shipping", "auto");
        }
    } else {
        fields.maybe("customer_email", session.customer_email.as_ref());
        if session.mode == Mode::Payment {
            fields.put("customer_creation", "always");
        }
    }
    if session.billing_address {
        fields.put("billing_address_collection", "required");
    }
    fields.at("shipping_address_collection").list("allowed_countries", &session.shipping_countries);
    if session.phone {
        fields.at("phone_number_collection").put("enabled", true);
    }
    if session.tax_ids {
        fields.at("tax_id_collection").put("enabled", true);
    }
}

fn write_line(fields: &mut Fields<'_>, line: &Line) -> Result<(), FieldError> {
    if line.name.is_empty() {
        return Err(FieldError::new("name", "must not be empty"));
    }
    if line.quantity == 0 {
        return Err(FieldError::new("quantity", "must be at least 1"));
    }
    fields.put("quantity", line.quantity);
    if let Some((minimum, maximum)) = line.adjustable {
        if !(minimum..=maximum).contains(&line.quantity) {
            return Err(FieldError::new("adjustable", "must contain the quantity"));
        }
        fields
            .at("adjustable_quantity")
            .put("enabled", true)
            .put("minimum", minimum)
            .put("maximum", maximum);
    }
    fields.at("metadata").maybe(LINE_REFERENCE, line.reference.as_ref());
    let mut price = fields.at("price_data");
    price
        .put("currency", currency(line.unit_amount))
        .put("unit_amount", amount("unit_amount", line.unit_amount)?)
        .maybe("tax_behavior", line.tax_behavior.map(|behavior| behavior.as_str()));
    if let Some(every) = line.recurring {
        price
            .at("recurring")
            .put("interval", every.interval.as_str())
            .put("interval_count", every.count);
    }
    price
        .at("product_data")
        .put("name", &line.name)
        .maybe("description", line.description.as_ref())
        .maybe("tax_code", line.tax_code.as_ref());
    Ok(())
}

/// What becomes of the session: a payment with its invoice, or a subscription. Stripe copies no
/// metadata, so it is written on each of them.
fn result(fields: &mut Fields<'_>, session: &Create) -> Result<(), FieldError> {
    match session.mode {
        Mode::Payment => {
            let mut payment = fields.at("payment_intent_data");
            session.metadata.write(&mut payment);
            match session.fee {
                Some(Fee::Amount(fee)) => {
                    payment.put("application_fee_amount", amount("fee", fee)?);
                }
                Some(Fee::BasisPoints(_)) => {
                    return Err(FieldError::new("fee", "must be an amount for a payment"));
                }
                None => {}
            }
            // Without this, only subscriptions would have invoices.
            let mut invoice = fields.at("invoice_creation");
            invoice.put("enabled", true);
            session.metadata.write(&mut invoice.at("invoice_data"));
        }
        Mode::Subscription => {
            let mut subscription = fields.at("subscription_data");
            session.metadata.write(&mut subscription);
            match session.fee {
                Some(Fee::BasisPoints(fee @ 0..=10_000)) => {
                    subscription.put("application_fee_percent", percent(fee));
                }
                Some(_) => {
                    return Err(FieldError::new("fee", "must be a share for a subscription"));
                }
                None => {}
            }
        }
    }
    Ok(())
}

/// Hundredths of a percent as a decimal of percent: 250 is `2.5`.
fn percent(basis_points: u32) -> String {
    let text = format!("{}.{:02}", basis_points / 100, basis_points % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
