//! Beginning to pay: an order of a quote, and where it is paid.

mod session;
mod take;

use super::{customer, release, shop_of};
use crate::{
    app::{Call, Platform, entropy},
    features::shop::{quotes::find_quote, record::QuoteRecord},
    payments::Account,
    problem::{Problem, ShopProblem},
    respond,
    store::{
        order::{self, Begun, Orders, Unpaid},
        quote::QuoteStatus,
    },
};
use http::StatusCode;
use kernel::{FieldError, Money, OrderId, QuoteId};
use ports::{Body, Sql, SqlError, Statement};
use serde::{Deserialize, Serialize};
use stripe::requests::{
    checkout::{self, Fee},
    payment,
};

/// How long an order waits to be paid. Stripe asks for half an hour at least, and a minute is room
/// for clocks.
const WAIT_MS: i64 = 32 * 60_000;

/// Where it is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pay {
    /// At a page of Stripe's.
    #[default]
    Hosted,
    /// In a page of the tenant's, with Stripe's form in it.
    Embedded,
}

/// An order that can be paid.
#[derive(Clone, Debug, Serialize)]
pub struct Payable {
    /// The order.
    pub order: String,
    /// Stripe's session.
    pub session: String,
    /// The page to pay at, if it is Stripe's.
    pub url: Option<String>,
    /// What an embedded form is opened with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// Until when it can be paid.
    pub expires_at_ms: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    quote: QuoteId,
    #[serde(default)]
    ui_mode: Pay,
}

/// `POST /checkout/create-session`
pub async fn create_session<P: Platform>(
    mut call: Call<P>,
) -> Result<http::Response<Body>, Problem> {
    let Wanted { quote, ui_mode } = respond::read(std::mem::take(&mut call.body)).await?;
    Ok(respond::json(StatusCode::CREATED, &begin(&call, &quote, ui_mode).await?))
}

/// Makes an order of a quote, and a session of Stripe's to pay it in. Doing it again finds the same.
///
/// # Errors
/// [`ShopProblem`], or what kept us from knowing.
pub async fn begin<P: Platform>(
    call: &Call<P>,
    quote: &QuoteId,
    pay: Pay,
) -> Result<Payable, Problem> {
    let account = Account::of(&call.cx, &call.tenant)?;
    let (begun, record) = order_of(call, quote, &account).await?;
    if let (Pay::Hosted, Some(session), Some(url)) = (pay, &begun.session, &begun.session_url) {
        return Ok(Payable {
            order: begun.id,
            session: session.clone(),
            url: Some(url.clone()),
            client_secret: None,
            expires_at_ms: begun.expires_at_ms,
        });
    }
    let is_embedded = begun.session.is_some() && begun.session_url.is_none();
    check_way(&begun, is_embedded && pay == Pay::Embedded)?;
    let session = session::session(call, quote, &begun, &record, &account, pay)?;
    let action = match pay {
        Pay::Hosted => "checkout",
        Pay::Embedded => "checkout_embedded",
    };
    let made = customer::ask_as(call, &account, (action, quote), |customer, key| {
        checkout::create(&checkout::Create { customer: Some(customer), ..session.clone() }, key)
    });
    let made = made.await?;
    let orders = Orders { tenant: &call.tenant.id };
    let set = orders.set_session(&begun.id, &made.id, made.url.as_deref());
    let made_session = Some(made.id.clone());
    let unpaid = Unpaid { order: begun.id.clone(), session: made_session, payment: None };
    still_wanted(call, &account, set, &unpaid).await?;
    Ok(Payable {
        order: begun.id,
        session: made.id,
        url: made.url,
        client_secret: made.client_secret.map(|secret| secret.expose().to_owned()),
        expires_at_ms: begun.expires_at_ms,
    })
}

