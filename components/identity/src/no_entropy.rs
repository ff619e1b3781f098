//! Signing with RSA would ask for entropy. Nothing on the edge signs with RSA, so here is none.
#![allow(unsafe_code)] // The macro exports a symbol.

fn no_entropy(_: &mut [u8]) -> Result<(), getrandom::Error> {
    Err(getrandom::Error::UNSUPPORTED)
}

getrandom::register_custom_getrandom!(no_entropy);
