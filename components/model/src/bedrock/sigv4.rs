//! [Signature Version 4](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html),
//! as far as a POST request without a query needs it.

use hmac::{Hmac, Mac};
use kernel::UnixMillis;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fmt::{self, Write};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What AWS signs with.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwsCredentials {
    /// Names the key. Not a secret.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: String,
    /// What goes with a key that was lent for a while.
    #[serde(default)]
    pub session_token: Option<String>,
    /// Where the service is: `eu-central-1`.
    pub region: String,
}

impl fmt::Debug for AwsCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsCredentials")
            .field("access_key_id", &self.access_key_id)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// Who signs, for what, and when.
pub struct Signer<'a> {
    pub credentials: &'a AwsCredentials,
    pub service: &'a str,
    pub now: UnixMillis,
}

impl Signer<'_> {
    /// Adds to `headers` what a request to `url` needs so that AWS knows who sends it. The headers
    /// that are there by then are signed, and `host`, which whoever sends the request adds.
    pub fn sign(
        &self,
        method: &str,
        url: &str,
        headers: &mut Vec<(&'static str, String)>,
        body: &[u8],
    ) {
        let Self { credentials, service, .. } = self;
        let time = timestamp(self.now);
        let day = time.get(..8).unwrap_or_default();
        headers.push(("x-amz-date", time.clone()));
        if let Some(token) = &credentials.session_token {
            headers.push(("x-amz-security-token", token.clone()));
        }
        let (host, path) = host_and_path(url);
        let (canonical, signed) = canonical(method, &host, path, headers, body);
        let scope = format!("{day}/{}/{service}/aws4_request", credentials.region);
        let hash = hex(&Sha256::digest(canonical));
        let to_sign = format!("{ALGORITHM}\n{time}\n{scope}\n{hash}");
        let secret = format!("AWS4{}", credentials.secret_access_key);
        let key = [day, &credentials.region, service, "aws4_request"];
        let key = key.iter().fold(secret.into_bytes(), |key, part| hmac(&key, part.as_bytes()));
        let signature = hex(&hmac(&key, to_sign.as_bytes()));
        let credential = format!("{}/{scope}", credentials.access_key_id);
        let authorization = format!(
            "{ALGORITHM} Credential={credential}, SignedHeaders={signed}, Signature={signature}"
        );
        headers.push(("authorization", authorization));
    }
}

/// The canonical request, and the names of the headers that are in it.
fn canonical(
    method: &str,
    host: &str,
    path: &str,
    headers: &[(&'static str, String)],
    body: &[u8],
) -> (String, String) {
    let mut headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.trim())).collect();
    headers.push(("host", host));
    headers.sort_unstable();
    let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    // What is encoded in the path is encoded once more; only S3 is asked otherwise.
    let path = path.split('/').map(encode).collect::<Vec<_>>().join("/");
    let hash = hex(&Sha256::digest(body));
    (format!("{method}\n{path}\n\n{lines}\n{names}\n{hash}"), names)
}

/// The host as it is sent, without the port that the scheme implies, and the path.
fn host_and_path(url: &str) -> (String, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let (host, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    };
    let implied = if scheme == "http" { ":80" } else { ":443" };
    (host.strip_suffix(implied).unwrap_or(host).to_ascii_lowercase(), path)
}

/// A segment of a path, with everything encoded that is not
/// [unreserved](https://www.rfc-editor.org/rfc/rfc3986#section-2.3).
pub fn encode(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            // A text takes all that is written to it.
            _ => _ = write!(out, "%{byte:02X}"),
        }
    }
    out
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length, so there is always one to go on with.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // A text takes all that is written to it.
        _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// `20150830T123600Z`.
fn timestamp(now: UnixMillis) -> String {
    let seconds = now.seconds();
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Year, month and day of the `days`-th day after 1970-01-01, by
/// [Hinnant](https://howardhinnant.github.io/date_algorithms.html#civil_from_days): years begin in
/// March, so that the leap day is a year's last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The date, the region, the service and the keys of
    /// [AWS's test suite](https://github.com/boto/botocore/tree/develop/tests/unit/auth/aws4_testsuite).
    const NOW: UnixMillis = UnixMillis::from_seconds(1_440_938_160);
    const TOKEN: &str = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

    fn credentials(session_token: Option<&str>) -> AwsCredentials {
        AwsCredentials {
            access_key_id: "AKIDEXAMPLE".into(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
            session_token: session_token.map(str::to_owned),
            region: "us-east-1".into(),
        }
    }

    #[test]
    fn requests_are_signed_as_aws_publishes() {
        let form = ("content-type", "application/x-www-form-urlencoded".to_owned());
        let plain = credentials(None);
        let lent = credentials(Some(TOKEN));
        for (name, method, path, headers, body, credentials, signed, signature) in [
            (
                "get-vanilla",
                "GET",
                "/",
                vec![],
                "",
                &plain,
                "host;x-amz-date",
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            ),
            (
                "post-vanilla",
                "POST",
                "/",
                vec![],
                "",
                &plain,
                "host;x-amz-date",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            (
                "get-unreserved",
                "GET",
                "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
                vec![],
                "",
                &plain,
                "host;x-amz-date",
                "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
            ),
            (
                "get-utf8",
                "GET",
                "/ሴ",
                vec![],
                "",
                &plain,
                "host;x-amz-date",
                "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
            ),
            (
                "get-space",
                "GET",
                "/example space/",
                vec![],
                "",
                &plain,
                "host;x-amz-date",
                "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
            ),
            (
                "post-x-www-form-urlencoded",
                "POST",
                "/",
                vec![form],
                "Param1=value1",
                &plain,
                "content-type;host;x-amz-date",
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            ),
            (
                "post-sts-header-before",
                "POST",
                "/",
                vec![],
                "",
                &lent,
                "host;x-amz-date;x-amz-security-token",
                "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
            ),
        ] {
            let mut headers = headers;
            let url = format!("https://example.amazonaws.com{path}");
            let signer = Signer { credentials, service: "service", now: NOW };
            signer.sign(method, &url, &mut headers, body.as_bytes());
            let expected = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders={signed}, Signature={signature}"
            );
            assert_eq!(headers.last(), Some(&("authorization", expected)), "{name}");
        }
    }

    #[test]
    fn moments_are_written_as_aws_wants_them() {
        for (seconds, written) in [
            (0, "19700101T000000Z"),
            (951_782_399, "20000228T235959Z"),
            (951_782_400, "20000229T000000Z"),
            (1_440_938_160, "20150830T123600Z"),
            (4_107_542_399, "21000228T235959Z"),
            (4_107_542_400, "21000301T000000Z"),
        ] {
            assert_eq!(timestamp(UnixMillis::from_seconds(seconds)), written);
        }
    }

    #[test]
    fn the_host_is_the_one_that_is_sent() {
        for (url, host, path) in [
            ("https://Bedrock.example:443/model/m", "bedrock.example", "/model/m"),
            ("http://127.0.0.1:8790/bedrock/model/m", "127.0.0.1:8790", "/bedrock/model/m"),
            ("https://bedrock.example", "bedrock.example", "/"),
        ] {
            assert_eq!(host_and_path(url), (host.to_owned(), path));
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let printed = format!("{:?}", credentials(Some(TOKEN)));
        assert!(printed.contains("AKIDEXAMPLE") && printed.contains("us-east-1"), "{printed}");
        assert!(!printed.contains("wJalr") && !printed.contains("AQoD"), "{printed}");
    }
}
