//! `/shop`: what is for sale, and how it comes into the cart.

use super::{
    find, keep, put, quantity,
    words::{TaxText, interval, kind, money, writing},
};
use crate::{
    app::{Platform, Visit},
    features::{
        pages::html::Frame,
        shop::{
            cart::{Change, Wanted},
            product::Details,
            public::{ProductView, Shelf},
            view::CartView,
        },
    },
    problem::Problem,
};
use http::StatusCode;
use kernel::{Currency, Money, ProductId};
use pages::{AddForm, Fault, Locale, Notice, Product, ShopTrouble, ShopView, Stock};
use ports::Body;
use pricing::{Market, QUANTITY_MAX, format_approximate};
use std::collections::BTreeMap;

/// Products on a page.
const PAGE_LEN: u32 = 12;
/// So few goods that it is worth saying.
const FEW_MAX: u32 = 5;

/// What the page shows beside what is for sale.
#[derive(Default)]
struct Shown {
    /// What was wrong with a quantity.
    fault: Option<Fault<'static>>,
    /// What keeps things from being put into the cart.
    trouble: Option<ShopTrouble>,
}

/// `GET /shop`
pub async fn show<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let cursor = visit.query_value("cursor").and_then(|id| id.parse().ok());
    render(visit, cursor.as_ref(), Shown::default()).await
}

/// `POST /cart/lines`
pub async fn add<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let shopper = visit.shopper();
    let refuse = async |status, shown| {
        let mut response = render(visit, came_from(visit).as_ref(), shown).await?;
        *response.status_mut() = status;
        Ok(response)
    };
    let wrong = |fault| Shown { fault: Some(fault), trouble: None };
    let trouble = |trouble| Shown { fault: None, trouble: Some(trouble) };
    let Ok(product) = visit.field("product_id").parse::<ProductId>() else {
        return refuse(StatusCode::CONFLICT, trouble(ShopTrouble::SoldOut)).await;
    };
    let wanted = match quantity(visit.field("quantity"), 1) {
        Ok(wanted) => wanted,
        Err(fault) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, wrong(fault)).await,
    };
    let cart = find(visit, &shopper).await?;
    let has = cart.as_ref().and_then(|cart| cart.lines.iter().find(|line| line.product == product));
    let quantity = wanted.saturating_add(has.map_or(0, |line| line.quantity));
    if quantity > QUANTITY_MAX {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, wrong(Fault::OutOfRange)).await;
    }
    let change = Change {
        lines: vec![Wanted { product: product.clone(), quantity }],
        country: shopper.place().map(str::to_owned),
        ..Change::default()
    };
    match put(visit, &shopper, change).await {
        Ok(cart) => Ok(keep(added(visit, &cart, &product), &cart.id)),
        // All that a form can have wrong by now is the product, or one too many.
        Err(Problem::Field(error)) if error.field == "lines" => {
            refuse(StatusCode::UNPROCESSABLE_ENTITY, trouble(ShopTrouble::TooManyLines)).await
        }
        Err(Problem::Field(_)) => refuse(StatusCode::CONFLICT, trouble(ShopTrouble::SoldOut)).await,
        Err(problem @ Problem::RateLimited(_)) => {
            let busy = trouble(ShopTrouble::Busy);
            let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, busy).await?;
            problem.add_headers(response.headers_mut());
            Ok(response)
        }
        Err(problem) => Err(problem),
    }
}

/// Back to where it was added, or to the cart if there is something wrong with it.
fn added<P: Platform>(
    visit: &Visit<P>,
    cart: &CartView,
    product: &ProductId,
) -> http::Response<Body> {
    let line = cart.lines.iter().find(|line| line.product == *product);
    let path = match (line.and_then(|line| line.problem.as_ref()), came_from(visit)) {
        (Some(_), _) => "/cart".to_owned(),
        (None, Some(cursor)) => format!("/shop?cursor={cursor}"),
        (None, None) => "/shop".to_owned(),
    };
    visit.done(&path, Notice::AddedToCart)
}

/// Where the page of the shop begins that a form was on.
fn came_from<P: Platform>(visit: &Visit<P>) -> Option<ProductId> {
    let (_, query) = visit.field("return_to").split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "cursor").and_then(|(_, id)| id.parse().ok())
}

