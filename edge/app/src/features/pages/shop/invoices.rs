//! `/invoices`, and an invoice as it is printed. Both are what Stripe has told.

use super::{
    orders::currency_of,
    words::{money, writing},
};
use crate::{
    app::{Platform, Visit},
    features::checkout::mine,
    problem::Problem,
    store::{
        ledger::rows,
        payment::{Invoice, InvoiceLine as Line, InvoiceTax, Refunded, Told},
    },
};
use kernel::Currency;
use pages::{
    InvoiceLine, InvoiceRow, InvoiceState, InvoiceView, InvoicesView, Locale, Party, RefundLine,
    TaxSum,
};
use ports::{Body, Host, Sql};
use pricing::format_rate;

/// Digits behind the point of a percentage that make a rate in millionths.
const PERCENT_DIGITS: usize = 4;

/// `GET /invoices`
pub async fn list<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let page = mine::invoice_page(&visit.call()?).await?;
    let locale = visit.locale();
    let rows = page.data.iter().map(|invoice| row(invoice, locale));
    let view = InvoicesView {
        invoices: rows.collect::<Result<_, _>>()?,
        next: page.next.as_deref(),
        is_test: visit.is_test(),
    };
    visit.page(|page| view.render(page))
}

fn row(invoice: &Invoice, locale: Locale) -> Result<InvoiceRow<'_>, Problem> {
    let currency = currency_of(&invoice.id, &invoice.currency)?;
    Ok(InvoiceRow {
        id: &invoice.id,
        number: number(invoice),
        issued_at_ms: invoice.created_at_ms,
        total: money(invoice.total_minor, currency, locale),
        state: state(invoice, 0),
        hosted_url: invoice.hosted_url.as_deref(),
        pdf_url: invoice.pdf_url.as_deref(),
    })
}

/// The number for people; one that is not final may have none.
fn number(invoice: &Invoice) -> &str {
    invoice.number.as_deref().unwrap_or(&invoice.id)
}

fn state(invoice: &Invoice, refunded_minor: i64) -> InvoiceState {
    match invoice.status.as_str() {
        "draft" => InvoiceState::Draft,
        "void" => InvoiceState::Void,
        "uncollectible" => InvoiceState::Uncollectible,
        "paid" if refunded_minor <= 0 => InvoiceState::Paid,
        "paid" if refunded_minor < invoice.total_minor => InvoiceState::PartlyRefunded,
        "paid" => InvoiceState::Refunded,
        _ => InvoiceState::Open,
    }
}

/// `GET /invoices/{invoice}/csv`
pub async fn csv<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let id = visit.params.first().map(String::as_str).unwrap_or_default();
    Ok(mine::csv_response(&mine::find_invoice(&visit.call()?, id).await?))
}

/// `GET /invoices/{invoice}`
pub async fn show<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let id = visit.params.first().map(String::as_str).unwrap_or_default();
    let invoice = mine::find_invoice(&call, id).await?;
    let told = Told { tenant: &call.tenant.id, now: call.cx.now };
    let found = call.cx.host.sql(&call.order_shard()).query(told.refunds_of_invoice(id)).await?;
    let mut refunds: Vec<Refunded> = rows(&found)?;
    refunds.retain(|refund| !matches!(refund.status.as_str(), "failed" | "canceled"));
    let session = visit.session.as_ref();
    let (name, email) = session.map_or(("", ""), |session| (session.name(), session.email()));
    let seller = Party { name: &call.tenant.name, ..Party::default() };
    let buyer = Party { name, email, ..Party::default() };
    let view = printed(&invoice, &refunds, [seller, buyer], visit.locale())?;
    visit.page(|page| view.render(page))
}

