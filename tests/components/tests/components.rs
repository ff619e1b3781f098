//! Each component as the WebAssembly that it is built to, run by wasmtime with nothing imported
//! and with the vectors of its unit tests. `cargo xtask build components` builds them.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::path::PathBuf;
use wasmtime::{
    Engine, Store,
    component::{Component, Linker},
};

mod tenant {
    wasmtime::component::bindgen!({ world: "tenant", path: "../../wit/tenant@0.1.0" });
}

mod identity {
    wasmtime::component::bindgen!({ world: "identity", path: "../../wit/identity@0.1.0" });
}

mod model {
    wasmtime::component::bindgen!({ world: "model", path: "../../wit/model@0.1.0" });
}

mod pricing {
    wasmtime::component::bindgen!({ world: "pricing", path: "../../wit/pricing@0.1.0" });
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn vectors<T: DeserializeOwned>(path: &str) -> Vec<T> {
    let text = std::fs::read_to_string(root().join("components").join(path)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A component, checked to import nothing at all: no file, no clock, no chance, no network.
fn load(name: &str) -> (Store<()>, Component, Linker<()>) {
    let engine = Engine::default();
    let path = root().join(format!("target/components/{name}.wasm"));
    let component = Component::from_file(&engine, &path).unwrap_or_else(|error| {
        panic!("{}: {error:#}; `cargo xtask build components` builds it", path.display())
    });
    let imports: Vec<_> =
        component.component_type().imports(&engine).map(|(n, _)| n.to_owned()).collect();
    assert!(imports.is_empty(), "{name} imports {imports:?}");
    (Store::new(&engine, ()), component, Linker::new(&engine))
}

#[test]
fn tenant_resolves_as_its_unit_tests_say() {
    use tenant::exports::postern::tenant::resolver::{HostError, Rules};
    #[derive(Deserialize)]
    struct Vector {
        header: String,
        host: Option<String>,
        handle: Option<String>,
        error: Option<String>,
    }
    let (mut store, component, linker) = load("tenant");
    let world = tenant::Tenant::instantiate(&mut store, &component, &linker).unwrap();
    let shared_domains = vec!["postern.example".to_owned(), "postern.test".to_owned()];
    let rules = Rules { shared_domains, dev: true };
    for vector in vectors::<Vector>("tenant/vectors/hosts.json") {
        let resolver = world.postern_tenant_resolver();
        let found = resolver.call_lookup(&mut store, &vector.header, &rules).unwrap();
        let error = found.as_ref().err().map(|error| match error {
            HostError::Missing => "missing",
            HostError::TooLong => "too-long",
            HostError::Malformed => "malformed",
        });
        assert_eq!(error, vector.error.as_deref(), "{:?}", vector.header);
        if let Ok(found) = found {
            assert_eq!((Some(found.host), found.handle), (vector.host, vector.handle));
        }
    }
}

#[test]
fn identity_verifies_as_its_unit_tests_say() {
    use identity::exports::postern::identity::verifier::{Expected, Keys, TokenError};
    #[derive(Deserialize)]
    struct Vector {
        about: String,
        token: String,
        jwks: Value,
        expected: VectorExpected,
        now_ms: i64,
        outcome: String,
    }
    #[derive(Deserialize)]
    struct VectorExpected {
        issuer: String,
        audiences: Vec<String>,
        tenant: String,
    }
    let (mut store, component, linker) = load("identity");
    let world = identity::Identity::instantiate(&mut store, &component, &linker).unwrap();
    let verifier = world.postern_identity_verifier();
    for vector in vectors::<Vector>("identity/vectors/tokens.json") {
        let VectorExpected { issuer, audiences, tenant } = vector.expected;
        let named = verifier.call_peek(&mut store, &vector.token).unwrap();
        let expected = Expected { issuer, audiences, tenant };
        let keys = Keys::Published(vector.jwks.to_string());
        let claims = verifier
            .call_verify(&mut store, &vector.token, &keys, &expected, vector.now_ms)
            .unwrap();
        let outcome = match &claims {
            Ok(claims) => claims.account.clone(),
            Err(error) => match error {
                TokenError::TooLong => "too_long",
                TokenError::Malformed => "malformed",
                TokenError::AlgorithmNotAllowed => "algorithm_not_allowed",
                TokenError::HeaderNotAllowed => "header_not_allowed",
                TokenError::UnknownKey => "unknown_key",
                TokenError::BadSignature => "bad_signature",
                TokenError::BadClaims => "bad_claims",
                TokenError::WrongIssuer => "wrong_issuer",
                TokenError::WrongAudience => "wrong_audience",
                TokenError::WrongTenant => "wrong_tenant",
                TokenError::Expired => "expired",
                TokenError::NotYetValid => "not_yet_valid",
            }
            .to_owned(),
        };
        assert_eq!(outcome, vector.outcome, "{}", vector.about);
        if claims.is_ok() {
            assert_eq!(named.unwrap(), expected.issuer);
        }
    }
}

#[test]
fn model_decodes_as_its_unit_tests_say() {
    use model::exports::postern::model::codec::{Event, Expect, FailureKind, Format};
    #[derive(Deserialize)]
    struct Vector {
        about: String,
        stream: Vec<String>,
        told: Vec<String>,
        #[serde(default)]
        binary: bool,
    }
    // In a binary format, each character stands for the byte of its number.
    let bytes = |piece: &str, binary: bool| match binary {
        true => piece.chars().map(|byte| u8::try_from(byte).unwrap()).collect(),
        false => piece.as_bytes().to_vec(),
    };
    let (mut store, component, linker) = load("model");
    let world = model::Model::instantiate(&mut store, &component, &linker).unwrap();
    let codec = world.postern_model_codec();
    let decoder = codec.decoder();
    let expect = Expect { show_usage: false, created_s: 0, native: false };
    let files = [
        (Format::OpenaiChat, "model/vectors/streams.json"),
        (Format::Anthropic, "model/vectors/anthropic.json"),
        (Format::Gemini, "model/vectors/gemini.json"),
        (Format::Bedrock, "model/vectors/bedrock.json"),
        (Format::Ollama, "model/vectors/ollama.json"),
        (Format::OpenaiResponses, "model/vectors/responses.json"),
    ];
    let vectors = files.into_iter().flat_map(|(format, file)| {
        vectors::<Vector>(file).into_iter().map(move |vector| (format, vector))
    });
    for (format, vector) in vectors {
        // In the pieces it is written in, and in pieces of three bytes.
        let whole = bytes(&vector.stream.concat(), vector.binary);
        let small = whole.chunks(3).map(<[u8]>::to_vec).collect::<Vec<_>>();
        let pieces = vector.stream.iter().map(|piece| bytes(piece, vector.binary)).collect();
        for pieces in [pieces, small] {
            let one = decoder.call_constructor(&mut store, format, expect).unwrap();
            let mut events = Vec::new();
            for piece in pieces {
                events.extend(decoder.call_push(&mut store, one, &piece).unwrap());
            }
            events.extend(decoder.call_finish(&mut store, one).unwrap());
            one.resource_drop(&mut store).unwrap();
            let told = events.into_iter().map(|event| match event {
                Event::Chunk(chunk) if chunk.is_output => chunk.text,
                Event::Chunk(_) => "·".to_owned(),
                Event::Usage(usage) => format!("{}+{}", usage.input_tokens, usage.output_tokens),
                Event::KeepAlive => "…".to_owned(),
                Event::Done => "done".to_owned(),
                Event::Failed(failure) => match failure.kind {
                    FailureKind::Truncated => "truncated".to_owned(),
                    FailureKind::Unavailable => "unavailable".to_owned(),
                    FailureKind::Malformed => "malformed".to_owned(),
                    FailureKind::Rejected => "rejected".to_owned(),
                    FailureKind::RateLimited => "rate_limited".to_owned(),
                    FailureKind::Unauthorized => "unauthorized".to_owned(),
                },
            });
            assert_eq!(told.collect::<Vec<_>>(), vector.told, "{}", vector.about);
        }
    }
}

#[test]
fn model_reads_requests_and_names_what_is_wrong_with_them() {
    use model::exports::postern::model::codec::{Dialect, Format, OutputLimitField, Target};
    let (mut store, component, linker) = load("model");
    let world = model::Model::instantiate(&mut store, &component, &linker).unwrap();
    let codec = world.postern_model_codec();
    let requests = codec.chat_request();
    let wrong = br#"{"model": "m", "messages": [{"role": "user"}]}"#;
    let error =
        requests.call_parse(&mut store, Dialect::OpenaiChat, wrong, None).unwrap().unwrap_err();
    assert_eq!(error.field, "messages[0].content");

    let sound =
        br#"{"model": "m", "stream": true, "messages": [{"role": "user", "content": "hi"}]}"#;
    let request =
        requests.call_parse(&mut store, Dialect::OpenaiChat, sound, None).unwrap().unwrap();
    let summary = requests.call_summary(&mut store, request).unwrap();
    assert_eq!((summary.model.as_str(), summary.stream), ("m", true));
    let target = Target {
        base_url: "https://api.example/v1".into(),
        api_key: Some("sk".into()),
        aws: None,
        model: "upstream".into(),
        output_tokens_max: 7,
        output_limit_field: OutputLimitField::MaxTokens,
        now_ms: 0,
    };
    let upstream =
        requests.call_upstream(&mut store, request, Format::OpenaiChat, &target).unwrap().unwrap();
    assert_eq!(upstream.url, "https://api.example/v1/chat/completions");
    let body: Value = serde_json::from_slice(&upstream.body).unwrap();
    assert_eq!((&body["model"], &body["max_tokens"]), (&"upstream".into(), &7.into()));
}

/// A cart of `components/pricing/vectors/quotes.json`, and what it comes to.
#[derive(Deserialize)]
struct CartVector {
    about: String,
    from: [Option<String>; 3],
    market: String,
    currency: String,
    lines: Vec<(String, u32, i64)>,
    interval: Option<String>,
    percent_bp: Option<u32>,
    fixed_minor: Option<i64>,
    #[serde(default)]
    discounts_minor: Vec<i64>,
    total: Option<String>,
    error: Option<(String, String)>,
}

impl CartVector {
    fn cart_lines(&self) -> Vec<pricing::exports::postern::pricing::pricer::CartLine> {
        use pricing::exports::postern::pricing::pricer::{CartLine, Interval, Price, ProductKind};
        let interval = self.interval.as_deref().map(|interval| match interval {
            "month" => Interval::Month,
            "year" => Interval::Year,
            other => panic!("{other}"),
        });
        let kind = interval.map_or(ProductKind::Digital, |_| ProductKind::Subscription);
        let lines = self.lines.iter().map(|(product, quantity, amount_minor)| CartLine {
            product: product.clone(),
            name: "A thing".into(),
            kind,
            quantity: *quantity,
            price: Price {
                id: "pri_1".into(),
                product: product.clone(),
                list: self.currency.to_lowercase(),
                currency: self.currency.clone(),
                amount_minor: *amount_minor,
                min_quantity: 1,
                valid_from_ms: None,
                valid_until_ms: None,
                interval,
            },
        });
        lines.collect()
    }

    fn coupon(&self) -> Option<pricing::exports::postern::pricing::pricer::Coupon> {
        use pricing::exports::postern::pricing::pricer::{Coupon, Discount, Money};
        let currency = &self.currency;
        let fixed = |minor| Discount::Fixed(Money { minor, currency: currency.clone() });
        let discount = self.percent_bp.map(Discount::PercentBp).or(self.fixed_minor.map(fixed))?;
        Some(Coupon {
            code: "SUMMER".into(),
            discount,
            products: None,
            min_subtotal: None,
            valid_from_ms: None,
            valid_until_ms: None,
        })
    }
}

#[test]
fn pricing_adds_up_as_its_unit_tests_say() {
    use pricing::exports::postern::pricing::pricer::Money;
    let (mut store, component, linker) = load("pricing");
    let world = pricing::Pricing::instantiate(&mut store, &component, &linker).unwrap();
    let pricer = world.postern_pricing_pricer();
    let resource = pricer.markets();
    let wrong = resource.call_parse(&mut store, br#"{"default": "x", "markets": []}"#).unwrap();
    assert_eq!(wrong.unwrap_err().field, "default");
    let json = std::fs::read(root().join("edge/app/config/markets.json")).unwrap();
    let markets = resource.call_parse(&mut store, &json).unwrap().unwrap();
    for vector in vectors::<CartVector>("pricing/vectors/quotes.json") {
        let [country, region, choice] = vector.from.each_ref().map(Option::as_deref);
        let market =
            resource.call_choose_market(&mut store, markets, country, region, choice).unwrap();
        assert_eq!(market.id, vector.market, "{}", vector.about);
        let (lines, coupon) = (vector.cart_lines(), vector.coupon());
        let now_ms = 1_767_225_600_000;
        let quoted = resource
            .call_quote(&mut store, markets, &market.id, &lines, coupon.as_ref(), now_ms)
            .unwrap();
        match quoted {
            Ok(totals) => {
                let parts: Vec<i64> = totals.lines.iter().map(|line| line.discount_minor).collect();
                assert_eq!(parts, vector.discounts_minor, "{}", vector.about);
                let total = Money { minor: totals.total_minor, currency: totals.currency };
                let written = pricer.call_format_money(&mut store, &total, &market.locale);
                let written = written.unwrap().unwrap();
                assert_eq!(Some(written), vector.total, "{}", vector.about);
            }
            Err(error) => {
                assert_eq!(Some((error.field, error.code)), vector.error, "{}", vector.about);
            }
        }
    }
}
