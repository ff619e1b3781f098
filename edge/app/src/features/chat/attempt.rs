//! The attempts to have a request answered: one model after the other, some of them again, until
//! one has begun. After that there is no other: what has been released cannot be taken back.

use super::{
    hold::{Answered, Hold},
    plan::{Candidate, Plan},
    upstream::{self, Answer, Piece},
};
use crate::{
    app::{Call, Platform, entropy},
    functions::Functions,
    problem::Problem,
};
use model::{
    Completion, Event, Expect, Failure, FailureKind, Summary,
    routing::{Next, Schedule, again_after_ms},
};
use ports::{Clock, Host};

/// An answer that has begun.
pub enum Begun<P: Platform> {
    /// It comes piece by piece, and the first piece has come.
    Stream(Opened<P>),
    /// It is all there.
    Whole(Completion),
}

/// A streamed answer, of which something has been read.
pub struct Opened<P: Platform> {
    pub answer: Answer<P::Host>,
    pub decoder: <P::Functions as Functions>::Decoder,
    /// What has been read and not yet been released.
    pub events: Vec<Event>,
}

/// Why an attempt came to nothing.
struct Refusal {
    failure: Failure,
    /// How long the provider has asked to be left alone.
    retry_after_ms: Option<u64>,
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self { failure, retry_after_ms: None }
    }
}

/// Has a request answered by the first of the candidates that can. Returns which.
///
/// # Errors
/// [`Problem::Provider`] with the last failure, when none could.
pub async fn answer<P: Platform>(
    call: &Call<P>,
    chat: &<P::Functions as Functions>::Chat,
    summary: &Summary,
    plan: &mut Plan<'_>,
    hold: &mut Hold,
) -> Result<(usize, Begun<P>), Problem> {
    let cx = &call.cx;
    let mut schedule = Schedule::new(plan.candidates.len());
    let mut last = None;
    loop {
        let began = cx.clock_now();
        let index = match schedule.next(began) {
            Next::Try(index) => index,
            Next::Wait(ms) => {
                cx.host.clock().sleep(ms).await;
                continue;
            }
            Next::GiveUp => break,
        };
        let tokens = plan.tokens;
        let Some(candidate) = plan.candidates.get_mut(index) else { break };
        let (name, provider) = (candidate.name, candidate.usable.provider);
        let vendor = &candidate.usable.model.provider;
        if let Err(why) = cx.app.health.admit(name, vendor, provider, tokens, began) {
            schedule.passed_over();
            hold.attempted(candidate, why, 0);
            continue;
        }
        let Ok(request) = candidate.request(call, chat) else {
            schedule.passed_over();
            hold.attempted(candidate, "unsupported", 0);
            continue;
        };
        let begun = begin(call, chat, summary, candidate, request).await;
        let (now, duration_ms) = (cx.clock_now(), cx.clock_now().since_ms(began));
        let Refusal { failure, retry_after_ms } = match begun {
            Ok(begun) => {
                hold.attempted(candidate, "answered", duration_ms);
                hold.news(cx.app.health.succeeded(name, duration_ms, now));
                hold.answered(Answered::by(candidate), now.since_ms(cx.now));
                return Ok((index, begun));
            }
            Err(refusal) => refusal,
        };
        log::warn!("{}: {name}: {}: {}", cx.request_id, failure.kind.as_str(), failure.detail);
        hold.attempted(candidate, failure.kind.as_str(), duration_ms);
        if !failure.kind.is_the_providers() {
            return Err(failure.into());
        }
        hold.news(cx.app.health.failed(name, &provider.breaker, retry_after_ms, now));
        if failure.kind.may_pass() {
            let [a, b, c, d, ..] = entropy(&cx.host);
            let chance = u32::from_le_bytes([a, b, c, d]);
            let tried = schedule.attempts_of(index);
            let again = again_after_ms(&provider.retry, tried, retry_after_ms, chance);
            if let Some(ms) = again.and_then(|ms| i64::try_from(ms).ok()) {
                schedule.again_at(index, now.plus_ms(ms));
            }
        }
        last = Some(failure);
    }
    let nobody = || Failure::new(FailureKind::Unavailable, "every model is left alone for now");
    Err(last.unwrap_or_else(nobody).into())
}

/// One attempt, until there is output or a whole answer.
async fn begin<P: Platform>(
    call: &Call<P>,
    chat: &<P::Functions as Functions>::Chat,
    summary: &Summary,
    candidate: &Candidate<'_>,
    request: model::UpstreamRequest,
) -> Result<Begun<P>, Refusal> {
    let provider = candidate.usable.provider;
    let format = provider.format;
    let answer = upstream::send(&call.cx, request, provider.timeouts).await?;
    if !answer.status.is_success() {
        let (status, retry_after_ms) = (answer.status.as_u16(), answer.retry_after_ms);
        let words = answer.whole(upstream::REFUSAL_LEN_MAX).await.unwrap_or_default();
        let failure = P::Functions::failure(format, status, &words);
        return Err(Refusal { failure, retry_after_ms });
    }
    let expect = Expect {
        show_usage: summary.show_usage,
        created_s: call.cx.now.seconds(),
        native: P::Functions::is_native(chat, format),
    };
    if !summary.stream {
        let body = answer.whole(upstream::ANSWER_LEN_MAX).await?;
        return Ok(Begun::Whole(P::Functions::completion(format, &body, expect)?));
    }
    let decoder = P::Functions::decoder(format, expect);
    let mut opened = Opened::<P> { answer, decoder, events: Vec::new() };
    while !opened.has_output() {
        opened.read().await;
        if let Some(failure) = opened.take_early_failure() {
            return Err(failure.into());
        }
    }
    Ok(Begun::Stream(opened))
}

impl<P: Platform> Opened<P> {
    /// Whether the client may be answered: there is output, or the answer is whole without any.
    fn has_output(&self) -> bool {
        self.events.iter().any(|event| match event {
            Event::Chunk(chunk) => chunk.is_output,
            Event::Done => true,
            Event::Usage(_) | Event::KeepAlive | Event::Failed(_) => false,
        })
    }

    /// Reads what the provider sends next.
    pub async fn read(&mut self) {
        match self.answer.next().await {
            Ok(Piece::Bytes(bytes)) => {
                P::Functions::push(&mut self.decoder, &bytes, &mut self.events);
            }
            Ok(Piece::Quiet) => self.events.push(Event::KeepAlive),
            Ok(Piece::End) => P::Functions::finish(&mut self.decoder, &mut self.events),
            Err(failure) => self.events.push(Event::Failed(failure)),
        }
    }

    /// A failure before any output.
    fn take_early_failure(&mut self) -> Option<Failure> {
        if self.has_output() {
            return None;
        }
        self.events.iter().find_map(|event| match event {
            Event::Failed(failure) => Some(failure.clone()),
            _ => None,
        })
    }
}
