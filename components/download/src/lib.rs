//! Downloads of what was bought, and uploads of what is sold.
//!
//! A link says by itself that it was made here, for whom, and until when: [`Permission`] is the
//! proof that one account may have one asset, [`DownloadToken`] is what `GET /d/{token}` carries.
//! Both are checked before anything is looked up. What is then sent is planned by [`Plan`], put
//! into one file by [`Archive`], or fetched from a store that [`Store`] signs for.
//!
//! Whether somebody is entitled is not decided here, and nothing here is sent or read.
#![cfg_attr(not(feature = "component"), forbid(unsafe_code))]

mod abuse;
mod archive;
#[cfg(feature = "component")]
mod component;
mod disposition;
mod file_name;
mod keys;
mod permission;
mod range;
mod s3;
mod token;
mod upload;

pub use abuse::{Attempts, Limits, Seen, Suspicion, Verdict};
pub use archive::{Archive, ArchiveError, ENTRIES_MAX, Entry, total_len};
pub use disposition::content_disposition;
pub use file_name::{FILE_NAME_LEN_MAX, safe_file_name};
pub use keys::DownloadKeys;
pub use permission::{Permission, PermissionError, PermissionHash};
pub use range::{Conditions, Plan, quote_etag};
pub use s3::{Incomplete, Signed, Store, StoreConfig, Stored, Validity};
pub use token::{DownloadToken, TOKEN_LEN_MAX, TokenError};
pub use upload::{Kind, Upload, UploadRequest, sha256_base64};
