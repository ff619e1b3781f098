//! Quotes: a cart's prices, frozen for half an hour.

use super::{
    cart::named,
    product::{Details, Physical},
    record::{Approximate, QuoteLine, QuoteRecord, Shipping},
    sums::{Fault, Loaded, Sum},
    view::About,
};
use crate::{
    app::{Cx, Platform, entropy},
    problem::Problem,
    respond,
    shopper::Shopper,
    store::{
        cart::Carts,
        quote::{self as store, StoredQuote},
    },
};
use http::StatusCode;
use kernel::{CartId, FieldError, Money, QuoteId, UnixMillis};
use ports::{Body, Host, Shard, Sql, SqlError};
use serde::{Deserialize, Serialize};
use tenant::Tenant;

/// How long a quote counts.
const VALID_MS: i64 = 30 * 60_000;
/// How long one is kept that counts no more, as long as its cart is there.
const STALE_KEPT_MS: i64 = 86_400_000;
/// How often a cart is read again that changes while it is priced.
const ATTEMPTS_MAX: usize = 3;

/// A quote that was made.
#[derive(Clone, Debug, Serialize)]
pub struct Quoted {
    /// Its id.
    pub id: QuoteId,
    /// Until when it counts, that moment not included.
    pub expires_at_ms: UnixMillis,
    /// What it says.
    #[serde(flatten)]
    pub record: QuoteRecord,
}

/// `POST /cart/{cart}/quote`
pub async fn create<P: Platform>(mut shopper: Shopper<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        /// The cart as somebody has seen it.
        #[serde(default)]
        version: Option<i64>,
    }
    let id = named(&shopper)?;
    let Wanted { version } = respond::read_or_default(std::mem::take(&mut shopper.body)).await?;
    Ok(respond::json(StatusCode::CREATED, &shopper.quote(&id, version).await?))
}

impl<P: Platform> Shopper<P> {
    /// Freezes what a cart comes to. `version` is the cart as somebody has seen it, where that
    /// matters.
    ///
    /// # Errors
    /// [`Problem::NotFound`], and [`Problem::Cart`] for what cannot be bought as it is.
    pub async fn quote(&self, id: &CartId, version: Option<i64>) -> Result<Quoted, Problem> {
        let carts = Carts { tenant: &self.tenant.id, id, account: self.account() };
        let (now, sql) = (self.cx.now, self.cx.host.sql(&self.shard()));
        let expires_at = now.plus_ms(VALID_MS);
        for _ in 0..ATTEMPTS_MAX {
            let loaded = self.load(id, carts.take().into_iter().collect()).await?;
            if version.is_some_and(|version| version != loaded.cart.version) {
                return Err(changed());
            }
            let sum = loaded.sum(&self.cx.settings.markets, now);
            let record = self.record(&loaded, &sum)?;
            let quote = QuoteId::generate(now, entropy(&self.cx.host));
            let json = serde_json::to_string(&record).unwrap_or_default();
            let batch = vec![
                store::forget_stale(&self.tenant.id, id, now.plus_ms(-STALE_KEPT_MS)),
                store::insert(&carts, loaded.cart.version, (&quote, json), now, expires_at),
            ];
            let results = sql.batch(batch).await?;
            if results.last().is_some_and(|rows| !rows.is_empty()) {
                return Ok(Quoted { id: quote, expires_at_ms: expires_at, record });
            }
        }
        Err(changed())
    }

    fn record(&self, loaded: &Loaded, sum: &Sum<'_>) -> Result<QuoteRecord, Problem> {
        if loaded.lines.is_empty() {
            return Err(FieldError::new("lines", "must not be empty").into());
        }
        if let Some(fault) = sum.first_fault() {
            return Err(fault.clone().into());
        }
        let empty = || FieldError::new("lines", "must not be empty");
        let totals = sum.totals.as_ref().ok_or_else(empty)?;
        let (cart, market) = (&loaded.cart, sum.market);
        let mut lines = Vec::with_capacity(totals.lines.len());
        for (line, quoted) in sum.lines.iter().zip(&totals.lines) {
            let lost = || SqlError::Failed(format!("{} cannot be taken apart", quoted.product));
            lines.push(QuoteLine {
                product: quoted.product.clone(),
                kind: quoted.kind,
                name: quoted.name.clone(),
                quantity: quoted.quantity,
                price: quoted.price.clone(),
                unit_minor: quoted.unit_minor,
                discount_minor: quoted.discount_minor,
                total_minor: quoted.total_minor,
                interval: line.price.and_then(|price| price.interval),
                tax_code: line.details.as_ref().and_then(Details::tax_code).map(str::to_owned),
                items: loaded.items(line).ok_or_else(lost)?,
            });
        }
        let mut payment_methods = market.payment_methods_for(totals.currency);
        payment_methods.retain(|method| totals.interval.is_none() || method.renews());
        let total = Money::new(totals.total_minor, totals.currency);
        let about = About::of(total, market, self.cx.settings.fx.as_ref());
        Ok(QuoteRecord {
            cart: cart.id.clone(),
            cart_version: cart.version,
            account: cart.account.clone(),
            market: market.id.clone(),
            list: totals.list.clone(),
            currency: totals.currency,
            tax_mode: totals.tax.mode,
            tax_label: totals.tax.label.clone(),
            payment_methods,
            address_fields: market.address_fields.clone(),
            locale: market.locale,
            approximate: about.map(|about| Approximate {
                total_minor: about.minor,
                currency: about.currency,
                as_of_ms: about.as_of_ms,
            }),
            coupon: totals.coupon.clone(),
            shipping: shipping(loaded)?,
            interval: totals.interval,
            lines,
            subtotal_minor: totals.subtotal_minor,
            discount_minor: totals.discount_minor,
            total_minor: totals.total_minor,
            created_at_ms: self.cx.now,
        })
    }
}

fn changed() -> Problem {
    let error = FieldError::new("version", "is not the cart's any more, which has changed");
    Problem::Cart("cart_changed", error)
}

/// Where all goods of a cart can be sent, if there are any.
fn shipping(loaded: &Loaded) -> Result<Option<Shipping>, Fault> {
    let goods = loaded.goods();
    let mut shipping = (!goods.is_empty()).then_some(Shipping { countries: None });
    for details in &goods {
        let (Some(shipping), Details::Physical(Physical { ship_to: Some(here), .. })) =
            (&mut shipping, details)
        else {
            continue;
        };
        let countries = match shipping.countries.take() {
            None => here.clone(),
            Some(countries) => countries.into_iter().filter(|c| here.contains(c)).collect(),
        };
        if countries.is_empty() {
            let error =
                FieldError::new("lines", "have goods that are sent to no country in common");
            return Err(Fault { code: "not_shipped_together", error });
        }
        shipping.countries = Some(countries);
    }
    Ok(shipping)
}

/// A quote with its record, for checkout. Whose the cart is by now stands in
/// [`StoredQuote::account`]; whether the quote counts is the schema's to say when it is bought by.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::Sql`].
pub async fn find_quote<P: Platform>(
    cx: &Cx<P>,
    tenant: &Tenant,
    id: &QuoteId,
) -> Result<(StoredQuote, QuoteRecord), Problem> {
    let shard = Shard::Tenant { tenant: tenant.id.clone(), region: tenant.region };
    let found = cx.host.sql(&shard).query(store::get(&tenant.id, id)).await?;
    let stored = StoredQuote::try_from(found.first().ok_or(Problem::NotFound)?)?;
    let record = serde_json::from_str(&stored.record);
    let record = record.map_err(|e| SqlError::Failed(format!("record of {id}: {e}")))?;
    Ok((stored, record))
}
