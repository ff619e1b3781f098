//! Addresses that `download` signs, used at an S3 server that runs within the test, with a plain
//! HTTP client.
#![allow(clippy::unwrap_used)]

use download::{Incomplete, Signed, Store, StoreConfig, Stored, Upload, UploadRequest, Validity};
use hyper_util::rt::TokioIo;
use kernel::UnixMillis;
use reqwest::{Client, Method, Response, StatusCode};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use std::{path::PathBuf, time::SystemTime};
use tokio::net::TcpListener;

const KEY: &str = "ten_market/ast_1/Größe & Maß.mp3";
const HELLO: &str = "hello";

/// A server, its bucket, and who signs for it.
struct World {
    folder: PathBuf,
    address: String,
    store: Store,
    client: Client,
}

impl World {
    async fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("postern-s3-{}-{name}", std::process::id()));
        std::fs::create_dir_all(folder.join("media")).unwrap();
        let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(&folder).unwrap());
        service.set_auth(SimpleAuth::from_single("id", "secret"));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = hyper::server::conn::http1::Builder::new();
                let serving = server.serve_connection(TokioIo::new(stream), service.clone());
                tokio::spawn(serving);
            }
        });
        let store = store(&address, "secret");
        Self { folder, address, store, client: Client::new() }
    }

    /// Uses an address as it is meant to be used.
    async fn send(&self, signed: &Signed, body: &'static str) -> Response {
        self.send_with(signed, body, |_, value| value).await
    }

    /// The same with a header that is another, or is not sent.
    async fn send_with(
        &self,
        signed: &Signed,
        body: &'static str,
        change: impl Fn(&str, Option<String>) -> Option<String>,
    ) -> Response {
        let method = signed.method.parse::<Method>().unwrap();
        let mut request = self.client.request(method, &signed.url).body(body);
        for (name, value) in &signed.headers {
            if let Some(value) = change(name, Some(value.clone())) {
                request = request.header(*name, value);
            }
        }
        request.send().await.unwrap()
    }

    async fn upload(&self) {
        let put = self.store.put(KEY, &upload(HELLO), valid()).unwrap();
        assert_eq!(self.send(&put, HELLO).await.status(), StatusCode::OK);
    }

    async fn stored(&self) -> Option<Stored> {
        let response = self.send(&self.store.head(KEY, valid()).unwrap(), "").await;
        let header = |name: &str| response.headers().get(name)?.to_str().ok();
        (response.status() == StatusCode::OK).then(|| Stored::read(header).unwrap())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn store(address: &str, secret: &str) -> Store {
    Store::new(&StoreConfig {
        endpoint: format!("http://{address}"),
        bucket: "media".into(),
        region: "us-east-1".into(),
        access_key_id: "id".into(),
        secret_access_key: secret.into(),
    })
    .unwrap()
}

/// Signed now.
fn valid() -> Validity {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis();
    Validity { now: UnixMillis(now.try_into().unwrap()), valid_s: 60 }
}

/// Signed two minutes ago, for one.
fn over() -> Validity {
    let now = valid().now.plus_ms(-120_000);
    Validity { now, valid_s: 60 }
}

/// A song whose bytes are `hello`, whatever is sent then.
fn upload(body: &str) -> Upload {
    UploadRequest {
        file_name: "Song.mp3".into(),
        content_type: "audio/mpeg".into(),
        size: body.len() as u64,
        checksum: "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=".into(),
    }
    .check()
    .unwrap()
}

#[tokio::test]
async fn what_is_uploaded_is_there_and_is_downloaded() {
    let world = World::new("round").await;
    assert_eq!(world.stored().await, None);
    world.upload().await;
    let stored = world.stored().await.unwrap();
    assert_eq!(stored.check(&upload(HELLO)), Ok(()), "{stored:?}");
    assert_eq!(stored.check(&upload("hell")), Err(Incomplete::Size));

    let get = world.store.get(KEY, "Größe.mp3", valid()).unwrap();
    let response = world.send(&get, "").await;
    assert_eq!(response.headers()["content-type"], "audio/mpeg");
    assert_eq!(response.text().await.unwrap(), HELLO);
    let part = world.client.get(&get.url).header("range", "bytes=1-3").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.text().await.unwrap(), "ell");
}

#[tokio::test]
async fn an_address_ends() {
    let world = World::new("over").await;
    let put = world.store.put(KEY, &upload(HELLO), over()).unwrap();
    assert_eq!(world.send(&put, HELLO).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(world.stored().await, None);
    world.upload().await;
    let get = world.store.get(KEY, "Song.mp3", over()).unwrap();
    assert_eq!(world.send(&get, "").await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_address_is_for_one_request() {
    let world = World::new("forged").await;
    world.upload().await;
    let get = world.store.get(KEY, "Song.mp3", valid()).unwrap();
    let (address, signature) = get.url.rsplit_once('=').unwrap();
    let other = if signature.starts_with('0') { "1" } else { "0" };
    let tampered = [
        format!("{address}={other}{}", signature.get(1..).unwrap()),
        get.url.replace("X-Amz-Expires=60", "X-Amz-Expires=61"),
        get.url.replace("Song.mp3", "Song.exe"),
        get.url.replace("ast_1", "ast_2"),
        get.url.replace("ten_market", "ten_family"),
    ];
    for url in tampered {
        assert_ne!(url, get.url);
        let response = world.client.get(&url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{url}");
    }
    let response = world.client.delete(&get.url).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let stranger = store(&world.address, "another").get(KEY, "Song.mp3", valid()).unwrap();
    assert_eq!(world.send(&stranger, "").await.status(), StatusCode::FORBIDDEN);
    assert!(world.stored().await.is_some());
}

#[tokio::test]
async fn an_address_takes_one_file() {
    let world = World::new("other").await;
    let put = world.store.put(KEY, &upload(HELLO), valid()).unwrap();

    let html = |name: &str, value| match name {
        "content-type" => Some("text/html".to_owned()),
        _ => value,
    };
    let response = world.send_with(&put, HELLO, html).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN, "another type");

    let checksum = |name: &str, value| match name {
        "x-amz-checksum-sha256" => Some("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned()),
        _ => value,
    };
    let response = world.send_with(&put, HELLO, checksum).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN, "another checksum");

    for left_out in ["content-type", "x-amz-checksum-sha256"] {
        let without = |name: &str, value| if name == left_out { None } else { value };
        let response = world.send_with(&put, HELLO, without).await;
        assert!(response.status().is_client_error(), "without {left_out}");
    }
    for longer_or_shorter in ["hello!", "hell", ""] {
        let response = world.send(&put, longer_or_shorter).await;
        assert!(response.status().is_client_error(), "{longer_or_shorter:?}");
    }
    assert_eq!(world.stored().await, None, "nothing of all that was kept");

    // This server writes first and compares then. What it refused is not what was to be uploaded.
    let response = world.send(&put, "jello").await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST, "other bytes");
    let left = world.stored().await;
    assert!(left.is_none_or(|left| left.check(&upload(HELLO)).is_err()));
}
