//! What a runtime offers the application.
//!
//! A port is a trait that says what the application may ask of the world: SQL at an address,
//! key-value, HTTP, blobs, the clock, chance, secrets, and work after the response. An adapter is
//! an implementation for one runtime; it converts types and looks bindings up, and decides nothing.
//! [`contract`] holds the cases that say what each port promises, and every adapter runs them.
//!
//! Nothing here is [`Send`]: both runtimes give a request one thread, and a future that need not
//! move between threads is a simpler future.
#![forbid(unsafe_code)]
// The traits are implemented and called within this workspace, never behind `dyn`, and their
// futures need no bounds beyond what each implementation has.
#![allow(async_fn_in_trait)]

mod blob;
mod body;
#[cfg(feature = "contract")]
pub mod contract;
mod host;
mod http_client;
mod kv;
#[cfg(feature = "memory")]
pub mod memory;
mod migrate;
mod sql;

pub use blob::{Blob, BlobError, BlobMeta, BlobObject, ByteRange};
pub use body::{Body, BodyError, BodyStream};
pub use host::{Clock, Host, NoSignatures, Peer, Random, Secret, Secrets, Signatures, Tasks};
pub use http_client::{Http, HttpError};
pub use kv::{Kv, KvError, envelope};
pub use migrate::{Migration, migrate};
pub use sql::{Row, Shard, Sql, SqlError, Statement, Value};
