//! The crate as a WebAssembly component, by `wit/tenant@0.1.0`.
#![allow(unsafe_code, missing_docs)] // What the bindings generate.

use exports::postern::tenant::resolver::{Guest, HostError, Places, Rules};

wit_bindgen::generate!({ world: "tenant", path: "../../wit/tenant@0.1.0" });

struct Component;

impl Guest for Component {
    fn lookup(header: String, rules: Rules) -> Result<Places, HostError> {
        let rules = crate::Rules { shared_domains: rules.shared_domains, dev: rules.dev };
        match crate::lookup(&header, &rules) {
            Ok(found) => {
                Ok(Places { host: found.host.to_string(), handle: found.handle.map(String::from) })
            }
            Err(crate::HostError::Missing) => Err(HostError::Missing),
            Err(crate::HostError::TooLong) => Err(HostError::TooLong),
            Err(crate::HostError::Malformed) => Err(HostError::Malformed),
        }
    }
}

export!(Component);