async fn render<P: Platform>(
    visit: &Visit<P>,
    cursor: Option<&ProductId>,
    shown: Shown,
) -> Result<http::Response<Body>, Problem> {
    let shopper = visit.shopper();
    let market = shopper.market(None);
    let after = cursor.map(ProductId::as_str).unwrap_or_default();
    let (shelf, cart) =
        futures::join!(shopper.shelf(market, after, PAGE_LEN), find(visit, &shopper));
    let (shelf, cart) = (shelf?, cart?);
    let details: Vec<_> = shelf.data.iter().map(details).collect();
    let bundled = details.iter().flatten().flat_map(Details::items).map(|item| &item.product);
    let mut bundled: Vec<_> = bundled.collect();
    bundled.sort();
    bundled.dedup();
    let names = match bundled.is_empty() {
        true => BTreeMap::new(),
        false => shopper.names(bundled).await?,
    };
    let locale = visit.locale();
    let tax = TaxText::new(&market.tax, locale);
    let offers = Offers { shelf: &shelf, names: &names, tax: &tax, locale };
    let products = shelf.data.iter().zip(&details);
    let (product_id, typed) = (visit.field("product_id"), visit.field("quantity"));
    let view = ShopView {
        products: products.map(|(product, details)| offers.product(product, details)).collect(),
        next: shelf.next.as_deref(),
        cart_items: cart.map_or(0, |cart| items(&cart)),
        country: country(market, shopper.place()),
        countries: countries(visit),
        refused: shown.fault.map(|fault| AddForm { product_id, quantity: typed, fault }),
        trouble: shown.trouble.or_else(|| visit.no_payments()),
        is_test: visit.is_test(),
    };
    let path = cursor.map(|cursor| format!("/shop?cursor={cursor}"));
    let frame = Frame { path: Some(path.as_deref().unwrap_or("/shop")), forms: None };
    visit.framed(&frame, |page| view.render(page))
}

/// How many things are in a cart.
fn items(cart: &CartView) -> u64 {
    cart.lines.iter().map(|line| u64::from(line.quantity)).sum()
}

/// The country that is shown as chosen: the visitor's, or the first of the market.
fn country<'a>(market: &'a Market, place: Option<&str>) -> &'a str {
    let found = market.countries.iter().find(|country| Some(country.as_str()) == place);
    found.or(market.countries.first()).map_or("", String::as_str)
}

/// All countries that are sold to.
fn countries<P: Platform>(visit: &Visit<P>) -> Vec<&str> {
    let markets = visit.cx.settings.markets.all().iter();
    markets.flat_map(|market| &market.countries).map(String::as_str).collect()
}

fn details(product: &ProductView) -> Option<Details> {
    Details::read(product.kind, &product.details.to_string()).ok()
}

/// What all products of a page are shown with.
struct Offers<'a> {
    shelf: &'a Shelf,
    names: &'a BTreeMap<String, String>,
    tax: &'a TaxText<'a>,
    locale: Locale,
}

impl<'a> Offers<'a> {
    fn product(&self, product: &'a ProductView, details: &'a Option<Details>) -> Product<'a> {
        let currency: Currency = self.shelf.currency;
        let approx = product.price.approximate.as_ref().map(|about| {
            format_approximate(Money::new(about.minor, about.currency), writing(self.locale))
        });
        let left = product.available.map(|left| u32::try_from(left).unwrap_or(0));
        let items = details.as_ref().map_or(&[][..], Details::items);
        Product {
            id: product.id.as_str(),
            name: &product.name,
            description: &product.description,
            kind: kind(product.kind, details.as_ref().is_some_and(Details::is_top_up)),
            price: money(product.price.amount.minor, currency, self.locale),
            tax: self.tax.note(),
            approx,
            interval: product.price.interval.map(interval),
            tokens: match details {
                Some(Details::TokenPack(pack)) => pack.tokens,
                _ => None,
            },
            contents: items
                .iter()
                .filter_map(|item| self.names.get(item.product.as_str()))
                .map(String::as_str)
                .collect(),
            stock: match left {
                Some(0) => Stock::SoldOut,
                Some(left) if left <= FEW_MAX => Stock::Few(left),
                Some(_) | None => Stock::Enough,
            },
            quantity_min: product.price.min_quantity.max(1),
            quantity_max: left.unwrap_or(QUANTITY_MAX).min(QUANTITY_MAX),
        }
    }
}
