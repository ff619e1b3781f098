//! `/cart`: what is in the cart, and what it comes to.

use super::{
    checkout::Seen,
    find, keep, put, quantity,
    words::{CouponWrong, TaxText, interval, kind, money, trouble, writing},
};
use crate::{
    app::{Platform, Visit},
    features::{
        pages::html::Frame,
        shop::{
            cart::{Change, Wanted},
            view::{CartView, LineView, Told},
        },
    },
    problem::Problem,
    respond::{self, param},
};
use http::StatusCode;
use kernel::{Money, ProductId};
use pages::{
    CartLine, CartView as Page, Coupon, Fault, LineTrouble, Locale, Notice, Recurring, ShopTrouble,
    Sums,
};
use ports::Body;
use pricing::{QUANTITY_MAX, format_approximate};

/// What the page shows beside the cart.
#[derive(Default)]
pub struct Shown<'a> {
    /// A quantity as it was typed, of a product, and what was wrong with it.
    line: Option<(&'a ProductId, &'a str, Fault<'static>)>,
    /// A coupon as it was typed, and what was wrong with it.
    coupon: Option<(String, CouponWrong)>,
    /// Why it cannot be paid for.
    trouble: Option<ShopTrouble>,
    /// Whether prices are not what they were when it was seen.
    prices_changed: bool,
}

impl Shown<'_> {
    /// Why it cannot be paid for.
    pub fn trouble(trouble: Option<ShopTrouble>) -> Self {
        Self { trouble, ..Self::default() }
    }

    /// That prices are not what they were when it was seen.
    pub fn prices_changed() -> Self {
        Self { prices_changed: true, ..Self::default() }
    }

    /// A coupon as it was typed, and what was wrong with it.
    pub fn coupon(code: &str, wrong: CouponWrong) -> Self {
        Self { coupon: Some((code.to_owned(), wrong)), ..Self::default() }
    }
}

/// `GET /cart`
pub async fn show<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    render(visit, find(visit, &visit.shopper()).await?.as_ref(), Shown::default())
}

/// `POST /cart/lines/{product}`
pub async fn change_line<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let product: ProductId = param(&visit.params, 0, "product")?;
    let typed = visit.field("quantity");
    match quantity(typed, 0) {
        Ok(quantity) => set_line(visit, product, quantity).await,
        Err(fault) => {
            let cart = find(visit, &visit.shopper()).await?;
            let shown = Shown { line: Some((&product, typed, fault)), ..Shown::default() };
            refuse(visit, cart.as_ref(), StatusCode::UNPROCESSABLE_ENTITY, shown)
        }
    }
}

/// `POST /cart/lines/{product}/remove`
pub async fn remove_line<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    set_line(visit, param(&visit.params, 0, "product")?, 0).await
}

async fn set_line<P: Platform>(
    visit: &Visit<P>,
    product: ProductId,
    quantity: u32,
) -> Result<http::Response<Body>, Problem> {
    let shopper = visit.shopper();
    let cart = find(visit, &shopper).await?;
    let is_there = |cart: &CartView| cart.lines.iter().any(|line| line.product == product);
    if !cart.as_ref().is_some_and(is_there) {
        // It was taken out in another window, or the whole cart is gone: as was wanted, or not.
        if quantity == 0 {
            return Ok(visit.done("/cart", Notice::LineRemoved));
        }
        let shown = Shown::trouble(Some(ShopTrouble::CartChanged));
        return refuse(visit, cart.as_ref(), StatusCode::CONFLICT, shown);
    }
    let change = Change {
        lines: vec![Wanted { product, quantity }],
        country: shopper.place().map(str::to_owned),
        ..Change::default()
    };
    let notice = if quantity == 0 { Notice::LineRemoved } else { Notice::CartUpdated };
    match put(visit, &shopper, change).await {
        Ok(cart) => Ok(keep(visit.done("/cart", notice), &cart.id)),
        // It is not sold any more, which the line says.
        Err(Problem::Field(_)) => {
            refuse(visit, cart.as_ref(), StatusCode::UNPROCESSABLE_ENTITY, Shown::default())
        }
        Err(problem) => Err(problem),
    }
}

