//! `/orders`: what a person has bought.

use super::words::money;
use crate::{
    app::{Call, Platform, Visit},
    problem::Problem,
    store::{
        ledger::rows,
        order::{Line, Order, Orders},
    },
};
use kernel::{Currency, OrderId};
use pages::{Locale, OrderRow, OrderState, OrdersView};
use ports::{Body, Host, Shard, Sql, SqlError};

/// Orders on a page.
const PAGE_LEN: u32 = 20;
/// Behind every order.
const NEWEST: &str = "~";

impl<P: Platform> Call<P> {
    /// The shard that the tenant's orders are in.
    pub(super) fn order_shard(&self) -> Shard {
        Shard::Tenant { tenant: self.tenant.id.clone(), region: self.tenant.region }
    }

    /// The statements of the tenant's orders.
    pub(super) fn orders(&self) -> Orders<'_> {
        Orders { tenant: &self.tenant.id }
    }
}

/// `GET /orders`
pub async fn show<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let cursor = visit.query_value("cursor").filter(|id| id.parse::<OrderId>().is_ok());
    let before = cursor.as_deref().unwrap_or(NEWEST);
    let sql = call.cx.host.sql(&call.order_shard());
    let page = call.orders().page(call.caller.account(), before, PAGE_LEN + 1);
    let mut orders: Vec<Order> = rows(&sql.query(page).await?)?;
    let more = orders.len() > PAGE_LEN as usize;
    orders.truncate(PAGE_LEN as usize);
    let reads: Vec<_> = orders.iter().map(|order| call.orders().lines(&order.id)).collect();
    let lines = if reads.is_empty() { Vec::new() } else { sql.batch(reads).await? };
    let lines: Vec<Vec<Line>> = lines.iter().map(|found| rows(found)).collect::<Result<_, _>>()?;
    let locale = visit.locale();
    let rows = orders.iter().zip(&lines).map(|(order, lines)| row(order, lines, locale));
    let view = OrdersView {
        orders: rows.collect::<Result<_, _>>()?,
        next: orders.last().filter(|_| more).map(|order| order.id.as_str()),
        is_test: visit.is_test(),
    };
    visit.page(|page| view.render(page))
}

fn row<'a>(order: &'a Order, lines: &'a [Line], locale: Locale) -> Result<OrderRow<'a>, Problem> {
    Ok(OrderRow {
        number: &order.id,
        at_ms: order.created_at_ms,
        items: lines.iter().map(|line| line.name.as_str()).collect(),
        total: money(order.total_minor, currency(order)?, locale),
        state: state(order),
        invoice_id: order.invoice.as_deref(),
    })
}

/// The currency of an order.
///
/// # Errors
/// [`Problem::Sql`] for one that was stored wrong.
pub fn currency(order: &Order) -> Result<Currency, Problem> {
    currency_of(&order.id, &order.currency)
}

/// The currency of what has this id.
///
/// # Errors
/// [`Problem::Sql`] for one that was stored wrong.
pub fn currency_of(id: &str, code: &str) -> Result<Currency, Problem> {
    let wrong = |_| SqlError::Failed(format!("{id}: {code} is no currency"));
    Ok(code.parse().map_err(wrong)?)
}

fn state(order: &Order) -> OrderState {
    match order.state.as_str() {
        "pending" => OrderState::Open,
        "cancelled" => OrderState::Cancelled,
        "partly_refunded" => OrderState::PartlyRefunded,
        // A dispute that is lost has sent the money back.
        "refunded" | "lost" => OrderState::Refunded,
        "disputed" => OrderState::Disputed,
        _ => OrderState::Paid,
    }
}
