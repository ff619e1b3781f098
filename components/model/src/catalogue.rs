//! The catalogue: which models there are, who provides them, what they cost.

use crate::{Format, Price, Tokenizer};
use kernel::{FieldError, Ratio};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most models that one name stands for, and most that come after one.
const CANDIDATES_MAX: usize = 8;

/// The models and their providers, as `config/models.json` names them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Providers by name. The name also names a provider's secrets: `<NAME>_API_KEY`.
    pub providers: BTreeMap<String, Provider>,
    /// Models by the name that clients ask for.
    pub models: BTreeMap<String, Model>,
    /// Names that stand for one of several models.
    #[serde(default)]
    pub routes: BTreeMap<String, Route>,
}

/// A name that stands for one of several models.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The models of which any would do.
    pub among: Vec<Among>,
    /// Which of them comes first.
    #[serde(default)]
    pub prefer: Prefer,
    /// The models to try after them, in order.
    #[serde(default)]
    pub fallback: Vec<String>,
    /// Whether clients are told of it. One that is not listed can be asked for all the same.
    #[serde(default = "yes")]
    pub listed: bool,
}

/// A model of a route.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Among {
    /// Its name in the catalogue.
    pub model: String,
    /// How often it comes first, against the others' weights.
    #[serde(default = "one")]
    pub weight: u32,
}

/// What makes one of several equals come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prefer {
    /// Chance, by weight.
    #[default]
    Weight,
    /// The shortest time to the first byte, failures considered.
    Latency,
    /// The lowest price.
    Price,
}

/// Somebody who runs models behind an HTTP API.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// The wire format it speaks.
    pub format: Format,
    /// Where its API begins, without a trailing slash. `<NAME>_API_BASE` overrides it.
    pub base_url: String,
    /// Whether requests need a key.
    #[serde(default = "yes")]
    pub needs_key: bool,
    /// Where it is, for a provider whose requests are signed: `eu-central-1`.
    #[serde(default)]
    pub region: Option<String>,
    /// The field that limits an answer's length, where a client has set none.
    #[serde(default)]
    pub output_limit_field: OutputLimitField,
    /// How long to wait for it.
    #[serde(default)]
    pub timeouts: Timeouts,
    /// How often to ask it again.
    #[serde(default)]
    pub retry: Retry,
    /// When to leave it alone.
    #[serde(default)]
    pub breaker: Breaker,
    /// How much an instance of Postern asks of it. There is no limit without this.
    #[serde(default)]
    pub limits: ProviderLimits,
    /// What it bills when an answer is cancelled.
    #[serde(default)]
    pub cancelled: Cancelled,
}

/// How often a request is repeated that failed in a way that may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// Attempts in all: 1 is no repetition.
    pub attempts: u32,
    /// Longest wait before the second attempt, in milliseconds; it doubles each time.
    pub backoff_ms: u32,
    /// The longest `Retry-After` that is waited for, in milliseconds.
    pub retry_after_ms_max: u32,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 2, backoff_ms: 250, retry_after_ms_max: 2_000 }
    }
}

/// When a model is left alone because it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Breaker {
    /// Recent failures, if they are half of the requests or more.
    pub failures: u32,
    /// For how long, in milliseconds. Then one request finds out.
    pub open_ms: u32,
}

impl Breaker {
    /// Longest time that a model is left alone.
    pub const OPEN_MS_MAX: u32 = 300_000;
}

impl Default for Breaker {
    fn default() -> Self {
        Self { failures: 5, open_ms: 10_000 }
    }
}

/// How much is asked of a provider in a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProviderLimits {
    /// Requests.
    pub requests_per_minute: Option<u32>,
    /// Tokens, as they are reserved.
    pub tokens_per_minute: Option<u32>,
}

/// What a provider bills when an answer is cancelled half-way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cancelled {
    /// What it has written by then.
    #[default]
    SoFar,
    /// All that it would have written: cancelling saves nothing, and the longest answer is what
    /// the operation is booked with.
    Whole,
}

