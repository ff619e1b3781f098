//! The crate as a WebAssembly component, by `wit/model@0.1.0`.
#![allow(unsafe_code, missing_docs)] // What the bindings generate.

use exports::postern::model::codec::{
    self as wit, Guest, GuestChatRequest, GuestDecoder, GuestWriter,
};
use std::cell::RefCell;

wit_bindgen::generate!({ world: "model", path: "../../wit/model@0.1.0" });

struct Component;

impl From<wit::Format> for crate::Format {
    fn from(format: wit::Format) -> Self {
        match format {
            wit::Format::OpenaiChat => Self::OpenaiChat,
            wit::Format::Anthropic => Self::Anthropic,
            wit::Format::Gemini => Self::Gemini,
            wit::Format::Bedrock => Self::Bedrock,
            wit::Format::Ollama => Self::Ollama,
            wit::Format::OpenaiResponses => Self::OpenaiResponses,
        }
    }
}

impl From<wit::Tokenizer> for crate::Tokenizer {
    fn from(tokenizer: wit::Tokenizer) -> Self {
        match tokenizer {
            wit::Tokenizer::OpenaiO200k => Self::OpenaiO200k,
            wit::Tokenizer::OpenaiCl100k => Self::OpenaiCl100k,
            wit::Tokenizer::Anthropic => Self::Anthropic,
            wit::Tokenizer::Gemini => Self::Gemini,
            wit::Tokenizer::Llama => Self::Llama,
            wit::Tokenizer::Generic => Self::Generic,
        }
    }
}

impl From<wit::Dialect> for crate::Dialect {
    fn from(dialect: wit::Dialect) -> Self {
        match dialect {
            wit::Dialect::OpenaiChat => Self::OpenaiChat,
            wit::Dialect::AnthropicMessages => Self::AnthropicMessages,
            wit::Dialect::OpenaiResponses => Self::OpenaiResponses,
        }
    }
}

impl From<wit::Usage> for crate::Usage {
    fn from(usage: wit::Usage) -> Self {
        Self {
            input_tokens: usage.input_tokens,
            cached_input_tokens: usage.cached_input_tokens,
            cache_write_tokens: usage.cache_write_tokens,
            audio_input_tokens: usage.audio_input_tokens,
            image_input_tokens: usage.image_input_tokens,
            output_tokens: usage.output_tokens,
            reasoning_tokens: usage.reasoning_tokens,
            audio_output_tokens: usage.audio_output_tokens,
        }
    }
}

impl From<wit::Expect> for crate::Expect {
    fn from(expect: wit::Expect) -> Self {
        let wit::Expect { show_usage, created_s, native } = expect;
        Self { show_usage, created_s, native }
    }
}

impl wit::WrittenError {
    fn read(&self) -> crate::WrittenError<'_> {
        let (status, field) = (self.status, self.field.as_deref());
        crate::WrittenError { status, code: &self.code, message: &self.message, field }
    }
}

impl From<wit::OutputLimitField> for crate::OutputLimitField {
    fn from(field: wit::OutputLimitField) -> Self {
        match field {
            wit::OutputLimitField::MaxTokens => Self::MaxTokens,
            wit::OutputLimitField::MaxCompletionTokens => Self::MaxCompletionTokens,
        }
    }
}

impl From<wit::AwsCredentials> for crate::AwsCredentials {
    fn from(credentials: wit::AwsCredentials) -> Self {
        Self {
            access_key_id: credentials.access_key_id,
            secret_access_key: credentials.secret_access_key,
            session_token: credentials.session_token,
            region: credentials.region,
        }
    }
}

impl From<kernel::FieldError> for wit::FieldError {
    fn from(error: kernel::FieldError) -> Self {
        Self { field: error.field, message: error.message }
    }
}

impl From<crate::Usage> for wit::Usage {
    fn from(usage: crate::Usage) -> Self {
        Self {
            input_tokens: usage.input_tokens,
            cached_input_tokens: usage.cached_input_tokens,
            cache_write_tokens: usage.cache_write_tokens,
            audio_input_tokens: usage.audio_input_tokens,
            image_input_tokens: usage.image_input_tokens,
            output_tokens: usage.output_tokens,
            reasoning_tokens: usage.reasoning_tokens,
            audio_output_tokens: usage.audio_output_tokens,
        }
    }
}

impl From<crate::Failure> for wit::Failure {
    fn from(failure: crate::Failure) -> Self {
        use crate::FailureKind as K;
        let kind = match failure.kind {
            K::Rejected => wit::FailureKind::Rejected,
            K::RateLimited => wit::FailureKind::RateLimited,
            K::Unauthorized => wit::FailureKind::Unauthorized,
            K::Unavailable => wit::FailureKind::Unavailable,
            K::Truncated => wit::FailureKind::Truncated,
            K::Malformed => wit::FailureKind::Malformed,
        };
        Self { kind, detail: failure.detail }
    }
}

impl From<crate::Event> for wit::Event {
    fn from(event: crate::Event) -> Self {
        match event {
            crate::Event::Chunk(crate::Chunk { json, text, is_output }) => {
                Self::Chunk(wit::Chunk { json, text, is_output })
            }
            crate::Event::Usage(usage) => Self::Usage(usage.into()),
            crate::Event::KeepAlive => Self::KeepAlive,
            crate::Event::Done => Self::Done,
            crate::Event::Failed(failure) => Self::Failed(failure.into()),
        }
    }
}

impl Guest for Component {
    type ChatRequest = crate::ChatRequest;
    type Decoder = Decoder;
    type Writer = Writer;

