//! `POST /v1/chat/completions`, `/v1/messages`, `/v1/responses`: from a request to an answer that
//! is paid for.
//!
//! The order is the point. Nothing is sent to a provider before the most that it can cost has been
//! set aside; whatever happens after that, the hold is ended once, with what was used.

mod answers;
mod attempt;
mod hold;
mod plan;
mod relay;
mod upstream;

use crate::{
    app::{Call, Platform, Reply},
    functions::Functions,
    problem::Problem,
    rates,
    respond::header_text,
};
use answers::Place;
use attempt::Begun;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use model::{Asked, Dialect, Meter};
use plan::{Candidate, Plan};
use ports::Body;

/// Longest request: room for a few images.
pub const REQUEST_LEN_MAX: usize = 8 * 1024 * 1024;

/// The media types of answers.
const JSON: &str = "application/json";
const EVENT_STREAM: &str = "text/event-stream; charset=utf-8";

/// Asks a model, in a client's dialect.
pub async fn create<P: Platform>(mut call: Call<P>, dialect: Dialect) -> Result<Reply, Problem> {
    let body = std::mem::take(&mut call.body).collect(REQUEST_LEN_MAX).await?;
    let input_bytes = body.len() as u64;
    let betas = header_text(&call.headers, "anthropic-beta");
    let chat = P::Functions::parse_chat(dialect, &body, betas)?;
    let place = Place::of(&call, dialect, &body);
    drop(body);
    let summary = P::Functions::summary(&chat);

    let settings = call.cx.settings.clone();
    let mut plan = Plan::of(&call, &settings, &chat, &summary)?;
    if let Some(place) = &place
        && let Some(kept) = place.look(&call.cx).await?
    {
        let standing = rates::count_caller(&call.cx, &call.tenant, &call.caller).await?;
        return Ok(Reply { response: kept, standing, slot: None });
    }
    let (mut hold, admitted) = hold::take(&call, &summary.model, &plan, input_bytes).await?;

    let begun = attempt::answer(&call, &chat, &summary, &mut plan, &mut hold).await;
    let attempts = hold.attempts();
    let (index, begun) = match begun {
        Ok(begun) => begun,
        Err(problem) => {
            hold.give_back();
            return Err(problem);
        }
    };
    let Some(candidate) = plan.candidates.get(index) else { return Err(Problem::NotFound) };
    let asked = Asked {
        format: candidate.usable.provider.format,
        id: call.cx.request_id.as_str().trim_start_matches("req_"),
        created_s: call.cx.now.seconds(),
        prompt_tokens: candidate.prompt_tokens,
        tokenizer: candidate.tokenizer,
    };
    let mut writer = P::Functions::writer(&chat, &asked);
    drop(chat);
    let cache_status = place.as_ref().map(Place::status);
    if let Some(place) = place {
        let provider = &candidate.usable.model.provider;
        hold.keep(place.draft(candidate.name, provider, summary.stream, call.cx.now));
    }
    let mut meter = Meter::new(candidate.prompt_tokens, candidate.tokenizer);
    let mut response = match begun {
        Begun::Stream(opened) => {
            let model = (candidate.name, candidate.usable.provider.breaker);
            relay::stream(&call.cx, opened, writer, meter, hold, model)
        }
        Begun::Whole(completion) => {
            meter.note_whole(&completion.text, completion.usage);
            let body = writer.whole(completion);
            hold.released(&body);
            hold.end(meter.read(), "done");
            json(body)
        }
    };
    tell(response.headers_mut(), candidate, attempts);
    if let Some(status) = cache_status {
        response.headers_mut().insert(HeaderName::from_static("cache-status"), status);
    }
    Ok(Reply { response, standing: admitted.standing, slot: Some(admitted.slot) })
}

/// `POST /v1/messages/count_tokens`
pub async fn count_tokens<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let body = std::mem::take(&mut call.body).collect(REQUEST_LEN_MAX).await?;
    let chat = P::Functions::parse_count_tokens(&body)?;
    let summary = P::Functions::summary(&chat);
    let settings = call.cx.settings.clone();
    let plan = Plan::of(&call, &settings, &chat, &summary)?;
    let tokens = plan.candidates.first().map_or(0, |candidate| candidate.prompt_tokens);
    Ok(json(model::write_count_tokens(tokens)))
}

fn json(body: Vec<u8>) -> http::Response<Body> {
    let mut response = http::Response::new(body.into());
    *response.status_mut() = StatusCode::OK;
    let json = HeaderValue::from_static(JSON);
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// Says who has answered, and at which attempt.
fn tell(headers: &mut HeaderMap, candidate: &Candidate<'_>, attempts: usize) {
    let mut add = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    add("x-postern-model", candidate.name);
    add("x-postern-provider", &candidate.usable.model.provider);
    add("x-postern-attempts", &attempts.to_string());
}
