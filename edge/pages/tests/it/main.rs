//! The pages as a browser and a reader get them: every sample, in every locale.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail by panicking"
)]

#[path = "../../examples/preview/samples.rs"]
mod samples;

mod locales;
mod pages_html;
mod scripts;
mod shop;
