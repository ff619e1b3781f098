use super::*;

fn files(files: &[(&str, &str)]) -> Files {
    files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

/// What is served, with every hash replaced by `#`.
fn served(sources: &[(&str, &str)]) -> Result<BTreeMap<String, String>> {
    let (public, _) = lay_out(&files(sources))?;
    let hash = regex_lite::Regex::new(r"\b[0-9a-f]{10}\b").unwrap();
    let plain = |text: &str| hash.replace_all(text, "#").into_owned();
    Ok(public
        .iter()
        .map(|(name, bytes)| (plain(name), plain(&String::from_utf8_lossy(bytes))))
        .collect())
}

#[test]
fn folders_get_hashes_and_the_root_keeps_its_names() {
    let sources = files(&[("css/app.css", "a{}"), ("robots.txt", "User-agent: *")]);
    let (public, manifest) = lay_out(&sources).unwrap();
    let names: Vec<_> = public.keys().collect();
    // The beginning of SHA-256 of `a{}`.
    assert_eq!(names, ["assets/css/app.5f546eb460.css", "robots.txt"]);
    assert_eq!(
        manifest,
        "{\n  \"css/app.css\": \"/assets/css/app.5f546eb460.css\",\n  \
         \"robots.txt\": \"/robots.txt\"\n}\n"
    );
    assert_eq!(lay_out(&sources).unwrap(), (public, manifest));
}

#[test]
fn scripts_name_each_other() {
    let served = served(&[
        (
            "js/chat.js",
            r#"// import "./none.js"
/** @type {import("./none.js").Thing} */
import { open } from './lib/stream.js';
import "./lib/stream.js";
import uPlot from "uplot";
import assert from "elsewhere";
const later = () => import("../js/lib/stream.js");
const icon = new URL("./icon.svg", import.meta.url), style = "/assets/css/app.css";
const text = "./none.js", from = Array.from("./none.js"), web = "https://example.com/x.js";
"#,
        ),
        ("js/lib/stream.js", "export const open = 1;"),
        ("js/icon.svg", "<svg/>"),
        ("css/app.css", ""),
        ("vendor/uplot.js", ""),
    ])
    .unwrap();
    assert_eq!(
        served["assets/js/chat.#.js"],
        r#"// import "./none.js"
/** @type {import("./none.js").Thing} */
import { open } from '/assets/js/lib/stream.#.js';
import "/assets/js/lib/stream.#.js";
import uPlot from "/assets/vendor/uplot.#.js";
import assert from "elsewhere";
const later = () => import("/assets/js/lib/stream.#.js");
const icon = new URL("/assets/js/icon.#.svg", import.meta.url), style = "/assets/css/app.#.css";
const text = "./none.js", from = Array.from("./none.js"), web = "https://example.com/x.js";
"#
    );
}

#[test]
fn style_sheets_name_files() {
    let served = served(&[
        (
            "css/app.css",
            "@import \"tokens.css\";@import url('./tokens.css');/* url(none.svg) */\n\
             a{background:url( ../img/a.svg )url(\"/favicon.svg\")url(data:image/png;base64,AA==)\
             url(#b)url(../favicon.svg)url('/assets/img/a.svg')}",
        ),
        ("css/tokens.css", ""),
        ("img/a.svg", "<svg/>"),
        ("favicon.svg", "<svg/>"),
    ])
    .unwrap();
    assert_eq!(
        served["assets/css/app.#.css"],
        "@import \"/assets/css/tokens.#.css\";@import url('/assets/css/tokens.#.css');\
         /* url(none.svg) */\n\
         a{background:url( /assets/img/a.#.svg )url(\"/favicon.svg\")\
         url(data:image/png;base64,AA==)url(#b)url(/favicon.svg)url('/assets/img/a.#.svg')}"
    );
}

#[test]
fn what_is_named_changes_what_names_it() {
    let laid = |text| lay_out(&files(&[("js/a.js", "import './b.js'"), ("js/b.js", text)]));
    let (one, other) = (laid("1").unwrap().0, laid("2").unwrap().0);
    assert_eq!(one.len(), 2);
    assert!(one.keys().all(|name| !other.contains_key(name)));
}

#[test]
fn the_service_worker_knows_the_version() {
    let text = r#"const VERSION = "assets-version", SHELL = ["/assets/css/app.css", "/assets/"];"#;
    let laid = |css| {
        let (public, _) = lay_out(&files(&[("sw.js", text), ("css/app.css", css)])).unwrap();
        String::from_utf8(public["sw.js"].clone()).unwrap()
    };
    let worker = laid("a{}");
    assert!(worker.contains(r#"["/assets/css/app.5f546eb460.css", "/assets/"]"#), "{worker}");
    assert!(!worker.contains("assets-version"), "{worker}");
    assert_ne!(worker, laid("b{}"));
}

#[test]
fn a_name_of_nothing_is_an_error() {
    for (text, error) in [
        ("import './none.js'", "static/js/a.js: there is no static/js/none.js"),
        ("'/assets/none.css'", "static/js/a.js: there is no static/none.css"),
        ("import '../../x.js'", "../../x.js leads out of static/"),
        (
            "import './b.js'",
            "static/js/a.js: static/js/b.js: these name each other in a circle: js/a.js, js/b.js",
        ),
    ] {
        let sources = files(&[("js/a.js", text), ("js/b.js", "import './a.js'")]);
        assert_eq!(lay_out(&sources).unwrap_err(), error);
    }
}

#[test]
fn what_does_not_get_smaller_is_not_compressed() {
    let long = "a{color:red}".repeat(50);
    let packed = compressed(&files(&[("a.css", &long), ("b.css", "a{}"), ("c.png", &long)]));
    let packed = packed.unwrap();
    assert_eq!(packed.keys().collect::<Vec<_>>(), ["a.css.br", "a.css.gz"]);
    assert!(packed["a.css.br"].len() <= packed["a.css.gz"].len());
}

#[test]
fn a_folder_holds_what_it_should() {
    let folder = std::env::temp_dir().join(format!("postern-assets-{}", std::process::id()));
    sync(&folder, &files(&[("old/a.css", "a"), ("b.css", "b")])).unwrap();
    sync(&folder, &files(&[("c/a.css", "a"), ("b.css", "bb")])).unwrap();
    let mut names = Vec::new();
    list(&folder, "", &mut names);
    names.sort();
    assert_eq!(names, ["b.css", "c/a.css"]);
    assert_eq!(fs::read(folder.join("b.css")).unwrap(), b"bb");
    fs::remove_dir_all(folder).unwrap();
}
