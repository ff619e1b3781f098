//! Whether a request is signed as AWS wants it: it is signed again, by AWS's own signer.

use crate::call::Call;
use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use aws_smithy_types::date_time::{DateTime, Format};
use std::time::{Duration, SystemTime};

/// The one key, and its secret.
const KEY: &str = "sandbox";
/// How far the clocks may be apart.
const SKEW: Duration = Duration::from_secs(5 * 60);

/// Checks the signature of a request.
pub fn verify(call: &Call) -> Result<(), String> {
    let header = |name: &str| call.parts.headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization").ok_or("Missing Authentication Token")?;
    let fields = authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or("Unknown algorithm")?;
    let field = |name: &str| {
        let mut fields = fields.split(", ").filter_map(|field| field.split_once('='));
        let found = fields.find(|(known, _)| *known == name);
        found.map(|(_, value)| value).ok_or(format!("Authorization header requires '{name}'"))
    };
    let time = header("x-amz-date").ok_or("Missing X-Amz-Date")?;
    let credential: Vec<_> = field("Credential")?.split('/').collect();
    let [KEY, day, region, service @ "bedrock", "aws4_request"] = credential[..] else {
        return Err("The security token included in the request is invalid".to_owned());
    };
    if !time.starts_with(day) {
        return Err("Date in Credential scope does not match".to_owned());
    }
    let moment = moment(time).ok_or("Wrong X-Amz-Date")?;
    let now = SystemTime::now();
    if moment > now + SKEW || moment + SKEW < now {
        return Err("Signature expired".to_owned());
    }
    let signed = field("SignedHeaders")?;
    if !signed.split(';').any(|name| name == "host") {
        return Err("'Host' must be a 'SignedHeader'".to_owned());
    }
    // The signer adds these by itself.
    let added = ["host", "x-amz-date", "x-amz-security-token"];
    let headers: Option<Vec<_>> = signed
        .split(';')
        .filter(|name| !added.contains(name))
        .map(|name| Some((name, header(name)?)))
        .collect();
    let headers = headers.ok_or("a signed header is not there")?;
    let token = header("x-amz-security-token").map(str::to_owned);
    let identity = Credentials::new(KEY, KEY, token, None, "sandbox").into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(moment)
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| error.to_string())?
        .into();
    let url = format!("http://{}{}", header("host").unwrap_or_default(), call.parts.uri);
    let body = SignableBody::Bytes(&call.body);
    let request = SignableRequest::new("POST", url, headers.into_iter(), body);
    let again = request.and_then(|request| sign(request, &params));
    let again = again.map_err(|error| error.to_string())?;
    if field("Signature")? != again.signature() {
        return Err("The request signature we calculated does not match".to_owned());
    }
    Ok(())
}

/// The moment that `20150830T123600Z` is.
fn moment(time: &str) -> Option<SystemTime> {
    let part = |from: usize, to: usize| time.get(from..to);
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(9, 11)?, part(11, 13)?, part(13, 15)?);
    let time = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z");
    DateTime::from_str(&time, Format::DateTime).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        body::{Body, Bytes},
        http::Request,
    };

    fn call(url: &str, headers: &[(&str, &str)], body: &'static str) -> Call {
        let mut request = Request::post(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, _) = request.body(Body::empty()).unwrap().into_parts();
        let (world, socket) = Default::default();
        Call { world, parts, body: Bytes::from(body), socket }
    }

    #[test]
    fn what_is_not_signed_is_refused() {
        let credential = "AWS4-HMAC-SHA256 Credential=sandbox/20150830/us-east-1/bedrock/aws4_request, \
                          SignedHeaders=host, Signature=00";
        for (headers, why) in [
            (vec![], "Missing Authentication Token"),
            (vec![("authorization", "Bearer sandbox")], "Unknown algorithm"),
            (vec![("authorization", credential)], "Missing X-Amz-Date"),
            (
                vec![("authorization", credential), ("x-amz-date", "20150830T123600Z")],
                "Signature expired",
            ),
        ] {
            let call = call("/bedrock/model/m/converse", &headers, "{}");
            assert_eq!(verify(&call), Err(why.to_owned()));
        }
        assert!(moment("20150830T123600Z").is_some() && moment("2015").is_none());
    }
}
