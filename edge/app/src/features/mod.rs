//! What people and programs can do: one module a feature, orchestration only. Decisions are the
//! components', statements are the store's.

pub mod admin;
pub mod audit;
pub mod auth;
pub mod chat;
pub mod checkout;
pub mod downloads;
pub mod health;
pub mod invitations;
pub mod keys;
pub mod me;
pub mod metering;
pub mod models;
pub mod pages;
pub mod shop;
pub mod usage;