/// An invoice of a seller to a buyer.
fn printed<'a>(
    invoice: &'a Invoice,
    refunds: &[Refunded],
    [seller, buyer]: [Party<'a>; 2],
    locale: Locale,
) -> Result<InvoiceView<'a>, Problem> {
    let currency = currency_of(&invoice.id, &invoice.currency)?;
    let write = |minor| money(minor, currency, locale);
    let back: i64 = refunds.iter().map(|refund| refund.amount_minor).sum();
    let taxes = || invoice.lines.iter().flat_map(|line| &line.taxes);
    let on_top: i64 = taxes().filter(|tax| !tax.inclusive).map(|tax| tax.amount_minor).sum();
    let discount = invoice.subtotal_minor.saturating_add(on_top) - invoice.total_minor;
    Ok(InvoiceView {
        id: &invoice.id,
        number: number(invoice),
        state: state(invoice, back),
        seller,
        buyer,
        issued_at_ms: invoice.created_at_ms,
        paid_at_ms: None,
        due_at_ms: None,
        order: &invoice.order,
        lines: invoice.lines.iter().map(|line| printed_line(line, currency, locale)).collect(),
        is_tax_included: taxes().any(|tax| tax.inclusive),
        subtotal: write(invoice.subtotal_minor),
        discount: (discount > 0).then(|| write(discount)),
        taxes: tax_sums(invoice, currency, locale),
        rounding: None,
        total: write(invoice.total_minor),
        refunds: refunds
            .iter()
            .map(|refund| RefundLine {
                at_ms: refund.created_at_ms,
                amount: write(refund.amount_minor),
            })
            .collect(),
        remaining: (back > 0).then(|| write(invoice.total_minor.saturating_sub(back))),
        note: "",
        hosted_url: invoice.hosted_url.as_deref(),
        pdf_url: invoice.pdf_url.as_deref(),
        is_test: !invoice.livemode,
    })
}

fn printed_line(line: &Line, currency: Currency, locale: Locale) -> InvoiceLine<'_> {
    // What is left of a period that has begun is not so many times a price.
    let unit = line.amount_minor.checked_div(line.quantity);
    let unit = unit.filter(|unit| unit.checked_mul(line.quantity) == Some(line.amount_minor));
    let rates: Vec<_> = line.taxes.iter().map(|tax| rate(&tax.percentage, locale)).collect();
    let lasts = line.period_start_ms < line.period_end_ms;
    InvoiceLine {
        name: &line.name,
        period_ms: lasts.then_some((line.period_start_ms, line.period_end_ms)),
        quantity: u64::try_from(line.quantity).unwrap_or(0),
        unit_price: unit.map(|unit| money(unit, currency, locale)).unwrap_or_default(),
        discount: None,
        tax_rate: rates.join(" + "),
        tax: money(line.tax_minor, currency, locale),
        total: money(line.amount_minor, currency, locale),
    }
}

/// The taxes by what they are called and by their rate, in the order of the lines.
fn tax_sums(invoice: &Invoice, currency: Currency, locale: Locale) -> Vec<TaxSum<'_>> {
    let mut sums: Vec<(&InvoiceTax, i64, i64)> = Vec::new();
    for line in &invoice.lines {
        for tax in &line.taxes {
            let included = if tax.inclusive { tax.amount_minor } else { 0 };
            let net = tax.taxable_minor.unwrap_or(line.amount_minor - included);
            let is_same = |other: &InvoiceTax| {
                other.label == tax.label
                    && other.percentage == tax.percentage
                    && other.inclusive == tax.inclusive
            };
            match sums.iter_mut().find(|(other, ..)| is_same(other)) {
                Some((_, nets, amounts)) => {
                    *nets = nets.saturating_add(net);
                    *amounts = amounts.saturating_add(tax.amount_minor);
                }
                None => sums.push((tax, net, tax.amount_minor)),
            }
        }
    }
    let sums = sums.into_iter().map(|(tax, net, amount)| TaxSum {
        label: &tax.label,
        rate: rate(&tax.percentage, locale),
        net: money(net, currency, locale),
        tax: money(amount, currency, locale),
    });
    sums.collect()
}

/// A percentage as Stripe writes it, as a page does: `8.1` as `8,1 %`.
fn rate(percentage: &str, locale: Locale) -> String {
    let (whole, part) = percentage.split_once('.').unwrap_or((percentage, ""));
    let part = part.trim_end_matches('0');
    let digits = whole.bytes().chain(part.bytes());
    let is_number = !whole.is_empty() && digits.clone().all(|b| b.is_ascii_digit());
    let millionths = format!("{whole}{part:0<PERCENT_DIGITS$}").parse().ok();
    match millionths.filter(|_| is_number && part.len() <= PERCENT_DIGITS) {
        Some(millionths) => format_rate(millionths, writing(locale)),
        None => format!("{percentage}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_written_as_people_there_write_them() {
        assert_eq!(rate("8.1", Locale::DeDe), "8,1\u{a0}%");
        assert_eq!(rate("19", Locale::EnUs), "19%");
        assert_eq!(rate("19.0", Locale::EnUs), "19%");
        assert_eq!(rate("9.975", Locale::EnUs), "9.975%");
        assert_eq!(rate("7.123456", Locale::EnUs), "7.123456%");
        assert_eq!(rate("", Locale::EnUs), "%");
    }
}
