//! Compiles in what the files of `static/` are called where they are served.
//!
//! Builds for a runtime are told by `POSTERN_ASSETS` where the manifest is, which `cargo xtask`
//! makes. Builds for tests are not: there every file has its own name, so that what a page looks
//! like does not depend on what happens to lie in `target/`.

use serde_json::{Map, Value};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    println!("cargo::rerun-if-env-changed=POSTERN_ASSETS");
    println!("cargo::rerun-if-changed=build.rs");
    let urls = match env::var_os("POSTERN_ASSETS") {
        Some(manifest) => built(Path::new(&manifest))?,
        None => as_they_are()?,
    };
    let mut code = String::from(
        "/// What is served, by its name in `static/`, in the order of the names.\n\
         pub const ASSETS: &[(&str, &str)] = &[\n",
    );
    for (name, url) in urls {
        let url = url.as_str().ok_or("the manifest holds something else than paths")?;
        code.push_str(&format!("    ({name:?}, {url:?}),\n"));
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR")?).join("assets.rs");
    Ok(fs::write(out, code)?)
}

fn built(manifest: &Path) -> Result<Map<String, Value>, Error> {
    println!("cargo::rerun-if-changed={}", manifest.display());
    let text = fs::read(manifest).map_err(|e| format!("{}: {e}", manifest.display()))?;
    Ok(serde_json::from_slice(&text)?)
}

fn as_they_are() -> Result<Map<String, Value>, Error> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../static");
    println!("cargo::rerun-if-changed={}", folder.display());
    // What comes from npm is not in the folder.
    let mut names = vec!["vendor/uplot.css".to_owned(), "vendor/uplot.js".to_owned()];
    list(&folder, "", &mut names)?;
    names.sort();
    let url = |name: &String| match name.contains('/') {
        true => format!("/assets/{name}"),
        false => format!("/{name}"),
    };
    Ok(names.iter().map(|name| (name.clone(), Value::from(url(name)))).collect())
}

fn list(folder: &Path, prefix: &str, into: &mut Vec<String>) -> Result<(), Error> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{prefix}{name}/"), into)?;
        } else {
            into.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}
