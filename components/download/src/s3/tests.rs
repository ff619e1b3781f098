//! Signatures against AWS's own example, and against those that botocore's `S3SigV4QueryAuth`
//! makes of the same requests.

use super::*;
use crate::upload::tests::request;

/// 2013-05-24T00:00:00Z, for a day, as in
/// [AWS's example](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html).
const VALIDITY: Validity = Validity { now: UnixMillis(1_369_353_600_000), valid_s: 86_400 };
const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn config() -> StoreConfig {
    StoreConfig {
        endpoint: "https://s3.amazonaws.com".into(),
        bucket: "examplebucket".into(),
        region: "us-east-1".into(),
        access_key_id: KEY_ID.into(),
        secret_access_key: SECRET.into(),
    }
}

fn store() -> Store {
    Store::new(&config()).unwrap()
}

fn signature(signed: &Signed) -> &str {
    signed.url.rsplit_once("&X-Amz-Signature=").unwrap().1
}

#[test]
fn a_get_is_signed_as_aws_publishes() {
    let endpoint = "https://s3.amazonaws.com".parse().unwrap();
    let host = UrlStyle::VirtualHost;
    let bucket = Bucket::new(endpoint, host, "examplebucket", "us-east-1").unwrap();
    let credentials = Credentials::new(KEY_ID, SECRET);
    let action = bucket.get_object(Some(&credentials), "test.txt");
    let signed = signed("GET", &action, VALIDITY, Vec::new());
    assert_eq!(
        signed.url,
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
         &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
         &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
}

#[test]
fn a_download_is_signed_with_its_name() {
    let signed = store().get("a/Größe (1).mp3", "Größe.mp3", VALIDITY).unwrap();
    assert_eq!((signed.method, signed.headers.len()), ("GET", 0));
    assert!(
        signed
            .url
            .starts_with("https://s3.amazonaws.com/examplebucket/a/Gr%C3%B6%C3%9Fe%20%281%29.mp3?")
    );
    assert!(signed.url.contains(
        "&response-content-disposition=attachment%3B%20filename%3D%22Gr__e.mp3%22%3B%20\
         filename%2A%3DUTF-8%27%27Gr%25C3%25B6%25C3%259Fe.mp3&"
    ));
    let expected = "4f457dbd24981f752f0f7f8c4aa30f2ceedd436c16d81097180465f67244749a";
    assert_eq!(signature(&signed), expected);
}

#[test]
fn an_upload_is_signed_with_what_is_uploaded() {
    let upload = request().check().unwrap();
    let signed = store().put("a/song.mp3", &upload, VALIDITY).unwrap();
    assert_eq!(signed.method, "PUT");
    let headers = [
        ("content-type", "audio/mpeg".to_owned()),
        ("x-amz-checksum-sha256", upload.sha256().to_owned()),
    ];
    assert_eq!(signed.headers, headers);
    let expected = "747de670f39645d13c7714294aa51f1084039e709a0690a526db1423fb7cfea7";
    assert_eq!(signature(&signed), expected);
}

#[test]
fn a_question_is_signed_with_the_wish_for_a_checksum() {
    let signed = store().head("a/song.mp3", VALIDITY).unwrap();
    assert_eq!(signed.method, "HEAD");
    let expected = "dbf6fbabf9ad4c897fa791773a4d9648a80a9b251a0c42aa75bfb2dad8ecb6cc";
    assert_eq!(signature(&signed), expected);
}

#[test]
fn a_signature_counts_for_a_second_to_a_week() {
    for (valid_s, expires) in [(0, 1), (300, 300), (604_801, 604_800), (u32::MAX, 604_800)] {
        let validity = Validity { valid_s, ..VALIDITY };
        let url = store().get("a", "a", validity).unwrap().url;
        assert!(url.contains(&format!("&X-Amz-Expires={expires}&")), "{url}");
    }
}

#[test]
fn a_key_is_not_another_in_an_address() {
    for key in ["", "/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", "a\\b", "a\nb"] {
        let error = store().get(key, "a", VALIDITY).unwrap_err();
        assert_eq!(error.field, "key", "{key:?}");
    }
    assert!(store().get(&"a".repeat(1025), "a", VALIDITY).is_err());
    let url = store().get("a/%2e%2e/b?c#d", "a", VALIDITY).unwrap().url;
    assert!(url.starts_with("https://s3.amazonaws.com/examplebucket/a/%252e%252e/b%3Fc%23d?"));
}

#[test]
fn settings_that_are_wrong_are_named() {
    let named = |change: fn(&mut StoreConfig)| {
        let mut config = config();
        change(&mut config);
        Store::new(&config).unwrap_err().to_string()
    };
    assert_eq!(named(|c| c.endpoint = "s3".into()), "`S3_ENDPOINT` must be a URL");
    let error = "`S3_ENDPOINT` must be an http or https URL with a host";
    assert_eq!(named(|c| c.endpoint = "ftp://a".into()), error);
    assert_eq!(named(|c| c.bucket = String::new()), "`S3_BUCKET` must not be empty");
    let error = "`S3_SECRET_ACCESS_KEY` must not be empty";
    assert_eq!(named(|c| c.secret_access_key = String::new()), error);
}

#[test]
fn nothing_secret_is_printed() {
    let signed = store().get("a", "a", VALIDITY).unwrap();
    let printed = format!("{:?} {:?} {signed:?}", config(), store());
    assert!(!printed.contains(SECRET) && !printed.contains(signature(&signed)), "{printed}");
}

#[test]
fn what_the_store_has_is_compared_with_what_was_to_come() {
    let upload = request().check().unwrap();
    let stored = |size: &'static str, content_type: &'static str, sha256: Option<&'static str>| {
        Stored::read(move |name| match name {
            "content-length" => Some(size),
            "content-type" => Some(content_type),
            "etag" => Some("\"e\""),
            "x-amz-checksum-sha256" => sha256,
            _ => None,
        })
    };
    let sha256 = Some("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
    let good = stored("5", "audio/mpeg", sha256).unwrap();
    assert_eq!((good.check(&upload), good.etag.as_str()), (Ok(()), "e"));
    let check = |stored: Option<Stored>| stored.unwrap().check(&upload);
    assert_eq!(check(stored("6", "audio/mpeg", sha256)), Err(Incomplete::Size));
    assert_eq!(check(stored("5", "text/html", sha256)), Err(Incomplete::ContentType));
    assert_eq!(check(stored("5", "audio/mpeg", Some("="))), Err(Incomplete::Checksum));
    assert_eq!(check(stored("5", "audio/mpeg", None)), Err(Incomplete::NoChecksum));
    assert_eq!(stored("", "audio/mpeg", sha256), None);
}
