//! What an account has bought, and its invoices.

use super::shop_of;
use crate::{
    app::{Call, Platform},
    features::me::{Page, page_limit},
    problem::Problem,
    respond::{self, header_text, param},
    store::{
        order::{Line, Order, Orders, Tax},
        payment::{Invoice, Refunded, Told},
    },
};
use http::{HeaderValue, StatusCode, header};
use kernel::{FieldError, OrderId, SAFE_INTEGER_MAX};
use ports::{Body, Sql};
use serde::Serialize;

/// Behind the last id of any order.
const AFTER_ALL: &str = "ord_~";

/// An order with all that belongs to it.
#[derive(Serialize)]
pub struct Whole {
    #[serde(flatten)]
    pub order: Order,
    pub lines: Vec<Line>,
    pub taxes: Vec<Tax>,
    pub refunds: Vec<Refunded>,
}

/// `GET /me/orders`
pub async fn orders<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let limit = page_limit(&call.query)?;
    let cursor = respond::query(&call.query, "cursor").unwrap_or(AFTER_ALL);
    if cursor != AFTER_ALL && cursor.parse::<OrderId>().is_err() {
        return Err(wrong_cursor().into());
    }
    let page = Orders { tenant: &call.tenant.id }.page(call.caller.account(), cursor, limit + 1);
    let found = shop_of(&call.cx, &call.tenant).query(page).await?;
    let more = found.len() > limit as usize;
    let data: Vec<Order> =
        found.iter().take(limit as usize).map(Order::try_from).collect::<Result<_, _>>()?;
    let next = data.last().filter(|_| more).map(|order| order.id.clone());
    Ok(respond::json(StatusCode::OK, &Page { data, next }))
}

fn wrong_cursor() -> FieldError {
    FieldError::new("cursor", "must be the `next` of an earlier page")
}

/// `GET /me/orders/{order}`
pub async fn order<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let id: OrderId = param(&call.params, 0, "order")?;
    let orders = Orders { tenant: &call.tenant.id };
    let told = Told { tenant: &call.tenant.id, now: call.cx.now };
    let id = id.as_str();
    let batch = vec![orders.by_id(id), orders.lines(id), orders.taxes(id), told.refunds(id)];
    let results = shop_of(&call.cx, &call.tenant).batch(batch).await?;
    let [order, lines, taxes, refunds] = results.as_slice() else { return Err(Problem::NotFound) };
    let order = order.first().map(Order::try_from).transpose()?;
    let order = order.filter(|order| order.account == call.caller.account().as_str());
    let whole = Whole {
        order: order.ok_or(Problem::NotFound)?,
        lines: lines.iter().map(Line::try_from).collect::<Result<_, _>>()?,
        taxes: taxes.iter().map(Tax::try_from).collect::<Result<_, _>>()?,
        refunds: refunds.iter().map(Refunded::try_from).collect::<Result<_, _>>()?,
    };
    Ok(respond::json(StatusCode::OK, &whole))
}

/// A page of the account's invoices.
///
/// # Errors
/// A [`FieldError`] for the cursor, [`Problem::Sql`].
pub async fn invoice_page<P: Platform>(call: &Call<P>) -> Result<Page<Invoice>, Problem> {
    let limit = page_limit(&call.query)?;
    let before = match respond::query(&call.query, "cursor") {
        None => (SAFE_INTEGER_MAX, ""),
        Some(text) => {
            let parts = text.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id)));
            parts.ok_or_else(wrong_cursor)?
        }
    };
    let told = Told { tenant: &call.tenant.id, now: call.cx.now };
    let page = told.invoices(call.caller.account(), before, limit + 1);
    let found = shop_of(&call.cx, &call.tenant).query(page).await?;
    let more = found.len() > limit as usize;
    let data: Vec<Invoice> =
        found.iter().take(limit as usize).map(Invoice::try_from).collect::<Result<_, _>>()?;
    let next =
        data.last().filter(|_| more).map(|last| format!("{}.{}", last.created_at_ms, last.id));
    Ok(Page { data, next })
}

