//! `/playground`: asking a model in a browser. With scripts the page asks `/v1/chat/completions`
//! itself; without them the form comes here, and the same request is made for it.

use super::account::balance_of;
use crate::{
    app::{Platform, Visit},
    features::{chat, me},
    problem::Problem,
    store::ledger,
};
use http::StatusCode;
use kernel::FieldError;
use model::Dialect;
use pages::{ModelChoice, PlaygroundView, Spent, Turn};
use ports::Body;
use serde::Deserialize;
use serde_json::json;

/// Longest answer that a page without scripts shows, in bytes.
const ANSWER_LEN_MAX: usize = 1024 * 1024;
/// Most tokens of an answer.
const TOKENS_MAX: u32 = 1_024;

/// What was said and what it took.
#[derive(Default)]
struct Talk {
    model: String,
    prompt: String,
    answer: Option<String>,
    spent: Option<Spent>,
    error: Option<String>,
}

/// The page.
pub async fn show<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    render(visit, &Talk::default()).await
}

/// The page with an answer.
pub async fn ask<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let model = visit.field("model").to_owned();
    let prompt = visit.field("prompt").trim().to_owned();
    let mut talk = Talk { model, prompt, ..Talk::default() };
    let mut status = StatusCode::OK;
    match answer(visit, &talk.model, &talk.prompt).await {
        Ok((answer, spent)) => (talk.answer, talk.spent) = (Some(answer), Some(spent)),
        Err(problem) => {
            let told = problem.told();
            log::warn!("{}: playground: {}", visit.cx.request_id, told.code);
            (talk.error, status) = (Some(told.detail), told.status);
        }
    }
    let mut response = render(visit, &talk).await?;
    *response.status_mut() = status;
    Ok(response)
}

async fn answer<P: Platform>(
    visit: &Visit<P>,
    model: &str,
    prompt: &str,
) -> Result<(String, Spent), Problem> {
    #[derive(Deserialize)]
    struct Answer {
        choices: Vec<Choice>,
        usage: Usage,
    }
    #[derive(Deserialize)]
    struct Choice {
        message: Message,
    }
    #[derive(Deserialize)]
    struct Message {
        content: Option<String>,
    }
    #[derive(Deserialize)]
    struct Usage {
        prompt_tokens: u64,
        completion_tokens: u64,
    }
    if prompt.is_empty() {
        return Err(FieldError::new("prompt", "must not be empty").into());
    }
    let mut call = visit.call()?;
    let most =
        visit.cx.settings.model(model).map_or(TOKENS_MAX, |usable| usable.model.output_tokens_max);
    let request = json!({
        "model": model, "max_tokens": most.min(TOKENS_MAX),
        "messages": [{ "role": "user", "content": prompt }],
    });
    call.body = Body::from(request.to_string().into_bytes());
    let reply = chat::create(call, Dialect::OpenaiChat).await?;
    let body = reply.response.into_body().collect(ANSWER_LEN_MAX).await?;
    let unread = |e: serde_json::Error| Problem::Misconfigured(format!("an answer: {e}"));
    let Answer { choices, usage } = serde_json::from_slice(&body).map_err(unread)?;
    let text = choices.into_iter().find_map(|choice| choice.message.content).unwrap_or_default();
    let price = visit.cx.settings.model(model).map(|usable| usable.model.price_nanousd);
    let cost = price.map(|price| {
        let of = |tokens: u64, each: u64| tokens.saturating_mul(each);
        of(usage.prompt_tokens, price.input)
            .saturating_add(of(usage.completion_tokens, price.output))
    });
    let spent = Spent {
        input_tokens: usage.prompt_tokens,
        output_tokens: usage.completion_tokens,
        cost_nanousd: cost,
    };
    Ok((text, spent))
}

async fn render<P: Platform>(
    visit: &Visit<P>,
    talk: &Talk,
) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let results = call.read_books(vec![call.ledger().balances()]).await?;
    let balances: Vec<ledger::Balance> = ledger::rows(results.last().map_or(&[], Vec::as_slice))?;
    let available = if balances.is_empty() { 0 } else { balance_of(&balances).available };
    let models = me::offered(&call).map(|(id, provider)| {
        let price = call.cx.settings.model(id).map(|usable| usable.model.price_nanousd);
        ModelChoice {
            id,
            provider,
            input_nanousd: price.map(|price| price.input),
            output_nanousd: price.map(|price| price.output),
        }
    });
    let said = talk.answer.as_ref().map(|answer| {
        let person = Turn { is_person: true, text: &talk.prompt };
        [person, Turn { is_person: false, text: answer }]
    });
    let view = PlaygroundView {
        models: models.collect(),
        selected: &talk.model,
        prompt: if talk.answer.is_some() { "" } else { &talk.prompt },
        turns: said.into_iter().flatten().collect(),
        spent: talk.spent,
        error: talk.error.as_deref(),
        available,
    };
    visit.page(|page| view.render(page))
}
