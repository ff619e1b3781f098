//! What each page shows, as plain values. A view is filled by the application and rendered with
//! the [`Page`](crate::Page) that it stands in.

pub mod account;
pub mod admin;
pub mod cart;
pub mod checkout;
pub mod form;
pub mod invoices;
pub mod playground;
pub mod public;
pub mod purchases;
pub mod sale;
pub mod shop;
pub mod usage;

/// Gives a view its template.
macro_rules! renders {
    ($($view:ident $(<$life:lifetime>)? = $path:tt;)*) => {$(
        impl $(<$life>)? $view $(<$life>)? {
            /// The page as HTML.
            ///
            /// # Errors
            /// What Askama says; no template of this crate fails by itself.
            pub fn render(&self, page: &crate::Page<'_>) -> Result<String, crate::Error> {
                #[derive(askama::Template)]
                #[template(path = $path, whitespace = "minimize")]
                struct Markup<'a> {
                    p: &'a crate::Page<'a>,
                    // Some pages say the same to everybody.
                    #[allow(dead_code)]
                    v: &'a $view $(<$life>)?,
                }
                askama::Template::render(&Markup { p: page, v: self })
            }
        }
    )*};
}
use renders;
