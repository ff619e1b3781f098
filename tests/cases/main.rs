//! The suite over HTTP: what a client can see, the same on every runtime.
#![allow(clippy::unwrap_used)]

mod accounts;
mod answers;
mod capacity;
mod chat;
mod dialects;
mod faults;
mod formats;
mod identity;
mod limits;
mod money;
mod parallel;
mod platform;
mod routing;
mod signin;
mod tenants;
