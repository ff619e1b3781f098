//! Static files: what is under `static/`, as it is.

use http::{HeaderValue, Method, header};
use ports::Body;

/// Where `spin.toml` mounts them.
const ROOT: &str = "/static";

/// The file that a path names. On Cloudflare the runtime serves the same files before the worker
/// is asked.
pub fn find(method: &Method, path: &str) -> Option<http::Response<Body>> {
    if method != Method::GET && method != Method::HEAD {
        return None;
    }
    // Only files with an extension, so that most requests cost no look at the disk.
    let (_, name) = path.rsplit_once('/')?;
    let (_, extension) = name.rsplit_once('.')?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"/-_.".contains(&b);
    if !path.bytes().all(allowed) || path.split('/').any(|segment| segment.starts_with('.')) {
        return None;
    }
    let media_type = media_type(extension)?;
    let bytes = std::fs::read(format!("{ROOT}{path}")).ok()?;
    let mut response = http::Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let revalidate = HeaderValue::from_static("public, max-age=0, must-revalidate");
    headers.insert(header::CACHE_CONTROL, revalidate);
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    Some(response)
}

fn media_type(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => return None,
    })
}
