//! Telling Stripe what was used.

use crate::{
    app::{Cx, Platform},
    payments::Account,
    problem::Problem,
    store::outbox::{self, Message},
};
use futures::FutureExt;
use kernel::{UnixMillis, read_json};
use ports::{Host, Shard, Sql, Tasks};
use serde::Deserialize;
use std::rc::Rc;
use stripe::requests::billing::{self, Usage};
use tenant::Tenant;

/// Tells Stripe of the usage in a message of kind `meter`. It may be told any number of times.
///
/// # Errors
/// [`crate::problem::ShopProblem`], and [`Problem::Field`] for what is no such message.
pub async fn report<P: Platform>(
    cx: &Cx<P>,
    tenant: &Tenant,
    message: &Message,
) -> Result<(), Problem> {
    #[derive(Deserialize)]
    struct Metered {
        event_name: String,
        customer: String,
        value: i64,
        at: UnixMillis,
        identifier: String,
    }
    let Metered { event_name, customer, value, at, identifier } =
        read_json(message.body.as_bytes())?;
    let usage = Usage { event_name, customer, value, at, identifier };
    Account::of(cx, tenant)?.ask(cx, billing::report(&usage)?).await?;
    Ok(())
}

/// Tells Stripe after the response. What goes wrong is left to the outbox.
pub fn report_later<P: Platform>(cx: &Cx<P>, tenant: &Rc<Tenant>, shard: Shard, message: Message) {
    let (cx, tenant, host) = (cx.clone(), tenant.clone(), cx.host.clone());
    let work = async move {
        let told = report(&cx, &tenant, &message).await;
        let heard = match told {
            Ok(()) => cx.host.sql(&shard).query(outbox::heard(&tenant.id, &message)).await,
            Err(problem) => {
                let why = problem.cause().unwrap_or_else(|| problem.told().code.to_owned());
                log::warn!("{}: usage is not reported yet: {why}", cx.request_id);
                return;
            }
        };
        if let Err(error) = heard {
            log::warn!("{}: usage is reported and will be again: {error}", cx.request_id);
        }
    };
    host.tasks().after_response(work.boxed_local());
}
