//! What the pages refer to in `static/` is there.

use crate::samples;
use pages::Locale;
use std::{collections::BTreeSet, path::Path};

#[test]
fn every_asset_of_ours_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static");
    let mut names = BTreeSet::new();
    for (_, html) in samples::all(Locale::EnUs).unwrap() {
        for value in html.split('"').skip(1).step_by(2) {
            let is_asset = [".css", ".js", ".svg"].iter().any(|end| value.ends_with(end));
            // The icon is drawn by the application, in the tenant's colours.
            if is_asset && !value.starts_with("/vendor/") && value != "/icon.svg" {
                names.insert(value.trim_start_matches('/').to_owned());
            }
        }
    }
    assert!(names.len() >= 10, "{names:?}");
    for name in names {
        assert!(folder.join(&name).is_file(), "{name}");
    }
}

#[test]
fn parts_find_what_they_look_for() {
    let pages = samples::all(Locale::DeDe).unwrap();
    let find = |wanted: &str| {
        let (_, html) = pages.iter().find(|(name, _)| name == wanted).unwrap();
        html.as_str()
    };
    let playground = find("playground-empty");
    for part in ["form", "talk", "spent", "error", "say", "stop", "send", "keys", "empty"] {
        assert!(playground.contains(&format!("data-part=\"{part}\"")), "{part}");
    }
    assert!(playground.contains("{input}") && playground.contains("data-cost=\"ca. {amount}\""));
    let account = find("account-full");
    for part in ["available", "held", "meter", "stale"] {
        assert!(account.contains(&format!("data-part=\"{part}\"")), "{part}");
    }
}
