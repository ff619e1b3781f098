//! Static files: what `cargo xtask build` has made of `static/`.
//!
//! On Cloudflare the runtime serves the same files, with the same headers, before the worker is
//! asked; and compresses them, which is done here when they are built.

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use ports::Body;
use std::{fs, path::Path};

/// Where `spin.toml` mounts them.
const ROOT: &str = "/public";

/// What has a hash in its name is never anything else.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "public, max-age=0, must-revalidate";

/// The encodings that files may lie there in, the best first, and the endings of their names.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The file that a request names.
pub fn find(request: &Request<Body>) -> Option<Response<Body>> {
    find_below(Path::new(ROOT), request.method(), request.uri().path(), request.headers())
}

fn find_below(
    root: &Path,
    method: &Method,
    path: &str,
    asked: &HeaderMap,
) -> Option<Response<Body>> {
    if method != Method::GET && method != Method::HEAD {
        return None;
    }
    // Only files with an extension, so that most requests cost no look at the disk.
    let (_, name) = path.rsplit_once('/')?;
    let (stem, extension) = name.rsplit_once('.')?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"/-_.".contains(&b);
    if !path.bytes().all(allowed) || path.split('/').any(|segment| segment.starts_with('.')) {
        return None;
    }
    let (media_type, is_text) = media_type(extension)?;
    let plain = root.join(path.trim_start_matches('/'));
    if !plain.is_file() {
        return None;
    }
    let packed = ENCODINGS.iter().filter(|(name, _)| is_text && accepts(asked, name));
    let packed = packed.filter_map(|(name, ending)| {
        let bytes =
            fs::read(plain.with_file_name(format!("{}{ending}", plain.file_name()?.to_str()?)));
        Some((Some(*name), bytes.ok()?))
    });
    let (encoding, bytes) =
        packed.chain(fs::read(&plain).ok().map(|bytes| (None, bytes))).next()?;

    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    let mut set = |name, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, media_type);
    set(header::CACHE_CONTROL, if path.starts_with("/assets/") { FOR_EVER } else { ASK_AGAIN });
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if is_text {
        set(header::VARY, "accept-encoding");
    }
    if let Some(encoding) = encoding {
        set(header::CONTENT_ENCODING, encoding);
    }
    let tag = tag(stem, &bytes, encoding);
    let is_known = knows(asked, &tag);
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        // The runtime leaves the body out of an answer to HEAD, and tells its length.
        *response.body_mut() = Body::from(bytes);
    }
    Some(response)
}

/// What tells one version of a file from another, in each encoding: the hash in its name, or one of
/// what is in it.
fn tag(stem: &str, bytes: &[u8], encoding: Option<&str>) -> String {
    let named = stem.rsplit_once('.').map(|(_, hash)| hash);
    let named =
        named.filter(|hash| hash.len() == 10 && hash.bytes().all(|b| b.is_ascii_hexdigit()));
    // FNV-1a: nobody gains by two versions of our own file that look the same.
    let counted = || {
        let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        format!("{:016x}", bytes.iter().fold(0xcbf2_9ce4_8422_2325, mix))
    };
    let hash = named.map_or_else(counted, str::to_owned);
    encoding.map_or_else(|| format!("\"{hash}\""), |encoding| format!("\"{hash}-{encoding}\""))
}

/// Whether a client has this version already (RFC 9110 section 13.1.2).
fn knows(asked: &HeaderMap, tag: &str) -> bool {
    let lists = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    let mut known = lists.flat_map(|list| list.split(',')).map(str::trim);
    known.any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// Whether a client takes an encoding (RFC 9110 section 12.5.3). Only whether, not how gladly: all
/// that take both take the smaller one.
fn accepts(asked: &HeaderMap, encoding: &str) -> bool {
    let lists = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|list| list.to_str().ok());
    let mut offers = lists.flat_map(|list| list.split(','));
    offers.any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let weight = weight.trim().strip_prefix("q=").map(str::parse::<f32>);
        name.trim().eq_ignore_ascii_case(encoding) && !matches!(weight, Some(Ok(0.0) | Err(_)))
    })
}

