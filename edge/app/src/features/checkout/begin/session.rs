//! The page at Stripe that an order is paid at.

use super::{Pay, WAIT_MS};
use crate::{
    app::{Call, Platform},
    features::shop::record::QuoteRecord,
    payments::Account,
    problem::Problem,
    store::order::Begun,
};
use kernel::{Money, QuoteId, UnixMillis};
use pricing::{Interval, Locale, ProductKind, TaxMode};
use stripe::{
    Metadata,
    requests::checkout::{self, Create, Every, Line, Mode, Page, TaxBehavior},
};

/// Most units that a buyer may make of a line at Stripe's page.
const ADJUSTABLE_MAX: u32 = 99;

pub(super) fn metadata<P: Platform>(call: &Call<P>, begun: &Begun, quote: &QuoteId) -> Metadata {
    Metadata {
        tenant: Some(call.tenant.id.clone()),
        order: begun.id.parse().ok(),
        account: Some(call.caller.account().clone()),
        quote: Some(quote.clone()),
        paid: None,
    }
}

/// The session to pay an order in, but for the customer. It says the same each time that it is asked for, since it is
/// asked for under one idempotency key.
pub(super) fn session<P: Platform>(
    call: &Call<P>,
    quote: &QuoteId,
    begun: &Begun,
    record: &QuoteRecord,
    account: &Account,
    pay: Pay,
) -> Result<Create, Problem> {
    let back = format!("{}/checkout/return?order={}", call.origin, begun.id);
    let page = match pay {
        Pay::Hosted => {
            Page::Hosted { success_url: back, cancel_url: format!("{}/cart", call.origin) }
        }
        Pay::Embedded => Page::Embedded { return_url: back },
    };
    let mode = if record.interval.is_some() { Mode::Subscription } else { Mode::Payment };
    let lines = (1_u32..).zip(&record.lines).map(|(n, line)| {
        // Discounts are in the amounts, so that our sums are theirs. A discount on several units may
        // not be a whole number of cents each: such a line is sold in one piece.
        let (amount, quantity, name) = match line.discount_minor {
            0 => (line.unit_minor, line.quantity, line.name.clone()),
            _ if line.quantity == 1 => (line.total_minor, 1, line.name.clone()),
            _ => (line.total_minor, 1, format!("{} × {}", line.quantity, line.name)),
        };
        let mut sold = Line::new(name, Money::new(amount, record.currency), quantity);
        sold.reference = Some(n.to_string());
        sold.tax_code.clone_from(&line.tax_code);
        sold.tax_behavior = Some(match record.tax_mode {
            TaxMode::Inclusive => TaxBehavior::Inclusive,
            TaxMode::Exclusive => TaxBehavior::Exclusive,
        });
        sold.recurring = line.interval.map(|interval| Every {
            count: 1,
            interval: match interval {
                Interval::Month => checkout::Interval::Month,
                Interval::Year => checkout::Interval::Year,
            },
        });
        // Goods are set aside by number, and a coupon was worked out for this one.
        let is_free = line.items.iter().all(|item| item.kind != ProductKind::Physical);
        if is_free && record.coupon.is_none() && quantity <= ADJUSTABLE_MAX {
            sold.adjustable = Some((1, ADJUSTABLE_MAX));
        }
        sold
    });
    let mut session = Create::new(mode, page, lines.collect(), metadata(call, begun, quote));
    session.automatic_tax = account.automatic_tax;
    session.methods =
        record.payment_methods.iter().map(|method| method.as_str().to_owned()).collect();
    session.billing_address = !record.address_fields.is_empty();
    if let Some(shipping) = &record.shipping {
        let everywhere = || {
            let countries =
                call.cx.settings.markets.all().iter().flat_map(|market| &market.countries);
            let plain = countries.filter(|country| country.len() == 2);
            plain.map(ToString::to_string).collect()
        };
        session.shipping_countries = shipping.countries.clone().unwrap_or_else(everywhere);
        session.phone = true;
    }
    session.locale = Some(page_locale(record.locale).to_owned());
    session.expires_at = Some(checkout::expires_at(
        UnixMillis(begun.expires_at_ms - WAIT_MS),
        UnixMillis(begun.expires_at_ms),
    ));
    session.fee = account.fee;
    Ok(session)
}

/// A language of Stripe's pages ([list](https://docs.stripe.com/js/appendix/supported_locales)).
const fn page_locale(locale: Locale) -> &'static str {
    match locale {
        Locale::EnUs => "en",
        Locale::EnGb => "en-GB",
        Locale::FrFr => "fr",
        Locale::DeDe => "de",
    }
}