/// How a provider is told the longest answer. Both stand for the same number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputLimitField {
    /// The field that every compatible server knows.
    #[default]
    MaxTokens,
    /// The field that OpenAI's newer models insist on.
    MaxCompletionTokens,
}

/// How long to wait for a provider, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timeouts {
    /// From sending the request to the first byte of the answer.
    pub first_byte_ms: u32,
    /// Between two pieces of the answer.
    pub idle_ms: u32,
    /// For the whole answer. A hold of the ledger outlives this.
    pub total_ms: u32,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { first_byte_ms: 30_000, idle_ms: 30_000, total_ms: 600_000 }
    }
}

impl Timeouts {
    /// Longest time that an answer may be configured to take.
    pub const TOTAL_MS_MAX: u32 = 900_000;
}

/// One model that clients can ask for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The provider's name in the catalogue.
    pub provider: String,
    /// What the provider calls the model.
    pub upstream_model: String,
    /// Most tokens of one answer: the limit for clients, and what is reserved when a client
    /// sets no limit of its own.
    pub output_tokens_max: u32,
    /// What it costs Postern, in nano-USD per token.
    pub price_nanousd: Price,
    /// Tokens taken from a wallet for each token of the model.
    pub multiplier: Ratio,
    /// Whether clients are told of it. One that is not listed can be asked for all the same.
    #[serde(default = "yes")]
    pub listed: bool,
    /// What one image of a prompt counts as.
    #[serde(default = "default_image_tokens")]
    pub image_tokens: u32,
    /// The models to try after this one, in order, as long as nothing of an answer was released.
    #[serde(default)]
    pub fallback: Vec<String>,
    /// How it splits text, where its provider's format does not tell.
    #[serde(default)]
    pub tokenizer: Option<Tokenizer>,
}

impl Model {
    /// How it splits text, as far as is known. OpenAI's format tells nothing, since most servers
    /// speak it.
    #[must_use]
    pub fn tokenizer(&self, format: Format) -> Tokenizer {
        self.tokenizer.unwrap_or(match format {
            Format::Anthropic => Tokenizer::Anthropic,
            Format::Gemini => Tokenizer::Gemini,
            Format::OpenaiResponses => Tokenizer::OpenaiO200k,
            Format::OpenaiChat | Format::Bedrock | Format::Ollama => Tokenizer::Generic,
        })
    }
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

fn default_image_tokens() -> u32 {
    1_105
}

impl Catalogue {
    /// Reads and checks a catalogue.
    ///
    /// # Errors
    /// A [`FieldError`] that names the entry: `models.gpt-4o.provider`.
    pub fn parse(json: &str) -> Result<Self, FieldError> {
        let catalogue: Self = kernel::read_json(json.as_bytes())?;
        for (name, provider) in &catalogue.providers {
            check_provider(name, provider).map_err(|e| e.within(&format!("providers.{name}")))?;
        }
        for (name, model) in &catalogue.models {
            let checked = check_name(name).and_then(|()| catalogue.check_model(model));
            checked.map_err(|e| e.within(&format!("models.{name}")))?;
        }
        for (name, route) in &catalogue.routes {
            let checked = check_name(name).and_then(|()| catalogue.check_route(name, route));
            checked.map_err(|e| e.within(&format!("routes.{name}")))?;
        }
        Ok(catalogue)
    }

    /// This catalogue and another; an entry of the other replaces one of the same name.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.providers.extend(other.providers);
        self.models.extend(other.models);
        self.routes.extend(other.routes);
        self
    }

    /// A model and its provider, by the model's name.
    #[must_use]
    pub fn find(&self, model: &str) -> Option<(&Model, &Provider)> {
        let model = self.models.get(model)?;
        Some((model, self.providers.get(&model.provider)?))
    }

    fn check_model(&self, model: &Model) -> Result<(), FieldError> {
        if !self.providers.contains_key(&model.provider) {
            let message = format!("names no provider of this file: {:?}", model.provider);
            return Err(FieldError::new("provider", message));
        }
        if model.upstream_model.is_empty() {
            return Err(FieldError::new("upstream_model", "must not be empty"));
        }
        if model.output_tokens_max == 0 {
            return Err(FieldError::new("output_tokens_max", "must be above zero"));
        }
        self.check_models("fallback", model.fallback.iter())
    }

