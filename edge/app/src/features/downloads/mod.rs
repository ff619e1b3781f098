//! Files that are sold: what somebody has the right to, links to it, downloads by them, and
//! uploads.
//!
//! Who may have what follows from the orders, by the view `order_state`; nothing here changes that.
//! Every attempt of a known account is a row of the table `download`.

mod attempt;
pub mod entitlements;
mod fetch;
pub mod link;
pub mod right;
mod scans;
mod send;
pub mod uploads;
mod whom;
mod zip;

use crate::{
    app::{Call, Platform},
    problem::Problem,
    routes::DownloadId,
    shopper::Shopper,
};
use ports::Body;

/// Answers somebody who is known.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn answer<P: Platform>(
    id: DownloadId,
    call: Call<P>,
) -> Result<http::Response<Body>, Problem> {
    match id {
        DownloadId::Entitlements => entitlements::list(&call).await,
        DownloadId::AcceptLicence => entitlements::accept_licence(call).await,
        DownloadId::CreateLink => link::create(call).await,
        DownloadId::CreateUpload => uploads::create(call).await,
        DownloadId::PutUpload => uploads::put(call).await,
        DownloadId::CompleteUpload => uploads::complete(call).await,
        DownloadId::Assets => uploads::list(&call).await,
        // These are open, and go to `visit`.
        DownloadId::Fetch | DownloadId::ScanFile | DownloadId::ScanVerdict => {
            Err(Problem::NotFound)
        }
    }
}

/// Answers whoever brings a link, or the key for machines.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn visit<P: Platform>(
    id: DownloadId,
    visitor: Shopper<P>,
    is_head: bool,
) -> Result<http::Response<Body>, Problem> {
    match id {
        DownloadId::Fetch => fetch::fetch(&visitor, is_head).await,
        DownloadId::ScanFile => scans::file(&visitor).await,
        DownloadId::ScanVerdict => scans::verdict(visitor).await,
        // These are for callers who are known, and go to `answer`.
        DownloadId::Entitlements
        | DownloadId::AcceptLicence
        | DownloadId::CreateLink
        | DownloadId::CreateUpload
        | DownloadId::PutUpload
        | DownloadId::CompleteUpload
        | DownloadId::Assets => Err(Problem::NotFound),
    }
}