/// `POST /checkout/payment-intent`
pub async fn create_intent<P: Platform>(
    mut call: Call<P>,
) -> Result<http::Response<Body>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        quote: QuoteId,
    }
    #[derive(Serialize)]
    struct Intent {
        order: String,
        payment_intent: String,
        client_secret: Option<String>,
        amount_minor: i64,
        currency: &'static str,
        expires_at_ms: i64,
    }
    let Wanted { quote } = respond::read(std::mem::take(&mut call.body)).await?;
    let account = Account::of(&call.cx, &call.tenant)?;
    let (_, record) = find_quote(&call.cx, &call.tenant, &quote).await?;
    if record.interval.is_some() {
        return Err(FieldError::new("quote", "is of a subscription, which needs a session").into());
    }
    let total = Money::new(record.total_minor, record.currency);
    if total.minor == 0 {
        return Err(FieldError::new("quote", "comes to nothing, and needs a session").into());
    }
    let (begun, _) = order_of(&call, &quote, &account).await?;
    check_way(&begun, begun.session.is_none() && begun.payment.is_some())?;
    let mut wanted = payment::Create::new(total, session::metadata(&call, &begun, &quote));
    if let Some(Fee::BasisPoints(bp)) = account.fee {
        let share = i128::from(total.minor) * i128::from(bp) / 10_000;
        wanted.fee = Some(Money::new(i64::try_from(share).unwrap_or(0), total.currency));
    }
    let made = customer::ask_as(&call, &account, ("intent", &quote), |customer, key| {
        payment::create(&payment::Create { customer: Some(customer), ..wanted.clone() }, key)
    });
    let made = made.await?;
    let set = Orders { tenant: &call.tenant.id }.set_intent(&begun.id, &made.id);
    let payment = Some(made.id.clone());
    let unpaid = Unpaid { order: begun.id.clone(), session: None, payment };
    still_wanted(&call, &account, set, &unpaid).await?;
    let answer = Intent {
        order: begun.id,
        payment_intent: made.id,
        client_secret: made.client_secret.map(|secret| secret.expose().to_owned()),
        amount_minor: total.minor,
        currency: total.currency.code(),
        expires_at_ms: begun.expires_at_ms,
    };
    Ok(respond::json(StatusCode::CREATED, &answer))
}

/// The order of a quote, which is made if there is none, with everything that it takes.
async fn order_of<P: Platform>(
    call: &Call<P>,
    quote: &QuoteId,
    account: &Account,
) -> Result<(Begun, QuoteRecord), Problem> {
    let (cx, tenant) = (&call.cx, &call.tenant);
    let (stored, record) = find_quote(cx, tenant, quote).await?;
    let caller = call.caller.account();
    // A cart that is nobody's is taken over by being quoted for somebody.
    if stored.account.as_ref() != Some(caller) {
        return Err(Problem::NotFound);
    }
    let is_over = match stored.status {
        QuoteStatus::Open => stored.expires_at <= cx.now,
        QuoteStatus::Stale => true,
        // It may be this very purchase, begun before.
        QuoteStatus::Consumed => false,
    };
    if is_over {
        return Err(ShopProblem::QuoteOver.into());
    }
    let sql = shop_of(cx, tenant);
    let orders = Orders { tenant: &tenant.id };
    let mut under_way = None;
    if stored.status == QuoteStatus::Open {
        // Whoever comes back from Stripe's page to the cart begins again, and what the attempt
        // before holds must not be in the way.
        let before = sql.query(orders.unpaid_of_cart(&record.cart, caller)).await?;
        for row in &before {
            let unpaid = Unpaid::try_from(row)?;
            if !release::release(cx, tenant, account, &unpaid).await? {
                under_way = Some(unpaid.order);
            }
        }
    }
    let id = OrderId::generate(cx.now, entropy(&cx.host));
    let mut batch = take::takes(call, &orders, &id, (quote, &record), account.livemode);
    batch.push(orders.of_quote(quote));
    let found = match sql.batch(batch).await {
        Ok(mut results) => results.pop().unwrap_or_default(),
        // It may be that this quote has become an order before.
        Err(SqlError::Constraint(name)) => {
            let found = sql.query(orders.of_quote(quote)).await?;
            match under_way {
                Some(order) if found.is_empty() && name == order::QUOTE_NOT_OPEN => {
                    return Err(ShopProblem::UnderWay(order).into());
                }
                _ if found.is_empty() => return Err(take::refused(&name)),
                _ => {}
            }
            found
        }
        Err(error) => return Err(error.into()),
    };
    let begun = found.first().map(Begun::try_from).transpose()?;
    let begun = begun.filter(|begun| begun.account == caller.as_str()).ok_or(Problem::NotFound)?;
    if begun.status != "pending" || begun.expires_at_ms <= cx.now.0 {
        return Err(ShopProblem::QuoteOver.into());
    }
    Ok((begun, record))
}

/// An order is paid in one way, or it could be paid twice: `is_same` is whether it is this one.
fn check_way(begun: &Begun, is_same: bool) -> Result<(), Problem> {
    let has_way = begun.session.is_some() || begun.payment.is_some();
    if has_way && !is_same { Err(ShopProblem::QuoteOver.into()) } else { Ok(()) }
}

/// Remembers what an order can be paid by. That is ended where in the meantime another attempt at
/// the same cart has taken the order's place, or another way to pay for it.
async fn still_wanted<P: Platform>(
    call: &Call<P>,
    account: &Account,
    set: Statement,
    made: &Unpaid,
) -> Result<(), Problem> {
    let found = shop_of(&call.cx, &call.tenant).query(set).await?;
    match found.first().map(|row| row.text(0)).transpose()? {
        Some("pending" | "paid") => Ok(()),
        _ => {
            release::release(&call.cx, &call.tenant, account, made).await?;
            Err(ShopProblem::QuoteOver.into())
        }
    }
}
