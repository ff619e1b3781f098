//! The pages as a browser and a reader get them: every sample, in every locale.

#[path = "../../examples/preview/samples.rs"]
mod samples;

mod locales;
mod pages_html;
mod scripts;
