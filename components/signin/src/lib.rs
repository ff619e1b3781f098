//! Sign-in and sessions: what to ask an issuer, what to believe of its answers, and for how long.
//!
//! The protocol is OpenID Connect's code flow with PKCE, after the advice of
//! [RFC 9700](https://www.rfc-editor.org/rfc/rfc9700). A sign-in goes through these modules:
//!
//! 1. [`discovery`] reads what the issuer says of itself.
//! 2. [`login`] makes the address to send the browser to, and what must be remembered meanwhile.
//! 3. [`callback`] reads with what the browser comes back.
//! 4. [`token`] asks for the tokens and reads them. The ID token is `identity::verify_id_token`'s.
//! 5. [`account`] says whose account it is, [`roles`] what the person may be.
//! 6. [`session`] keeps the person signed in, [`refresh`] keeps the session honest.
//!
//! What a browser holds between two requests is sealed ([`seal`]) or hashed ([`session`]), and
//! travels in cookies ([`cookie`]). [`csrf`] guards what a cookie allows, [`return_to`] where a
//! sign-in ends, and [`invite`] who may join.
//!
//! Nothing here sends, stores or tells the time: the clock and entropy are parameters.
#![forbid(unsafe_code)]

pub mod account;
mod base64url;
pub mod callback;
pub mod cookie;
pub mod csrf;
pub mod device;
pub mod discovery;
pub mod invite;
mod keys;
pub mod login;
pub mod logout;
pub mod pkce;
pub mod refresh;
pub mod return_to;
pub mod roles;
pub mod seal;
mod secret;
pub mod session;
pub mod token;

pub use keys::{DataKeys, KeysError};
pub use secret::Secret;
