//! `/checkout/return`: where Stripe's page sends a buyer, before or after Stripe has told us what
//! became of the payment. Nothing is done here but to look.

use super::{orders::currency, words::money};
use crate::{
    app::{Platform, Visit},
    problem::Problem,
    respond,
    store::{
        ledger::rows,
        order::{Gives, Line, Order},
    },
};
use kernel::{OrderId, UnixMillis};
use pages::{Bought, CheckoutReturnView, PaymentState};
use ports::{Body, Host, Sql};

/// `GET /checkout/return?order=ord_…`
pub async fn show<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let id = visit.query_value("order").unwrap_or_default();
    let id: OrderId = id.parse().map_err(|_| Problem::NotFound)?;
    let orders = call.orders();
    let id = id.as_str();
    let reads = vec![orders.by_id(id), orders.lines(id), orders.gives(id)];
    let results = call.cx.host.sql(&call.order_shard()).batch(reads).await?;
    let [order, lines, gives] = results.as_slice() else { return Err(Problem::NotFound) };
    let order = Order::try_from(order.first().ok_or(Problem::NotFound)?)?;
    if order.account != call.caller.account().as_str() {
        return Err(Problem::NotFound);
    }
    // What has happened since stands with the orders.
    let Some(state) = state(&order, visit.cx.now) else { return Ok(respond::see_other("/orders")) };
    let lines: Vec<Line> = rows(lines)?;
    let gives = gives.first().map(Gives::try_from).transpose()?.unwrap_or_default();
    let (currency, locale) = (currency(&order)?, visit.locale());
    let write = |minor| money(minor, currency, locale);
    let url = format!("/checkout/return?order={id}");
    let view = CheckoutReturnView {
        state,
        order: Some(&order.id),
        bought: lines
            .iter()
            .map(|line| Bought {
                name: &line.name,
                quantity: u64::try_from(line.quantity).unwrap_or(0),
                total: write(line.total_minor),
            })
            .collect(),
        total: Some(write(order.total_minor)),
        tokens: u64::try_from(gives.tokens).ok().filter(|tokens| *tokens > 0),
        invoice_id: order.invoice.as_deref(),
        is_sent: gives.goods,
        url: &url,
        attempt: visit.query_value("try").and_then(|n| n.parse().ok()).unwrap_or(0),
        is_test: !order.livemode,
    };
    visit.page(|page| view.render(page))
}

/// What became of the payment; `None` where that is over.
fn state(order: &Order, now: UnixMillis) -> Option<PaymentState> {
    Some(match order.state.as_str() {
        "pending" => PaymentState::Processing,
        // A subscription that is paid for and not yet known is as one that is over.
        "ended" if now.0 < order.expires_at_ms => PaymentState::Processing,
        "cancelled" => PaymentState::Expired,
        "paid" | "partly_refunded" => PaymentState::Paid,
        "refunded" => PaymentState::Refunded,
        _ => return None,
    })
}