/// `GET /me/invoices`
pub async fn invoices<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    Ok(respond::json(StatusCode::OK, &invoice_page(call).await?))
}

/// One invoice of the account.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::Sql`].
pub async fn find_invoice<P: Platform>(call: &Call<P>, id: &str) -> Result<Invoice, Problem> {
    let told = Told { tenant: &call.tenant.id, now: call.cx.now };
    let found = told.invoice_of(call.caller.account(), id);
    let found = shop_of(&call.cx, &call.tenant).query(found).await?;
    found.first().map(Invoice::try_from).transpose()?.ok_or(Problem::NotFound)
}

/// `GET /me/invoices/{invoice}`: as JSON, or with `accept: text/csv` as CSV.
pub async fn invoice<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let id = call.params.first().map(String::as_str).unwrap_or_default();
    let invoice = find_invoice(call, id).await?;
    let accepts = header_text(&call.headers, "accept").unwrap_or_default();
    if accepts.contains("text/csv") || respond::query(&call.query, "format") == Some("csv") {
        return Ok(csv_response(&invoice));
    }
    Ok(respond::json(StatusCode::OK, &invoice))
}

/// An invoice as a file for a spreadsheet.
pub fn csv_response(invoice: &Invoice) -> http::Response<Body> {
    let mut response = http::Response::new(csv(invoice).into());
    let headers = response.headers_mut();
    let csv = HeaderValue::from_static("text/csv; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, csv);
    let name = invoice.number.as_deref().unwrap_or(&invoice.id);
    let attached = download::content_disposition(&format!("{name}.csv"));
    if let Ok(attached) = HeaderValue::from_str(&attached) {
        headers.insert(header::CONTENT_DISPOSITION, attached);
    }
    response
}

/// The lines of an invoice with their taxes (RFC 4180).
fn csv(invoice: &Invoice) -> String {
    let mut text = "invoice,line,description,quantity,currency,amount,tax_label,tax_percentage,\
                    tax_amount,tax_inclusive\r\n"
        .to_owned();
    let number = invoice.number.as_deref().unwrap_or(&invoice.id);
    let amount = |minor: i64| decimal(minor, &invoice.currency);
    for line in &invoice.lines {
        let mut row = |label: &str, percentage: &str, tax: &str, inclusive: &str| {
            let quantity = line.quantity.to_string();
            let amount = amount(line.amount_minor);
            let fields = [
                number,
                &line.id,
                &line.name,
                &quantity,
                &invoice.currency,
                &amount,
                label,
                percentage,
                tax,
                inclusive,
            ];
            let fields: Vec<_> = fields.iter().map(|field| quoted(field)).collect();
            text.push_str(&fields.join(","));
            text.push_str("\r\n");
        };
        if line.taxes.is_empty() {
            row("", "", "", "");
        }
        for tax in &line.taxes {
            let inclusive = if tax.inclusive { "true" } else { "false" };
            row(&tax.label, &tax.percentage, &amount(tax.amount_minor), inclusive);
        }
    }
    text
}

fn decimal(minor: i64, currency: &str) -> String {
    let Ok(currency) = currency.parse::<kernel::Currency>() else { return minor.to_string() };
    let text = kernel::Money::new(minor, currency).to_string();
    text.split_once(' ').map_or(text.clone(), |(_, amount)| amount.to_owned())
}

/// A field that a spreadsheet takes for text, also when a buyer has made it look like a formula.
fn quoted(field: &str) -> String {
    let is_formula = field.starts_with(['=', '+', '@', '\t', '\r'])
        || (field.starts_with('-') && field.parse::<f64>().is_err());
    let field = if is_formula { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\r', '\n']) {
        return format!("\"{}\"", field.replace('"', "\"\""));
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_no_formula_and_no_second_field() {
        assert_eq!(quoted("Album"), "Album");
        assert_eq!(quoted("A, \"B\""), "\"A, \"\"B\"\"\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("-5.00"), "-5.00");
        assert_eq!(quoted("-cmd"), "'-cmd");
    }
}
