//! What was measured, as a page in Markdown.

use super::{
    Kind, LOADS, Load, MEASURE, ROUNDS, Score,
    field::{Contender, DIRECT, Field, HONO, INSTALLED, PORTKEY, SPIN, TENSORZERO, WORKERS},
};
use crate::{
    client::WORDS,
    load::{Result, quantile_ms},
    machine::{Began, of_node},
};
use harness::root;
use serde_json::Value;
use std::{
    fmt::{self, Display, Write},
    fs,
};

/// Most that a stream's first byte may be later than the provider's, at the median.
const ADDED_MS_MAX: f64 = 1.5;
/// The least part of an unmetered chat's rate that a metered one should have.
const METERED_PART_MIN: f64 = 0.7;

const STREAM_ALONE: Load = Load { kind: Kind::Stream, connections: 1 };

impl Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Stream => "Chat, streamed",
            Kind::Answer => "Chat, in one answer",
            Kind::Check => "JWT and tenant alone",
            Kind::NewToken => "JWT and tenant alone, a new token every time",
        })?;
        let s = if self.connections == 1 { "" } else { "s" };
        write!(f, ", {} connection{s}", self.connections)
    }
}

/// The whole page.
///
/// # Errors
/// When the system does not tell how much memory is held.
pub fn page(field: &Field, scores: &[Score], began: &Began) -> Result<String> {
    let table = Table { field, scores };
    let mut page = head(began)?;
    table.aims(&mut page).map_err(|e| e.to_string())?;
    for load in LOADS {
        table.load(&mut page, load).map_err(|e| e.to_string())?;
    }
    table.at_rest(&mut page)?;
    table.absent(&mut page).map_err(|e| e.to_string())?;
    page.push_str(&explanation());
    Ok(page)
}

fn head(began: &Began) -> Result<String> {
    let npm = |package: &str| {
        let file = root().join(INSTALLED).join("node_modules").join(package).join("package.json");
        let text = fs::read_to_string(file).unwrap_or_default();
        let package: Value = serde_json::from_str(&text).unwrap_or_default();
        package["version"].as_str().unwrap_or("unknown").to_owned()
    };
    let tensorzero = fs::read_to_string(root().join("tests/bench/peers/requirements.txt"));
    let tensorzero = tensorzero.unwrap_or_default();
    Ok(format!(
        "# Benchmarks

`cargo xtask bench peers --write` wrote this page, up to the part about money: Postern and others that
could stand in its place, side by side in one run, with the same provider behind each of them. What
each of them does for a request is told at the end, and is not the same.

{}- Hono {}, jose {}, on the same workerd
- Portkey's gateway {}, Node {}
- TensorZero {}

",
        began.lines()?,
        npm("hono"),
        npm("jose"),
        npm("@portkey-ai/gateway"),
        of_node("node"),
        tensorzero.trim().trim_start_matches("tensorzero=="),
    ))
}

struct Table<'a> {
    field: &'a Field,
    scores: &'a [Score],
}

