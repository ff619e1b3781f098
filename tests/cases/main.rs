//! The suite over HTTP: what a client can see, the same on every runtime.
#![allow(clippy::unwrap_used)]

mod accounts;
mod anthropic;
mod chat;
mod faults;
mod identity;
mod limits;
mod platform;
mod tenants;
