//! Postern and others that could stand in its place, side by side on one machine, with the sandbox
//! behind each of them.
//!
//! All of them run at once, and one at a time is under load. The loads come in rounds, each of
//! which begins with another contender, so that a slow minute of the machine is shared by all.

mod field;
mod report;

use crate::{
    client,
    load::{self, Ask, Measured, Result, Until},
    machine,
};
use bytes::Bytes;
use field::Contender;
use harness::{dev_key, root};
use http::Request;
use std::{fs, time::Duration};

/// How often each load is put on each contender.
const ROUNDS: usize = 3;
/// How long each time, after a warm-up.
const MEASURE: Duration = Duration::from_secs(2);
const WARM_UP: Duration = Duration::from_millis(300);
/// Where the part of the page begins that this bench leaves as it is.
const KEPT_FROM: &str = "\n## Money\n";
/// Most connections at once.
const CONNECTIONS_MAX: usize = 64;

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A chat, streamed.
    Stream,
    /// A chat, in one piece.
    Answer,
    /// Who is asking, and for which tenant. A connection shows the same token every time.
    Check,
    /// The same, with a token that was not seen before, or so long ago that nobody remembers it.
    NewToken,
}

/// What is asked, on so many connections.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Load {
    kind: Kind,
    connections: usize,
}

const LOADS: [Load; 7] = [
    Load { kind: Kind::Stream, connections: 1 },
    Load { kind: Kind::Stream, connections: 16 },
    Load { kind: Kind::Answer, connections: 1 },
    Load { kind: Kind::Answer, connections: 16 },
    Load { kind: Kind::Answer, connections: CONNECTIONS_MAX },
    Load { kind: Kind::Check, connections: 16 },
    Load { kind: Kind::NewToken, connections: 16 },
];

/// What a contender has done under a load.
struct Score {
    contender: usize,
    load: Load,
    measured: Measured,
    /// Processor time; `None` where the system does not tell.
    cpu: Option<Duration>,
}

/// Measures, prints, and writes the page if that is asked for.
///
/// # Errors
/// When something cannot be started, or one answer is not what it should be.
pub async fn bench(write: bool) -> Result<()> {
    let began = machine::began();
    let field = field::start(&dev_key()?).await?;
    let mut scores = Vec::new();
    for round in 0..ROUNDS {
        for load in LOADS {
            for turn in 0..field.contenders.len() {
                let index = (turn + round) % field.contenders.len();
                let Some(contender) = field.contenders.get(index) else { continue };
                let Some(ask) = contender.ask(load)? else { continue };
                eprintln!("round {} of {ROUNDS}: {load}: {}", round + 1, contender.name);
                let (measured, cpu) = measure(contender, &ask).await?;
                take_in(&mut scores, Score { contender: index, load, measured, cpu });
            }
        }
    }
    for contender in &field.contenders {
        contender.has_settled().await?;
    }
    let page = report::page(&field, &scores, &began)?;
    print!("{page}");
    if write {
        let file = root().join("docs/benchmarks.md");
        fs::create_dir_all(root().join("docs")).map_err(|e| e.to_string())?;
        // What follows was written by hand.
        let old = fs::read_to_string(&file).unwrap_or_default();
        let kept = old.find(KEPT_FROM).and_then(|at| old.get(at..)).unwrap_or_default();
        fs::write(&file, page + kept).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    Ok(())
}

async fn measure(contender: &Contender, ask: &Ask) -> Result<(Measured, Option<Duration>)> {
    let told = |e| format!("{}: {e}", contender.name);
    load::run(ask, Until::Elapsed(WARM_UP)).await.map_err(told)?;
    let before = contender.server.cpu();
    let measured = load::run(ask, Until::Elapsed(MEASURE)).await.map_err(told)?;
    let cpu = before.zip(contender.server.cpu());
    Ok((measured, cpu.map(|(before, after)| after.saturating_sub(before))))
}

fn take_in(scores: &mut Vec<Score>, new: Score) {
    let same = |s: &&mut Score| (s.contender, s.load) == (new.contender, new.load);
    match scores.iter_mut().find(same) {
        None => scores.push(new),
        Some(score) => {
            score.measured.add(new.measured);
            score.cpu = score.cpu.zip(new.cpu).map(|(one, other)| one + other);
        }
    }
}

impl Contender {
    /// What a load asks of it; `None` if it does no such thing.
    fn ask(&self, load: Load) -> Result<Option<Ask>> {
        let each = |kind| -> Result<Vec<Vec<Request<Bytes>>>> {
            let tokens = self.tokens.iter().take(load.connections);
            tokens.map(|token| Ok(vec![self.request(kind, token)?])).collect()
        };
        let (is_whole, requests): (fn(&[u8]) -> bool, _) = match load.kind {
            Kind::Check | Kind::NewToken if self.once.is_empty() => return Ok(None),
            Kind::Stream => (client::is_whole_stream, each(load.kind)?),
            Kind::Answer => (client::is_whole_answer, each(load.kind)?),
            Kind::Check => (client::lists_models, each(load.kind)?),
            Kind::NewToken => {
                let share = self.once.chunks(self.once.len().div_ceil(load.connections));
                let all = share.map(|tokens| {
                    tokens.iter().map(|token| self.request(load.kind, token)).collect()
                });
                (client::lists_models, all.collect::<Result<_>>()?)
            }
        };
        Ok(Some(Ask { address: self.server.address, requests, is_whole }))
    }

    fn request(&self, kind: Kind, token: &str) -> Result<Request<Bytes>> {
        let mut request = match kind {
            Kind::Check | Kind::NewToken => client::get(&self.host, "/v1/models", token)?,
            Kind::Stream | Kind::Answer => {
                let question = client::question(self.model, kind == Kind::Stream);
                client::post(&self.host, self.path, token, question)?
            }
        };
        for (name, value) in &self.headers {
            request.headers_mut().insert(*name, value.parse().map_err(|_| "not a header")?);
        }
        Ok(request)
    }
}