    fn read_completion(
        format: wit::Format,
        body: Vec<u8>,
        expect: wit::Expect,
    ) -> Result<wit::Completion, wit::Failure> {
        let completion = crate::Format::from(format).completion(&body, expect.into())?;
        Ok(wit::Completion {
            json: completion.json,
            text: completion.text,
            usage: completion.usage.map(Into::into),
        })
    }

    fn read_failure(format: wit::Format, status: u16, body: Vec<u8>) -> wit::Failure {
        crate::Format::from(format).codec().failure(status, &body).into()
    }

    fn write_error(dialect: wit::Dialect, error: wit::WrittenError) -> Vec<u8> {
        crate::Dialect::from(dialect).error(&error.read())
    }

    fn write_count_tokens(tokens: u64) -> Vec<u8> {
        crate::write_count_tokens(tokens)
    }
}

impl GuestChatRequest for crate::ChatRequest {
    fn parse(
        dialect: wit::Dialect,
        body: Vec<u8>,
        betas: Option<String>,
    ) -> Result<wit::ChatRequest, wit::FieldError> {
        let parsed = crate::Dialect::from(dialect).parse(&body)?;
        Ok(wit::ChatRequest::new(parsed.with_betas(betas.as_deref())))
    }

    fn parse_count_tokens(body: Vec<u8>) -> Result<wit::ChatRequest, wit::FieldError> {
        Ok(wit::ChatRequest::new(crate::parse_count_tokens(&body)?))
    }

    fn is_native(&self, format: wit::Format) -> bool {
        crate::ChatRequest::is_native(self, format.into())
    }

    fn summary(&self) -> wit::Summary {
        let summary = crate::ChatRequest::summary(self);
        wit::Summary {
            model: summary.model,
            stream: summary.stream,
            show_usage: summary.show_usage,
            output_tokens_max: summary.output_limit.map(|limit| limit.tokens),
            choices: summary.choices,
        }
    }

    fn prompt_tokens(&self, tokenizer: wit::Tokenizer, image_tokens: u32) -> u64 {
        crate::PromptCount::of(self).tokens(tokenizer.into(), image_tokens)
    }

    fn upstream(
        &self,
        format: wit::Format,
        target: wit::Target,
    ) -> Result<wit::UpstreamRequest, wit::FieldError> {
        let aws = target.aws.map(Into::into);
        let target = crate::Target {
            base_url: &target.base_url,
            api_key: target.api_key.as_deref(),
            aws: aws.as_ref(),
            model: &target.model,
            output_tokens_max: target.output_tokens_max,
            output_limit_field: target.output_limit_field.into(),
            now: kernel::UnixMillis(target.now_ms),
        };
        let request = crate::ChatRequest::upstream(self, format.into(), &target)?;
        let headers = request.headers.into_iter().map(|(name, value)| (name.to_owned(), value));
        let (url, body) = (request.url, request.body);
        Ok(wit::UpstreamRequest { url, headers: headers.collect(), body })
    }
}

struct Decoder(RefCell<Box<dyn crate::Decoder>>);

impl Decoder {
    fn events(
        &self,
        read: impl FnOnce(&mut dyn crate::Decoder, &mut Vec<crate::Event>),
    ) -> Vec<wit::Event> {
        let mut events = Vec::new();
        read(self.0.borrow_mut().as_mut(), &mut events);
        events.into_iter().map(Into::into).collect()
    }
}

impl GuestDecoder for Decoder {
    fn new(format: wit::Format, expect: wit::Expect) -> Self {
        Self(RefCell::new(crate::Format::from(format).decoder(expect.into())))
    }

    fn push(&self, bytes: Vec<u8>) -> Vec<wit::Event> {
        self.events(|decoder, events| decoder.push(&bytes, events))
    }

    fn finish(&self) -> Vec<wit::Event> {
        self.events(|decoder, events| decoder.finish(events))
    }
}

struct Writer(RefCell<Box<dyn crate::Writer>>);

impl Writer {
    fn written(&self, write: impl FnOnce(&mut dyn crate::Writer, &mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::new();
        write(self.0.borrow_mut().as_mut(), &mut out);
        out
    }
}

impl GuestWriter for Writer {
    fn new(request: wit::ChatRequestBorrow<'_>, asked: wit::Asked) -> Self {
        let asked = crate::Asked {
            format: asked.format.into(),
            id: &asked.id,
            created_s: asked.created_s,
            prompt_tokens: asked.prompt_tokens,
            tokenizer: asked.tokenizer.into(),
        };
        Self(RefCell::new(request.get::<crate::ChatRequest>().writer(&asked)))
    }

    fn whole(&self, completion: wit::Completion) -> Vec<u8> {
        let wit::Completion { json, text, usage } = completion;
        let usage = usage.map(Into::into);
        self.0.borrow_mut().whole(crate::Completion { json, text, usage })
    }

    fn chunk(&self, chunk: wit::Chunk) -> Vec<u8> {
        let wit::Chunk { json, text, is_output } = chunk;
        let chunk = crate::Chunk { json, text, is_output };
        self.written(|writer, out| writer.chunk(&chunk, out))
    }

    fn usage(&self, usage: wit::Usage) {
        self.0.borrow_mut().usage(usage.into());
    }

    fn keep_alive(&self) -> Vec<u8> {
        self.written(|writer, out| writer.keep_alive(out))
    }

    fn done(&self) -> Vec<u8> {
        self.written(|writer, out| writer.done(out))
    }

    fn failed(&self, error: wit::WrittenError) -> Vec<u8> {
        self.written(|writer, out| writer.failed(&error.read(), out))
    }
}

export!(Component);