    fn check_route(&self, name: &str, route: &Route) -> Result<(), FieldError> {
        if self.models.contains_key(name) {
            return Err(FieldError::new("", "is the name of a model too"));
        }
        if route.among.is_empty() || route.among.iter().all(|among| among.weight == 0) {
            return Err(FieldError::new("among", "must name a model with a weight above zero"));
        }
        self.check_models("among", route.among.iter().map(|among| &among.model))?;
        self.check_models("fallback", route.fallback.iter())
    }

    fn check_models<'a>(
        &self,
        field: &str,
        names: impl ExactSizeIterator<Item = &'a String>,
    ) -> Result<(), FieldError> {
        if names.len() > CANDIDATES_MAX {
            let message = format!("must name {CANDIDATES_MAX} models at most");
            return Err(FieldError::new(field, message));
        }
        for (index, name) in names.enumerate() {
            if !self.models.contains_key(name) {
                let message = format!("names no model of this file: {name:?}");
                return Err(FieldError::new(format!("{field}[{index}]"), message));
            }
        }
        Ok(())
    }
}

fn check_name(name: &str) -> Result<(), FieldError> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._:/@".contains(&b);
    if name.is_empty() || name.len() > 100 || !name.bytes().all(allowed) {
        return Err(FieldError::new("", "must be named with 1 to 100 of a-z, 0-9 and -._:/@"));
    }
    Ok(())
}