/// `POST /cart/coupon`. One that does not count is not kept: it would only be in the way.
pub async fn put_coupon<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let shopper = visit.shopper();
    let typed = visit.field("code").trim();
    let before = find(visit, &shopper).await?;
    let wrong = |cart: Option<&CartView>, wrong: CouponWrong| {
        refuse(visit, cart, StatusCode::UNPROCESSABLE_ENTITY, Shown::coupon(typed, wrong))
    };
    let Some(before) = before.filter(|cart| !cart.lines.is_empty()) else {
        return Ok(respond::see_other("/cart"));
    };
    if typed.is_empty() {
        return wrong(Some(&before), CouponWrong::new("empty"));
    }
    let with = |coupon: Option<String>| Change { coupon: Some(coupon), ..Change::default() };
    let after = match shopper.change_cart(&before.id, with(Some(typed.to_owned()))).await {
        Ok(after) => after,
        Err(Problem::Field(_)) => return wrong(Some(&before), CouponWrong::new("unknown")),
        Err(problem @ Problem::RateLimited(_)) => {
            let shown = Shown::trouble(Some(ShopTrouble::Busy));
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut response = refuse(visit, Some(&before), status, shown)?;
            problem.add_headers(response.headers_mut());
            return Ok(response);
        }
        Err(problem) => return Err(problem),
    };
    let Some(reason) = coupon_wrong(&after, visit.locale()) else {
        return Ok(keep(visit.done("/cart", Notice::CouponApplied), &after.id));
    };
    let other = before.coupon.filter(|_| before.coupon_problem.is_none());
    // A coupon that has been archived cannot be put again, but only taken out.
    let back = match shopper.change_cart(&before.id, with(other)).await {
        Err(Problem::Field(_)) => shopper.change_cart(&before.id, with(None)).await?,
        outcome => outcome?,
    };
    wrong(Some(&back), reason)
}

