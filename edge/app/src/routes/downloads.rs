//! The names of the routes of downloads and uploads.

/// What is done with files that are sold. [`crate::features::downloads`] has exhaustive `match`es
/// over this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum DownloadId {
    Entitlements,
    AcceptLicence,
    CreateLink,
    Fetch,
    CreateUpload,
    PutUpload,
    CompleteUpload,
    Assets,
    ScanFile,
    ScanVerdict,
}

impl DownloadId {
    /// A permanent name, for logs, for the audit log and as OpenAPI's `operationId`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entitlements => "entitlements",
            Self::AcceptLicence => "accept_licence",
            Self::CreateLink => "create_download_link",
            Self::Fetch => "download",
            Self::CreateUpload => "create_upload",
            Self::PutUpload => "put_upload",
            Self::CompleteUpload => "complete_upload",
            Self::Assets => "list_assets",
            Self::ScanFile => "scan_file",
            Self::ScanVerdict => "scan_verdict",
        }
    }
}
