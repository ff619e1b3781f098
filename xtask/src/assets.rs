//! The files that browsers fetch, made ready to be served: `static/` becomes `target/assets/`.
//!
//! What lies in a folder of `static/` gets its content's hash into its name and is served under
//! `/assets/`, to be kept for ever; what lies at its root keeps its name, because browsers look for
//! it there (`favicon.svg`, `robots.txt`, `sw.js`). Files name each other as they lie in `static/`,
//! or by `/assets/css/app.css`; both become the name with the hash. Where a file at the root says
//! `"assets-version"`, it gets what changes with any of the others.
//!
//! `public/` is what is served: by Workers Assets as it is, and by Spin's adapter with the `.br`
//! and `.gz` beside each file. `manifest.json` tells the application what is called how.

mod rewrite;

use crate::shell::{quietly, step};
use flate2::{Compression, write::GzEncoder};
use harness::{Result, root};
use rewrite::{Kind, rewrite};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

/// Bytes by name, with `/` between folders.
type Files = BTreeMap<String, Vec<u8>>;

/// How much of the hash stands in a name: 40 bits tell any two versions of a file apart.
const HASH_HEX: usize = 10;

/// What is taken from npm: the name by which modules import it, where it is, and where it goes.
const VENDORED: [(&str, &str, &str); 2] = [
    ("uplot", "uplot/dist/uPlot.esm.js", "vendor/uplot.js"),
    ("uplot/dist/uPlot.min.css", "uplot/dist/uPlot.min.css", "vendor/uplot.css"),
];

/// What Workers Assets adds to its responses; Spin's adapter does the same.
const HEADERS: &str = "\
/*
  X-Content-Type-Options: nosniff
  Cross-Origin-Resource-Policy: same-origin
/assets/*
  Cache-Control: public, max-age=31536000, immutable
";

/// Cloudflare compresses by itself; what is compressed here is for Spin.
const IGNORED: &str = "*.br\n*.gz\n";

/// What decides how files are laid out: when it changes, everything is made anew.
const SELF: &str = concat!(include_str!("assets.rs"), include_str!("assets/rewrite.rs"));

/// Where the application's build finds what is called how.
pub fn manifest() -> PathBuf {
    root().join("target/assets/manifest.json")
}

/// Lays the files out, unless nothing has changed.
pub fn assets() -> Result<()> {
    let mut sources = Files::new();
    read_folder(&root().join("static"), "", &mut sources)?;
    for (_, from, to) in VENDORED {
        sources.insert(to.to_owned(), read(&root().join("node_modules").join(from))?);
    }
    let folder = root().join("target/assets");
    let (stamp, state) = (folder.join("stamp"), fingerprint(&sources));
    if fs::read_to_string(&stamp).is_ok_and(|known| known == state) && manifest().is_file() {
        return Ok(());
    }
    step("assets, into target/assets", || {
        for (_, from, to) in VENDORED {
            sources.insert(to.to_owned(), minified(from)?);
        }
        let (mut public, manifest) = lay_out(&sources)?;
        public.append(&mut compressed(&public)?);
        public.insert("_headers".into(), HEADERS.into());
        public.insert(".assetsignore".into(), IGNORED.into());
        sync(&folder.join("public"), &public)?;
        write_changed(&folder.join("manifest.json"), manifest.as_bytes())?;
        fs::write(&stamp, &state).map_err(|e| e.to_string())
    })
}

/// All files below a folder. Names that browsers or shells would have to escape are refused.
fn read_folder(folder: &Path, prefix: &str, into: &mut Files) -> Result<()> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries.flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.".contains(&b);
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if !name.bytes().all(plain) {
            return Err(format!("static/{name}: letters, digits, dots, dashes and underscores"));
        }
        if entry.path().is_dir() {
            read_folder(&entry.path(), &format!("{name}/"), into)?;
        } else {
            into.insert(name, read(&entry.path())?);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn fingerprint(sources: &Files) -> String {
    let mut hash = Sha256::new_with_prefix(SELF);
    for (name, bytes) in sources {
        hash.update(format!("\n{name} {}\n", bytes.len()));
        hash.update(bytes);
    }
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A module or a style sheet from npm, without what only its authors read; its licence stays.
fn minified(from: &str) -> Result<Vec<u8>> {
    let source = root().join("node_modules").join(from);
    let text = String::from_utf8(read(&source)?).map_err(|e| e.to_string())?;
    let mut esbuild = Command::new(root().join("node_modules/.bin/esbuild"));
    let output = quietly(esbuild.arg(&source).args(["--minify", "--log-level=warning"]))?;
    let licence = text.find("/*").zip(text.find("*/")).and_then(|(from, to)| text.get(from..to));
    let licence = licence.map(|words| format!("{words}*/\n")).unwrap_or_default();
    Ok([licence.as_bytes(), &output.stdout].concat())
}

