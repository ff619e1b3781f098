//! What an order takes: its quote, its coupon, its goods.

use super::WAIT_MS;
use crate::{
    app::{Call, Platform},
    features::shop::record::QuoteRecord,
    problem::{Problem, ShopProblem},
    store::order::{self, NewItem, NewLine, NewMeter, NewOrder, Orders},
};
use kernel::{OrderId, QuoteId};
use ports::{SqlError, Statement};
use pricing::ProductKind;
use std::collections::BTreeMap;

pub(super) fn refused(constraint: &str) -> Problem {
    match constraint {
        order::OUT_OF_STOCK => ShopProblem::OutOfStock.into(),
        order::COUPON_USED_UP => ShopProblem::Coupon("coupon_used_up").into(),
        order::COUPON_USED_BY_ACCOUNT => ShopProblem::Coupon("coupon_used_by_account").into(),
        order::COUPON_GONE => ShopProblem::Coupon("coupon_gone").into(),
        order::QUOTE_NOT_OPEN => ShopProblem::QuoteOver.into(),
        other => SqlError::Constraint(other.to_owned()).into(),
    }
}

/// The batch that makes an order.
pub(super) fn takes<P: Platform>(
    call: &Call<P>,
    orders: &Orders<'_>,
    id: &OrderId,
    (quote, record): (&QuoteId, &QuoteRecord),
    livemode: bool,
) -> Vec<Statement> {
    let now = call.cx.now;
    let mut batch = vec![orders.insert(&NewOrder {
        id,
        account: call.caller.account(),
        quote,
        cart: &record.cart,
        is_subscription: record.interval.is_some(),
        currency: record.currency,
        subtotal_minor: record.subtotal_minor,
        discount_minor: record.discount_minor,
        total_minor: record.total_minor,
        coupon: record.coupon.as_deref(),
        livemode,
        now,
        expires_at: now.plus_ms(WAIT_MS),
    })];
    let mut goods = BTreeMap::new();
    let mut next_item = 1;
    for (n, line) in (1..).zip(&record.lines) {
        batch.push(orders.insert_line(
            id,
            NewLine {
                n,
                product: &line.product,
                name: &line.name,
                quantity: line.quantity,
                unit_minor: line.unit_minor,
                discount_minor: line.discount_minor,
                total_minor: line.total_minor,
            },
        ));
        for item in &line.items {
            batch.push(orders.insert_item(
                id,
                NewItem {
                    line: n,
                    n: next_item,
                    product: &item.product,
                    kind: item.kind.as_str(),
                    units: item.units,
                    tokens: i64::try_from(item.tokens).unwrap_or(i64::MAX),
                    lifetime_ms: item.lifetime_ms,
                    device_max: item.device_max,
                    use_max: item.use_max,
                    licence: item.licence.as_deref(),
                    meter: item.meter.as_ref().map(|meter| NewMeter {
                        name: &meter.name,
                        capacity: i64::try_from(meter.capacity).unwrap_or(i64::MAX),
                        is_hard: meter.hard,
                        period: meter.period.as_str(),
                    }),
                },
            ));
            next_item += 1;
            if item.kind == ProductKind::Physical {
                let quantity = i64::from(item.units) * i64::from(line.quantity);
                *goods.entry(&item.product).or_insert(0) += quantity;
            }
        }
    }
    batch.extend(goods.into_iter().map(|(product, n)| orders.hold_stock(id, product, n)));
    if let Some(code) = &record.coupon {
        batch.push(orders.use_coupon(id, code, call.caller.account(), now));
    }
    batch
}
