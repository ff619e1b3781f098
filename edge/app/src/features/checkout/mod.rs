//! From a quote to what was bought: checkout, what Stripe says afterwards, and what follows from it.
//!
//! An order is made before Stripe is asked for anything, in one batch with what it takes: the quote,
//! the coupon, the goods. From then on Stripe's events say what becomes of it. They may come twice,
//! late or in any order; [`apply`] merges what they say, and what accounts must hear of it goes
//! through the [`outbox`].

mod account;
mod apply;
mod begin;
pub mod customer;
pub mod mine;
mod outbox;
mod reconcile;
mod refunds;
mod release;
mod webhook;

pub use begin::{Pay, begin};
pub use reconcile::everything;

use crate::{
    app::{Call, Cx, Platform},
    problem::Problem,
    routes::CheckoutId,
    shopper::Shopper,
};
use ports::{Body, Host};
use tenant::Tenant;

/// Answers somebody who is known.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn answer<P: Platform>(
    id: CheckoutId,
    call: Call<P>,
) -> Result<http::Response<Body>, Problem> {
    match id {
        CheckoutId::CreateSession => begin::create_session(call).await,
        CheckoutId::CreateIntent => begin::create_intent(call).await,
        CheckoutId::Orders => mine::orders(&call).await,
        CheckoutId::Order => mine::order(&call).await,
        CheckoutId::Invoices => mine::invoices(&call).await,
        CheckoutId::Invoice => mine::invoice(&call).await,
        CheckoutId::Refund => refunds::create(call).await,
        CheckoutId::Payments => account::show(&call).await,
        // These are open, and go to `visit`.
        CheckoutId::Webhook | CheckoutId::WebhookToo | CheckoutId::Reconcile => {
            Err(Problem::NotFound)
        }
    }
}

/// Answers Stripe, and machines of ours.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn visit<P: Platform>(
    id: CheckoutId,
    visitor: Shopper<P>,
) -> Result<http::Response<Body>, Problem> {
    match id {
        CheckoutId::Webhook | CheckoutId::WebhookToo => webhook::receive(visitor).await,
        CheckoutId::Reconcile => reconcile::run(visitor).await,
        _ => Err(Problem::NotFound),
    }
}

/// The shard in which a tenant's orders are.
fn shop_of<P: Platform>(cx: &Cx<P>, tenant: &Tenant) -> <P::Host as Host>::Sql {
    let shard = ports::Shard::Tenant { tenant: tenant.id.clone(), region: tenant.region };
    cx.host.sql(&shard)
}
