//! What accounts use of what they subscribe to.
//!
//! Usage is counted by the tenant's database: it is recorded once for its identifier, in a window
//! that is stored with it, and Stripe is told later by the outbox. A capacity that must not be
//! exceeded is a constraint there, so that no number of requests at once gets beyond it.

mod alerts;
mod events;
mod quantity;
pub mod report;
pub mod status;

use crate::{
    app::{Call, Platform},
    problem::Problem,
    routes::MeteringId,
    store::usage::Subscriptions,
};
use ports::Body;

/// Answers somebody who has subscribed, or who administers those that have.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn answer<P: Platform>(
    id: MeteringId,
    call: Call<P>,
) -> Result<http::Response<Body>, Problem> {
    match id {
        MeteringId::RecordUsage => events::record(call).await,
        MeteringId::Status => status::get(&call).await,
        MeteringId::Portal => status::portal(call).await,
        MeteringId::Quantity => quantity::change(call).await,
        MeteringId::Alerts => alerts::list(&call).await,
    }
}

impl<P: Platform> Call<P> {
    /// The statements of the caller's subscriptions.
    fn subscriptions(&self) -> Subscriptions<'_> {
        Subscriptions { tenant: &self.tenant.id, account: self.caller.account() }
    }
}
