//! The application over the memory host: every route, every problem, without a runtime.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod admin;
mod audit;
mod chat;
mod downloads;
mod guards;
mod me;
mod metering;
mod money;
mod routing;
mod shop;
mod signin;
mod support;
