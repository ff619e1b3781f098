//! What is sold and what it costs, for everybody. Nothing here depends on who asks, only on where
//! they are; so the answers can be kept, by everybody where the address says the country.

use super::{
    cursor,
    prices::LISTS_MAX,
    sums::interval_of,
    view::{About, Amount},
};
use crate::{
    app::Platform,
    features::{me::page_limit, pages::preference},
    problem::Problem,
    respond,
    shopper::Shopper,
    store::{
        ledger::rows,
        price::{self, ListedPrice, StoredList},
        product::{self, Known, OnSale},
    },
};
use http::{HeaderValue, StatusCode, header};
use kernel::{Currency, FieldError, Money, PriceId, ProductId};
use ports::{Body, Host, Sql};
use pricing::{
    AddressField, Interval, Locale, Market, PaymentMethod, Price, PriceList, ProductKind, Tax,
    best_price, choose_list, format_rate,
};
use serde::Serialize;
use serde_json::Value;
use signin::cookie;
use std::collections::BTreeMap;

/// Most products whose prices are asked for at once.
const PRODUCTS_MAX: usize = 50;
/// How long an answer may be kept, by everybody and by one browser.
const SHARED: HeaderValue = HeaderValue::from_static("public, max-age=60");
const PRIVATE: HeaderValue = HeaderValue::from_static("private, max-age=60");

/// What a product costs somewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Cost {
    /// The price.
    pub id: PriceId,
    /// What one costs, in the currency that stands beside it.
    #[serde(flatten)]
    pub amount: Amount,
    /// From how many on.
    pub min_quantity: u32,
    /// How often it is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// What it is about in the market's own currency, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approximate: Option<About>,
}

/// How things are sold somewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Pricing {
    market: String,
    currency: Currency,
    price_list: Option<String>,
    tax: TaxView,
    payment_methods: Vec<PaymentMethod>,
    address_fields: Vec<AddressField>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_rounding_minor: Option<u32>,
    locale: Locale,
    /// What to know of the currency, where it is not the market's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    prices: Vec<ProductCost>,
}

#[derive(Clone, Debug, Serialize)]
struct TaxView {
    #[serde(flatten)]
    tax: Tax,
    /// The rate as it is written there.
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_text: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct ProductCost {
    product: ProductId,
    price: Cost,
}

/// A product that can be bought.
#[derive(Clone, Debug, Serialize)]
pub struct ProductView {
    pub id: ProductId,
    pub kind: ProductKind,
    pub name: String,
    pub description: String,
    pub details: Value,
    /// How many can be had of goods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<i64>,
    /// What one costs.
    pub price: Cost,
}

/// A page of products.
#[derive(Clone, Debug, Serialize)]
pub struct Shelf {
    /// The market's id.
    pub market: String,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The products.
    pub data: Vec<ProductView>,
    /// Behind which the next page begins.
    pub next: Option<String>,
}

/// Whether a text has the shape of a country's code or of a part of one: `DE`, `CA-ON`.
#[must_use]
pub fn is_place(text: &str) -> bool {
    let (country, part) = text.split_once('-').unwrap_or((text, "X"));
    let capital = |b: u8| b.is_ascii_uppercase();
    country.len() == 2
        && country.bytes().all(capital)
        && (1..=3).contains(&part.len())
        && part.bytes().all(|b| capital(b) || b.is_ascii_digit())
}

impl<P: Platform> Shopper<P> {
    /// Where somebody buys: where they say now, what they chose before, or where they are.
    pub fn market(&self, said: Option<&str>) -> &Market {
        let network = self.whence.country.as_deref();
        self.cx.settings.markets.choose(network, None, said.or_else(|| self.chosen_place()))
    }

    /// The place that somebody chose before.
    fn chosen_place(&self) -> Option<&str> {
        let cookies = self.headers.get_all(header::COOKIE);
        let cookies = cookies.iter().filter_map(|value| value.to_str().ok());
        cookie::read(cookies, &preference("country")).ok().flatten().filter(|place| is_place(place))
    }

    /// The place that somebody chose before, or is in.
    pub fn place(&self) -> Option<&str> {
        let network = || self.whence.country.as_deref().filter(|place| is_place(place));
        self.chosen_place().or_else(network)
    }

    /// The names of those of some products that exist.
    ///
    /// # Errors
    /// [`Problem::Sql`].
    pub async fn names<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a ProductId>,
    ) -> Result<BTreeMap<String, String>, Problem> {
        let kinds = product::kinds(&self.tenant.id, ids);
        let known: Vec<Known> = rows(&self.cx.host.sql(&self.shard()).query(kinds).await?)?;
        Ok(known.into_iter().map(|known| (known.id, known.name)).collect())
    }

    /// The country that the address of the request says.
    fn said(&self) -> Result<Option<&str>, FieldError> {
        match respond::query(&self.query, "country") {
            Some(place) if !is_place(place) => {
                let message = "must be a code such as DE or CA-ON, in capitals";
                Err(FieldError::new("country", message))
            }
            place => Ok(place),
        }
    }

    /// The price list that sells in a market.
    async fn list(&self, market: &Market) -> Result<Option<PriceList>, Problem> {
        let lists = price::lists(&self.tenant.id, LISTS_MAX);
        let found: Vec<StoredList> = rows(&self.cx.host.sql(&self.shard()).query(lists).await?)?;
        let lists: Vec<PriceList> = found.into_iter().map(PriceList::from).collect();
        Ok(choose_list(&lists, &market.price_list).cloned())
    }

