//! Where files name other files, and how those names are replaced.
//!
//! Not a parser: comments and strings are told apart, which is what it takes for code that people
//! write. A name that is missed would be a file that browsers do not find, and the tests in a
//! browser would say so.

use harness::Result;
use regex_lite::{Captures, Regex};

/// How files of a kind name others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `import … from "./x.js"`, `import("./x.js")`, `new URL("./x.svg", …)`, `"/assets/x.css"`.
    Script,
    /// `@import "x.css"`, `url(x.svg)`.
    Style,
    /// `"/assets/x.css"`.
    Document,
}

impl Kind {
    /// The kind of a file; `None` if it names nothing.
    pub fn of(name: &str) -> Option<Self> {
        match name.rsplit('.').next()? {
            "js" | "mjs" => Some(Self::Script),
            "css" => Some(Self::Style),
            "html" | "json" | "webmanifest" => Some(Self::Document),
            _ => None,
        }
    }
}

const QUOTED: &str = r#"(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')"#;

/// Replaces references by what `resolve` makes of them; `None` leaves one as it is.
///
/// # Errors
/// When a reference cannot be resolved.
pub fn rewrite(
    text: &str,
    kind: Kind,
    resolve: &mut dyn FnMut(&str) -> Result<Option<String>>,
) -> Result<String> {
    let pattern = match kind {
        Kind::Script => format!(r"//[^\n]*|(?s:/\*.*?\*/)|{QUOTED}"),
        Kind::Style => format!(r"(?s:/\*.*?\*/)|@import\s+{QUOTED}|url\(\s*(?:{QUOTED}|([^)\s]*))"),
        Kind::Document => QUOTED.to_owned(),
    };
    let pattern = Regex::new(&pattern).map_err(|e| e.to_string())?;
    let mut rewritten = String::with_capacity(text.len());
    let mut done = 0;
    for found in pattern.captures_iter(text) {
        // A comment has no group.
        let Some(reference) = inner(&found) else { continue };
        let name = reference.as_str();
        let name = match kind {
            Kind::Script => {
                let before = text.get(..reference.start() - 1).unwrap_or_default();
                if !is_whole(name) && !names_module(before) {
                    continue;
                }
                name.to_owned()
            }
            // `app.css` and `./app.css` are the same in a style sheet; `#id` and `data:` are not.
            Kind::Style if name.contains(':') || name.starts_with(['/', '#', '.']) => {
                name.to_owned()
            }
            Kind::Style => format!("./{name}"),
            Kind::Document if is_whole(name) => name.to_owned(),
            Kind::Document => continue,
        };
        if let Some(replacement) = resolve(&name)? {
            rewritten.push_str(text.get(done..reference.start()).unwrap_or_default());
            rewritten.push_str(&replacement);
            done = reference.end();
        }
    }
    rewritten.push_str(text.get(done..).unwrap_or_default());
    Ok(rewritten)
}

fn inner<'t>(found: &Captures<'t>) -> Option<regex_lite::Match<'t>> {
    (1..found.len()).find_map(|group| found.get(group))
}

/// Whether a string stands for a file or the version wherever it stands.
fn is_whole(name: &str) -> bool {
    name == "assets-version" || name.starts_with("/assets/") && !name.ends_with('/')
}

/// Whether what stands before a string makes it the name of a file.
fn names_module(before: &str) -> bool {
    let before = before.trim_end();
    ["from", "import", "import(", "URL("].iter().any(|word| {
        let Some(rest) = before.strip_suffix(word) else { return false };
        !rest.ends_with(|c: char| c.is_alphanumeric() || "_$.".contains(c))
    })
}

/// A relative name, seen from a folder.
///
/// # Errors
/// When it leads out of `static/`.
pub fn join(folder: &str, relative: &str) -> Result<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop().ok_or_else(|| format!("{relative} leads out of static/"))?;
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}