/// `POST /cart/coupon/remove`
pub async fn remove_coupon<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    if let Some(id) = visit.cart_id() {
        let change = Change { coupon: Some(None), ..Change::default() };
        match visit.shopper().change_cart(&id, change).await {
            Ok(cart) => return Ok(keep(visit.done("/cart", Notice::CouponRemoved), &cart.id)),
            Err(Problem::NotFound) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(visit.done("/cart", Notice::CouponRemoved))
}

/// The cart with what was wrong.
///
/// # Errors
/// [`Problem::Misconfigured`] when a template cannot be filled.
pub fn refuse<P: Platform>(
    visit: &Visit<P>,
    cart: Option<&CartView>,
    status: StatusCode,
    shown: Shown<'_>,
) -> Result<http::Response<Body>, Problem> {
    let mut response = render(visit, cart, shown)?;
    *response.status_mut() = status;
    Ok(response)
}

/// What is wrong with a cart's coupon.
pub fn coupon_wrong(cart: &CartView, locale: Locale) -> Option<CouponWrong> {
    let code = match cart.coupon_problem.as_ref()?.code {
        "coupon_used_up" if cart.is_coupon_used_by_account => "coupon_used_by_account",
        code => code,
    };
    let minimum = cart.coupon_minimum.map(|least| money(least.minor, least.currency, locale));
    Some(CouponWrong { code, minimum })
}

fn render<P: Platform>(
    visit: &Visit<P>,
    cart: Option<&CartView>,
    shown: Shown<'_>,
) -> Result<http::Response<Body>, Problem> {
    let frame = Frame { path: Some("/cart"), forms: visit.checkout_origin() };
    let (locale, is_test) = (visit.locale(), visit.is_test());
    let Some(cart) = cart else {
        let view = Page { trouble: shown.trouble, is_test, ..empty() };
        return visit.framed(&frame, |page| view.render(page));
    };
    let stored = || Some((cart.coupon.clone()?, coupon_wrong(cart, locale)?));
    let coupon = shown.coupon.or_else(stored);
    let quantities: Vec<String> = cart.lines.iter().map(|line| line.quantity.to_string()).collect();
    let lines = cart.lines.iter().zip(&quantities);
    let lines = lines.map(|(line, quantity)| {
        let mut row = row(line, quantity, cart, locale);
        if let Some((product, typed, fault)) = shown.line
            && *product == line.product
        {
            (row.quantity, row.fault) = (typed, Some(fault));
        }
        row
    });
    let counts = cart.coupon.as_deref().filter(|_| cart.coupon_problem.is_none());
    let discount = cart.discount.as_ref().filter(|discount| discount.minor > 0);
    let write = |minor| money(minor, cart.currency, locale);
    let tax = TaxText::new(&cart.tax, locale);
    let whole = cart.problem.as_ref().and_then(|problem| trouble(problem.code));
    let seen = Seen::text(cart);
    let view = Page {
        lines: lines.collect(),
        coupons: counts
            .map(|code| Coupon { code, amount: write(discount.map_or(0, |amount| amount.minor)) })
            .into_iter()
            .collect(),
        coupon: coupon.as_ref().map_or("", |(typed, _)| typed),
        coupon_fault: coupon.as_ref().map(|(_, wrong)| wrong.fault()),
        seen: &seen,
        sums: Sums { tax: tax.note(), ..sums(cart, locale) },
        prices_changed: shown.prices_changed,
        is_sent: cart.is_sent,
        trouble: shown.trouble.or(whole).or_else(|| visit.no_payments()),
        open_payment_url: None,
        is_test,
    };
    visit.framed(&frame, |page| view.render(page))
}

/// A cart with nothing in it.
fn empty<'a>() -> Page<'a> {
    Page {
        lines: Vec::new(),
        coupons: Vec::new(),
        coupon: "",
        coupon_fault: None,
        seen: "",
        sums: Sums::default(),
        prices_changed: false,
        is_sent: false,
        trouble: None,
        open_payment_url: None,
        is_test: false,
    }
}

fn row<'a>(line: &'a LineView, quantity: &'a str, cart: &CartView, locale: Locale) -> CartLine<'a> {
    let write = |minor: Option<i64>| {
        minor.map(|minor| money(minor, cart.currency, locale)).unwrap_or_default()
    };
    let unit = line.unit.as_ref().map(|unit| unit.minor);
    // What the coupon takes off stands below, for all lines together.
    let total = unit.and_then(|unit| unit.checked_mul(line.quantity.into()));
    CartLine {
        id: line.product.as_str(),
        name: &line.name,
        kind: kind(line.kind, line.is_top_up),
        quantity,
        quantity_min: 1,
        quantity_max: QUANTITY_MAX,
        fault: None,
        unit_price: write(unit),
        price_before: None,
        total: write(total),
        interval: line.interval.map(interval),
        trouble: line.problem.as_ref().map(|problem| line_trouble(problem, line.left)),
    }
}

fn line_trouble(problem: &Told, left: Option<i64>) -> LineTrouble {
    match (problem.code, left.and_then(|left| u32::try_from(left).ok())) {
        ("out_of_stock", Some(left)) if left > 0 => LineTrouble::Left(left),
        ("out_of_stock", _) => LineTrouble::SoldOut,
        ("no_price", _) => LineTrouble::NotHere,
        _ => LineTrouble::Gone,
    }
}

fn sums<'a>(cart: &CartView, locale: Locale) -> Sums<'a> {
    let write = |minor| money(minor, cart.currency, locale);
    let total = cart.total.as_ref().map(|total| write(total.minor)).unwrap_or_default();
    // A cart that renews has subscriptions of one interval, and no coupon.
    let renews = cart.lines.iter().find_map(|line| line.interval).filter(|_| !total.is_empty());
    let recurring =
        renews.map(|each| Recurring { amount: total.clone(), interval: interval(each) });
    let about = |about: &crate::features::shop::view::About| {
        format_approximate(Money::new(about.minor, about.currency), writing(locale))
    };
    Sums {
        subtotal: cart.subtotal.as_ref().map(|sum| write(sum.minor)).unwrap_or_default(),
        discount: cart.discount.as_ref().filter(|d| d.minor > 0).map(|d| write(d.minor)),
        total,
        approx: cart.approximate.as_ref().map(about),
        recurring: recurring.into_iter().collect(),
        ..Sums::default()
    }
}
