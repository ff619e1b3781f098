//! What can go wrong with files that are sold: on their way in, and on their way out.

use download::Incomplete;
use http::StatusCode;
use pages::Refusal;

/// Why a file is not handed out, or not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DownloadProblem {
    /// Whoever asks may not have it; and when it is worth trying again, if it is.
    Refused(Refusal, Option<u64>),
    /// It is still being uploaded or looked at, or was found to be harmful.
    NotReady,
    /// Nothing has been uploaded yet.
    NotUploaded,
    /// What was uploaded is not what was announced.
    NotAsAnnounced(Incomplete),
    /// It is not awaited any more.
    NotAwaited,
    /// The store cannot be reached, or does not have what it should have.
    Store(String),
    /// The malware scanner cannot be reached. The file goes on waiting for it.
    Scanner(String),
}

impl DownloadProblem {
    /// Status, permanent code and words.
    pub(super) fn shown(&self) -> (StatusCode, &'static str, &'static str) {
        let conflict = StatusCode::CONFLICT;
        match self {
            Self::Refused(refusal, _) => {
                let (status, detail) = refused(*refusal);
                (status, refusal.code(), detail)
            }
            Self::NotReady => (conflict, "asset_not_ready", "The file is not ready."),
            Self::NotUploaded => (conflict, "not_uploaded", "Nothing has been uploaded yet."),
            Self::NotAsAnnounced(incomplete) => {
                let (code, detail) = incomplete_words(*incomplete);
                (conflict, code, detail)
            }
            Self::NotAwaited => {
                (conflict, "upload_over", "The file has come already, or is not wanted any more.")
            }
            Self::Store(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "store_unavailable",
                "The file cannot be reached at the moment. Try again shortly.",
            ),
            Self::Scanner(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "scanner_unavailable",
                "The file has come and could not be handed to the scanner. Complete it again.",
            ),
        }
    }

    /// What really happened, for the log. Links that are no good are written down nowhere else.
    pub(super) fn cause(&self) -> Option<String> {
        match self {
            Self::Refused(refusal, _) => Some(format!("download: {}", refusal.code())),
            Self::NotAsAnnounced(incomplete) => Some(format!("upload: {incomplete}")),
            Self::Store(cause) => Some(format!("store: {cause}")),
            Self::Scanner(cause) => Some(format!("scanner: {cause}")),
            Self::NotReady | Self::NotUploaded | Self::NotAwaited => None,
        }
    }

    /// In how many milliseconds it is worth trying again, if it is.
    pub(super) const fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Refused(_, retry_after_ms) => *retry_after_ms,
            Self::Store(_) | Self::Scanner(_) => Some(1_000),
            Self::NotReady | Self::NotUploaded | Self::NotAsAnnounced(_) | Self::NotAwaited => None,
        }
    }
}

const fn refused(refusal: Refusal) -> (StatusCode, &'static str) {
    let forbidden = StatusCode::FORBIDDEN;
    match refusal {
        Refusal::NotBought => (forbidden, "You have not bought this."),
        Refusal::Refunded => (forbidden, "The money for this was sent back."),
        Refusal::Disputed => (forbidden, "The payment for this is disputed."),
        Refusal::Expired => (forbidden, "The time for which this was bought is over."),
        Refusal::DeviceLimit => (forbidden, "As many devices as may have this have it."),
        Refusal::UseLimit => (forbidden, "This has been downloaded as often as it may be."),
        Refusal::LicenceNotAccepted => (forbidden, "Accept the licence first."),
        Refusal::LinkUsedUp => (StatusCode::GONE, "The link has been used. Make another."),
        Refusal::LinkExpired => (StatusCode::GONE, "The link's time is over. Make another."),
        Refusal::LinkBroken => (StatusCode::NOT_FOUND, "This is no link of ours."),
        Refusal::TooMany => {
            (StatusCode::TOO_MANY_REQUESTS, "There were too many downloads just now.")
        }
    }
}

const fn incomplete_words(incomplete: Incomplete) -> (&'static str, &'static str) {
    match incomplete {
        Incomplete::Size => ("upload_size_differs", "The file has another length."),
        Incomplete::ContentType => ("upload_type_differs", "The file has another type."),
        Incomplete::Checksum => ("upload_checksum_differs", "The file is another."),
        Incomplete::NoChecksum => {
            ("upload_checksum_missing", "The store does not tell which file it is.")
        }
    }
}