/// What is served, by its path, and the manifest: from the name in `static/` to the path.
fn lay_out(sources: &Files) -> Result<(Files, String)> {
    let mut layout =
        Layout { sources, version: String::new(), urls: BTreeMap::new(), open: vec![] };
    let mut public = Files::new();
    let (at_root, hashed): (Vec<_>, Vec<_>) = sources.keys().partition(|name| is_at_root(name));
    for name in hashed {
        layout.url(name)?;
    }
    let all: String = layout.urls.values().map(|(url, _)| format!("{url}\n")).collect();
    layout.version = short_hash(all.as_bytes());
    for name in at_root {
        let bytes = layout.rewritten(name)?;
        layout.urls.insert(name.clone(), (format!("/{name}"), bytes));
    }
    let mut manifest = Vec::new();
    for (name, (url, bytes)) in layout.urls {
        manifest.push(format!("  \"{name}\": \"{url}\""));
        public.insert(url.trim_start_matches('/').to_owned(), bytes);
    }
    Ok((public, format!("{{\n{}\n}}\n", manifest.join(",\n"))))
}

fn is_at_root(name: &str) -> bool {
    !name.contains('/')
}

fn short_hash(bytes: &[u8]) -> String {
    let mut hash = hex(&Sha256::digest(bytes));
    hash.truncate(HASH_HEX);
    hash
}

struct Layout<'a> {
    sources: &'a Files,
    version: String,
    /// Where each file is served, and what, once that is known.
    urls: BTreeMap<String, (String, Vec<u8>)>,
    /// The files that wait for the names of those that they name.
    open: Vec<String>,
}

impl Layout<'_> {
    /// Where a file is served. Its hash depends on the names of all that it names.
    fn url(&mut self, name: &str) -> Result<String> {
        if is_at_root(name) && self.sources.contains_key(name) {
            return Ok(format!("/{name}"));
        }
        if let Some((url, _)) = self.urls.get(name) {
            return Ok(url.clone());
        }
        if self.open.iter().any(|open| open == name) {
            return Err(format!("these name each other in a circle: {}", self.open.join(", ")));
        }
        self.open.push(name.to_owned());
        let bytes = self.rewritten(name)?;
        self.open.pop();
        let (stem, extension) = name.rsplit_once('.').ok_or(format!("{name} has no extension"))?;
        let url = format!("/assets/{stem}.{}.{extension}", short_hash(&bytes));
        self.urls.insert(name.to_owned(), (url.clone(), bytes));
        Ok(url)
    }

    /// A file with the names that others will have.
    fn rewritten(&mut self, name: &str) -> Result<Vec<u8>> {
        let bytes = self.sources.get(name).ok_or(format!("there is no static/{name}"))?.clone();
        let Some(kind) = Kind::of(name) else { return Ok(bytes) };
        let text = String::from_utf8(bytes).map_err(|e| format!("static/{name}: {e}"))?;
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let version = self.version.clone();
        let rewritten = rewrite(&text, kind, &mut |reference| {
            if reference == "assets-version" {
                return Ok((is_at_root(name)).then(|| version.clone()));
            }
            let vendored = VENDORED.iter().find(|(module, ..)| *module == reference);
            let target = match (reference.strip_prefix("/assets/"), vendored) {
                (Some(absolute), _) => absolute.to_owned(),
                (_, Some((.., to))) => (*to).to_owned(),
                _ if reference.starts_with('.') => rewrite::join(folder, reference)?,
                _ => return Ok(None),
            };
            self.url(&target).map(Some).map_err(|e| format!("static/{name}: {e}"))
        })?;
        Ok(rewritten.into_bytes())
    }
}

/// The files compressed, where that makes them smaller: `.br` and `.gz` behind their names.
fn compressed(files: &Files) -> Result<Files> {
    let mut packed = Files::new();
    for (name, bytes) in files {
        let extension = name.rsplit('.').next().unwrap_or_default();
        if !["css", "html", "js", "json", "mjs", "svg", "txt", "webmanifest"].contains(&extension) {
            continue;
        }
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(bytes).map_err(|e| e.to_string())?;
        let gzip = gzip.finish().map_err(|e| e.to_string())?;
        let mut brotli = Vec::new();
        let best = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
        brotli::BrotliCompress(&mut &bytes[..], &mut brotli, &best).map_err(|e| e.to_string())?;
        for (ending, packing) in [("br", brotli), ("gz", gzip)] {
            if packing.len() < bytes.len() {
                packed.insert(format!("{name}.{ending}"), packing);
            }
        }
    }
    Ok(packed)
}

/// Makes a folder hold these files and no others. What is right already is not touched, because
/// `wrangler dev` watches.
fn sync(folder: &Path, files: &Files) -> Result<()> {
    let mut there = Vec::new();
    list(folder, "", &mut there);
    for name in there.iter().filter(|name| !files.contains_key(*name)) {
        fs::remove_file(folder.join(name)).map_err(|e| format!("{name}: {e}"))?;
    }
    for (name, bytes) in files {
        write_changed(&folder.join(name), bytes)?;
    }
    Ok(())
}

fn list(folder: &Path, prefix: &str, into: &mut Vec<String>) {
    // A folder that is not there has nothing in it.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{name}/"), into);
        } else {
            into.push(name);
        }
    }
}

fn write_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    let told = |e: std::io::Error| format!("{}: {e}", path.display());
    fs::create_dir_all(path.parent().unwrap_or(path)).map_err(told)?;
    fs::write(path, bytes).map_err(told)
}

#[cfg(test)]
mod tests;