    /// What one of a product costs on a list now.
    fn cost(&self, prices: &[Price], list: &PriceList, market: &Market) -> Option<Cost> {
        let price = best_price(prices, &list.name, interval_of(prices), 1, self.cx.now)?;
        let money = Money::new(price.amount_minor, price.currency);
        Some(Cost {
            id: price.id.clone(),
            amount: Amount::new(price.amount_minor, price.currency, market.locale),
            min_quantity: price.min_quantity,
            interval: price.interval,
            approximate: About::of(money, market, self.cx.settings.fx.as_ref()),
        })
    }

    /// The products that can be bought in a market, behind one.
    ///
    /// # Errors
    /// [`Problem::Sql`].
    pub async fn shelf(&self, market: &Market, after: &str, limit: u32) -> Result<Shelf, Problem> {
        let mut shelf = Shelf {
            market: market.id.clone(),
            currency: market.currency,
            data: Vec::new(),
            next: None,
        };
        let Some(list) = self.list(market).await? else { return Ok(shelf) };
        shelf.currency = list.currency;
        let page = product::on_sale(&self.tenant.id, &list.name, after, self.cx.now, limit + 1);
        let mut found: Vec<OnSale> = rows(&self.cx.host.sql(&self.shard()).query(page).await?)?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        shelf.next = found.last().filter(|_| more).map(|last| last.id.as_str().to_owned());
        let view = |found: OnSale| {
            let price = self.cost(&found.prices, &list, market)?;
            let OnSale { id, kind, name, description, details, available, .. } = found;
            let available = available.map(|n| n.max(0));
            Some(ProductView { id, kind, name, description, details, available, price })
        };
        shelf.data = found.into_iter().filter_map(view).collect();
        Ok(shelf)
    }
}

/// `GET /public/products`
pub async fn products<P: Platform>(shopper: &Shopper<P>) -> Result<http::Response<Body>, Problem> {
    let said = shopper.said()?;
    let limit = page_limit(&shopper.query)?;
    let after = cursor::<ProductId>(&shopper.query, "")?;
    let shelf = shopper.shelf(shopper.market(said), after, limit).await?;
    Ok(kept(respond::json(StatusCode::OK, &shelf), said))
}

/// `GET /public/pricing`
pub async fn pricing<P: Platform>(shopper: &Shopper<P>) -> Result<http::Response<Body>, Problem> {
    let said = shopper.said()?;
    let wanted = wanted(&shopper.query)?;
    let market = shopper.market(said);
    let list = shopper.list(market).await?;
    let mut prices = Vec::new();
    if let Some(list) = list.as_ref().filter(|_| !wanted.is_empty()) {
        let of = price::of_products(&shopper.tenant.id, &list.name, &wanted);
        let found: Vec<ListedPrice> =
            rows(&shopper.cx.host.sql(&shopper.shard()).query(of).await?)?;
        let found: Vec<Price> = found.into_iter().map(|listed| listed.price).collect();
        for product in wanted {
            let its: Vec<_> = found.iter().filter(|p| p.product == product).cloned().collect();
            let price = shopper.cost(&its, list, market);
            prices.extend(price.map(|price| ProductCost { product, price }));
        }
    }
    let currency = list.as_ref().map_or(market.currency, |list| list.currency);
    let note = (currency != market.currency).then(|| {
        format!(
            "Charged in {currency}. Amounts in {} are approximate and only shown.",
            market.currency
        )
    });
    let rate_text = market.tax.rate_ppm.map(|rate| format_rate(rate, market.locale));
    let answer = Pricing {
        market: market.id.clone(),
        currency,
        price_list: list.map(|list| list.name),
        tax: TaxView { tax: market.tax.clone(), rate_text },
        payment_methods: market.payment_methods_for(currency),
        address_fields: market.address_fields.clone(),
        cash_rounding_minor: market.cash_rounding_minor.filter(|_| currency == market.currency),
        locale: market.locale,
        note,
        prices,
    };
    Ok(kept(respond::json(StatusCode::OK, &answer), said))
}

/// The products whose prices are asked for.
fn wanted(query: &str) -> Result<Vec<ProductId>, FieldError> {
    let list = respond::query(query, "products").unwrap_or_default();
    // A comma may come encoded.
    let list = list.replace("%2C", ",").replace("%2c", ",");
    let mut ids = Vec::new();
    for (index, id) in list.split(',').filter(|id| !id.is_empty()).enumerate() {
        let at = || format!("products[{index}]");
        let id = id.parse::<ProductId>();
        ids.push(id.map_err(|e| FieldError::new(at(), e.to_string()))?);
    }
    ids.sort();
    ids.dedup();
    if ids.len() > PRODUCTS_MAX {
        let message = format!("must have at most {PRODUCTS_MAX} entries");
        return Err(FieldError::new("products", message));
    }
    Ok(ids)
}

/// Says how long an answer may be kept. Where its address says the country, it is everybody's.
fn kept(mut response: http::Response<Body>, said: Option<&str>) -> http::Response<Body> {
    let value = if said.is_some() { SHARED } else { PRIVATE };
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}