impl<'a> Table<'a> {
    fn score(&self, name: &str, load: Load) -> Option<&'a Score> {
        let index = self.field.contenders.iter().position(|one| one.name == name)?;
        self.scores.iter().find(|score| score.contender == index && score.load == load)
    }

    /// One load: a row for everybody who was put under it.
    fn load(&self, page: &mut String, load: Load) -> fmt::Result {
        let streams = load.kind == Kind::Stream;
        write!(page, "## {load}\n\n| |")?;
        if streams {
            page.push_str(" first byte p50 ms | added | p99 ms | added |");
        }
        let (of, rule) = if streams { ("whole ", 8) } else { ("", 4) };
        writeln!(page, " {of}p50 ms | {of}p99 ms | requests/s | CPU µs/request |")?;
        writeln!(page, "|---|{}", "--:|".repeat(rule))?;
        let direct = self.score(DIRECT, load);
        for contender in &self.field.contenders {
            let Some(score) = self.score(contender.name, load) else { continue };
            write!(page, "| {} |", contender.name)?;
            for at in if streams { &[500, 990][..] } else { &[] } {
                let of = |score: &Score| quantile_ms(&score.measured.first_byte, *at);
                let added = direct.filter(|_| contender.name != DIRECT).map(of);
                let added = added.map(|direct| format!("{:+.2}", of(score) - direct));
                write!(page, " {:.2} | {} |", of(score), added.unwrap_or_else(|| "–".into()))?;
            }
            let (p50, p99) =
                (quantile_ms(&score.measured.total, 500), quantile_ms(&score.measured.total, 990));
            let cpu = score.cpu.map_or_else(
                || "–".into(),
                |cpu| format!("{:.0}", cpu.as_secs_f64() * 1e6 / score.measured.total.len() as f64),
            );
            let rate = score.measured.per_second();
            writeln!(page, " {p50:.2} | {p99:.2} | {rate:.0} | {cpu} |")?;
        }
        page.push('\n');
        Ok(())
    }

    /// What holds without a load.
    fn at_rest(&self, page: &mut String) -> Result<()> {
        page.push_str(
            "## Memory, start, size\n\n\
             | | memory after the run, MiB | start to first answer, ms | bundle, KiB | gzip, KiB |\n\
             |---|--:|--:|--:|--:|\n",
        );
        for contender in &self.field.contenders {
            let Contender { name, server, size, .. } = contender;
            let (raw, gzip) = size.as_ref().map_or_else(
                || ("–".to_owned(), "–".to_owned()),
                |size| (size.raw_kib.to_string(), size.gzip_kib.to_string()),
            );
            let start_ms = server.until_first_answer.as_secs_f64() * 1e3;
            let memory = server.memory_mib()?;
            let row = format!("| {name} | {memory} | {start_ms:.0} | {raw} | {gzip} |\n");
            page.push_str(&row);
        }
        page.push('\n');
        Ok(())
    }

    fn absent(&self, page: &mut String) -> fmt::Result {
        for (name, why) in &self.field.absent {
            writeln!(page, "Skipped: {name}; {why}.\n")?;
        }
        Ok(())
    }

    /// What Postern aims at, and where it is.
    fn aims(&self, page: &mut String) -> fmt::Result {
        for postern in [WORKERS, SPIN] {
            if self.score(postern, STREAM_ALONE).is_none() {
                continue;
            }
            writeln!(page, "## Aims of {postern}\n\n| aim | measured | |\n|---|--:|---|")?;
            let mut aim = |name: &str, measured: &str, reached: bool| {
                let reached = if reached { "reached" } else { "**behind**" };
                writeln!(page, "| {name} | {measured} | {reached} |")
            };
            let first = |name| {
                self.score(name, STREAM_ALONE).map(|s| quantile_ms(&s.measured.first_byte, 500))
            };
            if let Some((through, direct)) = first(postern).zip(first(DIRECT)) {
                let added = through - direct;
                let name =
                    format!("a stream's first byte at most {ADDED_MS_MAX} ms later, at the median");
                aim(&name, &format!("{added:+.2} ms"), added <= ADDED_MS_MAX)?;
            }
            for load in LOADS {
                let rate = |name| self.score(name, load).map(|s| s.measured.per_second());
                let Some((ours, theirs)) = rate(postern).zip(rate(HONO)) else { continue };
                let (least, of) = match load.kind {
                    Kind::Stream => continue,
                    Kind::Answer => (METERED_PART_MIN, "of Hono's unmetered rate"),
                    Kind::Check | Kind::NewToken => (1.0, "of Hono + jose's rate"),
                };
                let name = format!("{load}: at least {:.0} % {of}", 100.0 * least);
                aim(&name, &format!("{:.0} %", 100.0 * ours / theirs), ours >= least * theirs)?;
            }
            for load in LOADS {
                let ahead = self.score(postern, load).zip(self.score(PORTKEY, load));
                let Some((ours, theirs)) = ahead else { continue };
                let behind = behind(ours, theirs);
                let measured = if behind.is_empty() {
                    "all of it".to_owned()
                } else {
                    format!("not in {}", behind.join(", "))
                };
                aim(&format!("{load}: ahead of Portkey"), &measured, behind.is_empty())?;
            }
            page.push('\n');
        }
        Ok(())
    }
}

/// In what a score is worse than another.
fn behind(ours: &Score, theirs: &Score) -> Vec<String> {
    let of = |score: &Score| {
        let measured = &score.measured;
        let mut times = vec![("p50", quantile_ms(&measured.total, 500))];
        times.push(("p99", quantile_ms(&measured.total, 990)));
        if score.load.kind == Kind::Stream {
            times.push(("first byte p50", quantile_ms(&measured.first_byte, 500)));
            times.push(("first byte p99", quantile_ms(&measured.first_byte, 990)));
        }
        // Everything so that less is better.
        times.push(("requests/s", -measured.per_second()));
        times
    };
    let pairs = of(ours).into_iter().zip(of(theirs));
    let worse = pairs.filter(|((_, ours), (_, theirs))| ours > theirs);
    worse
        .map(|((name, ours), (_, theirs))| {
            format!("{name} ({:.2} to {:.2})", ours.abs(), theirs.abs())
        })
        .collect()
}

fn explanation() -> String {
    format!(
        "## What is compared

Every number is over {ROUNDS} rounds of {} s, after a warm-up. All servers run all the time; one at
a time is under load, and in each round another one begins. The provider is the sandbox, on the same
machine; a chat is {WORDS} words in and {WORDS} words out, each an event of its own where it is
streamed. Every answer is looked at: one that is not a 200, or lacks a word or the stream's end,
ends the run. \"Added\" is the difference to the sandbox asked directly, quantile by quantile.

- **{WORKERS}** and **{SPIN}** find the tenant, check the token, reserve
  what the chat may cost in the account's database, pass it on, meter it and settle; at the end the
  bench sees in an account's balance that this is so. Each connection is an account of its own. A
  token that was checked is remembered for five minutes; the load with a new token every time shows
  what the check costs by itself.
- **{HONO}** checks the token with jose every time, with the issuer's keys at hand,
  and passes the chat through. It knows no tenants and counts nothing.
- **{PORTKEY}** checks nobody and counts nothing.
- **{TENSORZERO}** is the gateway that its Python package brings, without the database in which it
  would keep what it observes, and without its own authentication.

Tokens are ES256. Start is from the start of the process to its first answer to a plain `GET`.
Memory is the resident memory of the process and of all that it has started. Answers that take 40 ms
and more on one connection have waited for an acknowledgement: TensorZero's server leaves Nagle's
algorithm on, and Spin does so towards the client and towards the provider.
",
        MEASURE.as_secs(),
    )
}
