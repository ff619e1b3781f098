//! Where browsers find the files of `static/`: their names there hold a hash of what is in them, so
//! that they can be kept for ever.

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The path of a file, by its name in `static/`: `css/app.css`. `None` if there is none.
#[must_use]
pub fn url(name: &str) -> Option<&'static str> {
    let at = ASSETS.binary_search_by_key(&name, |(known, _)| known).ok()?;
    ASSETS.get(at).map(|(_, url)| *url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found() {
        assert!(ASSETS.is_sorted());
        for (name, path) in ASSETS {
            assert_eq!(url(name), Some(*path));
        }
        assert_eq!(url("favicon.svg"), Some("/favicon.svg"));
        assert_eq!(url("vendor/uplot.js"), Some("/assets/vendor/uplot.js"));
        assert_eq!(url("none.css"), None);
    }
}