fn check_provider(name: &str, provider: &Provider) -> Result<(), FieldError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if name.is_empty() || !name.bytes().all(allowed) {
        return Err(FieldError::new("", "must be named with a-z, 0-9 and _"));
    }
    let rest = provider.base_url.strip_prefix("https://");
    let rest = rest.or_else(|| provider.base_url.strip_prefix("http://"));
    if rest.is_none_or(|rest| rest.is_empty() || rest.ends_with('/')) {
        return Err(FieldError::new("base_url", "must be an http URL without a trailing slash"));
    }
    let Timeouts { first_byte_ms, idle_ms, total_ms } = provider.timeouts;
    for (field, value) in
        [("first_byte_ms", first_byte_ms), ("idle_ms", idle_ms), ("total_ms", total_ms)]
    {
        if value == 0 || value > Timeouts::TOTAL_MS_MAX {
            let message = format!("must be between 1 and {}", Timeouts::TOTAL_MS_MAX);
            return Err(FieldError::new(field, message).within("timeouts"));
        }
    }
    if provider.format == Format::Bedrock && provider.region.is_none() {
        return Err(FieldError::new("region", "must be given for this format"));
    }
    if provider.retry.attempts == 0 {
        return Err(FieldError::new("retry.attempts", "must be above zero"));
    }
    let Breaker { failures, open_ms } = provider.breaker;
    if failures == 0 || open_ms == 0 || open_ms > Breaker::OPEN_MS_MAX {
        let message = format!(
            "must have failures above zero, and open_ms between 1 and {}",
            Breaker::OPEN_MS_MAX
        );
        return Err(FieldError::new("breaker", message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"{
        "providers": {"openai": {"format": "openai-chat", "base_url": "https://api.openai.com/v1"}},
        "models": {"gpt": {"provider": "openai", "upstream_model": "gpt-1", "output_tokens_max": 100,
            "price_nanousd": {"input": 150, "cached_input": 75, "output": 600},
            "multiplier": [72, 100]}}
    }"#;

    fn error(from: &str, to: &str) -> String {
        assert!(SOUND.contains(from), "{from}");
        Catalogue::parse(&SOUND.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn a_sound_catalogue_is_found_in() {
        let catalogue = Catalogue::parse(SOUND).unwrap();
        let (model, provider) = catalogue.find("gpt").unwrap();
        assert_eq!(model.multiplier.mul_div_ceil(100), Some(72));
        assert_eq!(provider.timeouts, Timeouts::default());
        assert!(provider.needs_key);
        assert!(catalogue.find("gpt-1").is_none());
    }

    #[test]
    fn every_mistake_is_told_with_its_key() {
        for (from, to, message) in [
            (
                r#""provider": "openai""#,
                r#""provider": "acme""#,
                "`models.gpt.provider` names no provider",
            ),
            (
                r#""output_tokens_max": 100"#,
                r#""output_tokens_max": 0"#,
                "`models.gpt.output_tokens_max` must",
            ),
            (
                r#"[72, 100]"#,
                r#"[72, 0]"#,
                "`models.gpt.multiplier` is not as expected: a ratio needs",
            ),
            (
                r#""input": 150"#,
                r#""input": 0.5"#,
                "`models.gpt.price_nanousd.input` is not as expected",
            ),
            (
                r#""input": 150, "#,
                "",
                "`models.gpt.price_nanousd` is not as expected: missing field `input`",
            ),
            (
                r#""output": 600"#,
                r#""output": 600, "per": 1"#,
                "`models.gpt.price_nanousd.per` is not",
            ),
            (
                "openai-chat",
                "morse",
                "`providers.openai.format` is not as expected: unknown variant",
            ),
            (
                "https://api.openai.com/v1",
                "api.openai.com",
                "`providers.openai.base_url` must be an http URL",
            ),
            (
                r#"/v1""#,
                r#"/v1", "timeouts": {"idle_ms": 0}"#,
                "`providers.openai.timeouts.idle_ms` must be",
            ),
            (
                r#""multiplier""#,
                r#""tokenizer": "abacus", "multiplier""#,
                "`models.gpt.tokenizer` is not as expected: unknown variant `abacus`",
            ),
            (r#""gpt":"#, r#""g p t":"#, "`models.g p t` must be named"),
            (
                r#"[72, 100]"#,
                r#"[72, 100], "fallback": ["gpt-9"]"#,
                "`models.gpt.fallback[0]` names no model",
            ),
            (r#"/v1""#, r#"/v1", "retry": {"attempts": 0}"#, "`providers.openai.retry.attempts`"),
            (r#"/v1""#, r#"/v1", "breaker": {"open_ms": 0}"#, "`providers.openai.breaker` must"),
            (
                r#""models":"#,
                r#""routes": {"best": {"among": [{"model": "gpt"}, {"model": "x"}]}}, "models":"#,
                "`routes.best.among[1]` names no model",
            ),
            (
                r#""models":"#,
                r#""routes": {"gpt": {"among": [{"model": "gpt"}]}}, "models":"#,
                "`routes.gpt` is the name of a model",
            ),
            (
                r#""models":"#,
                r#""routes": {"best": {"among": [{"model": "gpt", "weight": 0}]}}, "models":"#,
                "`routes.best.among` must name a model with",
            ),
        ] {
            let told = error(from, to);
            assert!(told.starts_with(message), "{told}");
        }
    }

    #[test]
    fn a_tokenizer_is_named_or_follows_from_the_format() {
        let named = SOUND.replace("\"multiplier\"", "\"tokenizer\": \"llama\", \"multiplier\"");
        for (json, format, tokenizer) in [
            (SOUND, Format::OpenaiChat, Tokenizer::Generic),
            (SOUND, Format::Anthropic, Tokenizer::Anthropic),
            (SOUND, Format::Gemini, Tokenizer::Gemini),
            (&named, Format::Anthropic, Tokenizer::Llama),
        ] {
            let catalogue = Catalogue::parse(json).unwrap();
            let (model, _) = catalogue.find("gpt").unwrap();
            assert_eq!(model.tokenizer(format), tokenizer);
        }
    }

    #[test]
    fn catalogues_add_up() {
        let more = Catalogue::parse(&SOUND.replace("\"gpt\"", "\"gpt-2\"")).unwrap();
        let both = Catalogue::parse(SOUND).unwrap().with(more);
        assert!(both.find("gpt").is_some() && both.find("gpt-2").is_some());
    }
}
