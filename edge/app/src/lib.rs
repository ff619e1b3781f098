//! The application: routes, features, store. It knows no runtime.
//!
//! An adapter calls [`handle`] with a request and its runtime's ports; everything else is decided
//! here or, where it is a decision and no more, in a component. `ARCHITECTURE.md` one folder up
//! tells the way of a request through these modules.
#![forbid(unsafe_code)]

mod app;
pub mod assets;
mod cache;
mod directory;
mod features;
mod functions;
mod guard;
mod health;
mod keyring;
mod log;
mod openapi;
mod outbound;
mod payments;
mod problem;
mod providers;
mod rates;
mod respond;
mod routes;
mod server;
mod sessions;
mod settings;
mod shopper;
mod store;

pub use app::{App, Platform};
pub use functions::{Functions, Linked};
pub use server::{handle, look_after};
pub use settings::{DEV_AUDIENCE, DEV_ISSUER};
pub use store::MIGRATIONS;
