//! `POST /v1/chat/completions`: from a request to an answer that is paid for.
//!
//! The order is the point. Nothing is sent to a provider before the most that it can cost has been
//! set aside; whatever happens after that, the hold is ended once, with what was used.

mod hold;
mod relay;
mod upstream;

use crate::{
    app::{Call, Platform, Reply},
    functions::Functions,
    problem::Problem,
};
use http::StatusCode;
use kernel::FieldError;
use ledger::Estimate;
use model::{Meter, Target};

/// Longest request: room for a few images.
pub const REQUEST_LEN_MAX: usize = 8 * 1024 * 1024;

/// `POST /v1/chat/completions`
pub async fn create<P: Platform>(mut call: Call<P>) -> Result<Reply, Problem> {
    let body = std::mem::take(&mut call.body).collect(REQUEST_LEN_MAX).await?;
    let chat = P::Functions::parse_chat(&body)?;
    drop(body);
    let summary = P::Functions::summary(&chat);

    let settings = call.cx.settings.clone();
    let offered = call.tenant.offers_model(&summary.model);
    let usable = settings.model(&summary.model).filter(|_| offered);
    let usable = usable.ok_or_else(|| Problem::ModelNotFound(summary.model.clone()))?;
    let model = usable.model;
    let output_tokens_max = match summary.output_limit {
        None => model.output_tokens_max,
        Some(limit) if limit.tokens <= model.output_tokens_max => limit.tokens,
        Some(limit) => {
            let message = format!("must be at most {} for this model", model.output_tokens_max);
            return Err(FieldError::new(limit.field, message).into());
        }
    };
    let target = Target {
        base_url: &usable.access.base_url,
        api_key: usable.access.api_key.as_ref().map(ports::Secret::expose),
        model: &model.upstream_model,
        output_tokens_max,
        output_limit_field: usable.provider.output_limit_field,
    };
    let format = usable.provider.format;
    let request = P::Functions::upstream_request(format, &chat, &target);
    let request = request.map_err(Problem::Unsupported)?;
    drop(chat);

    let tokenizer = model.tokenizer(format);
    let prompt_tokens = summary.prompt.tokens(tokenizer, model.image_tokens);
    let estimate = Estimate {
        prompt_tokens: tokenizer.hold(prompt_tokens),
        output_tokens_max,
        choices: summary.choices,
        multiplier: model.multiplier,
    };
    let entry = ledger::reserve(&estimate);
    let entry = entry.map_err(|_| FieldError::new("max_tokens", "is more than can be paid for"))?;

    let timeouts = usable.provider.timeouts;
    let (mut hold, admitted) = hold::take(&call, &summary.model, model, entry, timeouts).await?;

    let answer = upstream::send(&call.cx, request, timeouts).await?;
    if !answer.status.is_success() {
        let status = answer.status.as_u16();
        let words = answer.whole(upstream::REFUSAL_LEN_MAX).await.unwrap_or_default();
        return Err(P::Functions::failure(format, status, &words).into());
    }
    let meter = Meter::new(prompt_tokens, tokenizer);
    let response = if summary.stream {
        let decoder = P::Functions::decoder(format, summary.show_usage, call.cx.now);
        relay::stream(&call.cx, answer, decoder, meter, hold).await?
    } else {
        let body = answer.whole(upstream::ANSWER_LEN_MAX).await?;
        let completion = P::Functions::completion(format, &body, call.cx.now)?;
        let mut meter = meter;
        meter.note_whole(&completion.text, completion.usage);
        hold.end(meter.read(), "done");
        let mut response = http::Response::new(completion.json.into());
        *response.status_mut() = StatusCode::OK;
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(http::header::CONTENT_TYPE, json);
        response
    };
    Ok(Reply { response, standing: admitted.standing, slot: Some(admitted.slot) })
}