/// The type of a file, and whether it is text that may lie there compressed.
fn media_type(extension: &str) -> Option<(&'static str, bool)> {
    Some(match extension {
        "css" => ("text/css; charset=utf-8", true),
        "html" => ("text/html; charset=utf-8", true),
        "ico" => ("image/x-icon", false),
        "js" | "mjs" => ("text/javascript; charset=utf-8", true),
        "json" => ("application/json", true),
        "png" => ("image/png", false),
        "svg" => ("image/svg+xml", true),
        "txt" => ("text/plain; charset=utf-8", true),
        "webmanifest" => ("application/manifest+json", true),
        "webp" => ("image/webp", false),
        "woff2" => ("font/woff2", false),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with a file, as it is and compressed.
    struct Folder(std::path::PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder =
                std::env::temp_dir().join(format!("postern-{name}-{}", std::process::id()));
            fs::create_dir_all(folder.join("assets")).unwrap();
            for (file, text) in [
                ("assets/a.0123456789.css", "plain"),
                ("assets/a.0123456789.css.br", "brotli"),
                ("assets/a.0123456789.css.gz", "gzip"),
                ("sw.js", "worker"),
                (".env", "secret"),
            ] {
                fs::write(folder.join(file), text).unwrap();
            }
            Self(folder)
        }

        fn ask(&self, path: &str, headers: &[(&'static str, &str)]) -> Option<Response<Body>> {
            let mut asked = HeaderMap::new();
            for (name, value) in headers {
                asked.append(*name, value.parse().unwrap());
            }
            find_below(&self.0, &Method::GET, path, &asked)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    fn text(response: Response<Body>) -> String {
        let Body::Full(bytes) = response.into_body() else { panic!("a whole body") };
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn the_smallest_that_is_taken_is_served() {
        let folder = Folder::new("encodings");
        for (accepted, served, tag) in [
            ("gzip, deflate, br, zstd", "brotli", "\"0123456789-br\""),
            ("GZIP;q=0.8", "gzip", "\"0123456789-gzip\""),
            ("br;q=0, gzip", "gzip", "\"0123456789-gzip\""),
            ("identity", "plain", "\"0123456789\""),
        ] {
            let headers = [("accept-encoding", accepted)];
            let response = folder.ask("/assets/a.0123456789.css", &headers).unwrap();
            assert_eq!(response.headers()["etag"], tag);
            assert_eq!(response.headers()["vary"], "accept-encoding");
            assert_eq!(response.headers()["cache-control"], FOR_EVER);
            assert_eq!(text(response), served, "{accepted}");
        }
    }

    #[test]
    fn who_has_it_is_told_so() {
        let folder = Folder::new("tags");
        let response = folder.ask("/sw.js", &[]).unwrap();
        assert_eq!(response.headers()["cache-control"], ASK_AGAIN);
        let tag = response.headers()["etag"].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".into()] {
            let response = folder.ask("/sw.js", &[("if-none-match", &known)]).unwrap();
            assert_eq!(response.status(), 304, "{known}");
            assert_eq!(response.headers()["etag"], tag);
            assert_eq!(text(response), "");
        }
        let response = folder.ask("/sw.js", &[("if-none-match", "\"x\"")]).unwrap();
        assert_eq!(response.status(), 200);
    }

    #[test]
    fn nothing_else_is_served() {
        let folder = Folder::new("paths");
        for path in [
            "/",
            "/assets/",
            "/.env",
            "/assets/../.env",
            "/assets/../sw.js",
            "/assets",
            "/none.css",
            "/assets/a.0123456789.css.br",
            "/%73w.js",
            "//etc/hosts.txt",
        ] {
            assert!(folder.ask(path, &[]).is_none(), "{path}");
        }
        assert!(find_below(&folder.0, &Method::POST, "/sw.js", &HeaderMap::new()).is_none());
    }
}
