//! What was measured of money, as Markdown.

use super::{
    LOTS, ROUNDS, SIZES, Score, Scores,
    loads::{CONNECTIONS, Kind},
};
use crate::{
    load::{Measured, Result, quantile_ms},
    machine::Began,
};
use std::fmt::{self, Write};

/// Most that a link may take at the 99th percentile.
const LINK_P99_MS_MAX: f64 = 100.0;
/// Most times as long that anything may take with ten times the data, at the median.
const RATIO_MAX: f64 = 1.3;

/// What stands above all tables.
///
/// # Errors
/// When the system does not tell what it is.
pub fn head(began: &Began) -> Result<String> {
    let sizes = SIZES.map(|size| {
        format!(
            "{} products and {} ledger rows",
            thousands(size.products),
            thousands(size.ledger_rows)
        )
    });
    Ok(format!(
        "`cargo xtask bench money`, {ROUNDS} rounds; a shop with {}, beside one with {}\n\n{}\n",
        sizes[0],
        sizes[1],
        began.lines()?
    ))
}

/// What was measured on a runtime.
#[must_use]
pub fn page(scores: &Scores) -> String {
    let mut page = String::new();
    // Writing to a string does not fail.
    let _ = aims(&mut page, scores).and_then(|()| table(&mut page, scores));
    let _ = lots(&mut page, scores);
    page
}

fn p50(measured: &Measured) -> f64 {
    quantile_ms(&measured.total, 500)
}

fn p99(measured: &Measured) -> f64 {
    quantile_ms(&measured.total, 990)
}

fn aims(page: &mut String, scores: &Scores) -> fmt::Result {
    writeln!(page, "### Aims on {}\n\n| aim | measured | |\n|---|--:|---|", scores.runtime)?;
    let mut aim = |name: &str, measured: &str, reached: bool| {
        let reached = if reached { "reached" } else { "**behind**" };
        writeln!(page, "| {name} | {measured} | {reached} |")
    };
    let is_link = |s: &&Score| s.load.kind == Kind::Link && s.load.connections == CONNECTIONS;
    if let Some(score) = scores.scores.iter().find(is_link) {
        let [few, many] = score.measured.each_ref().map(p99);
        let name = format!(
            "a link at most {LINK_P99_MS_MAX} ms at the 99th percentile, {CONNECTIONS} connections"
        );
        let reached = few <= LINK_P99_MS_MAX && many <= LINK_P99_MS_MAX;
        aim(&name, &format!("{few:.1} ms, {many:.1} ms with ten times the data"), reached)?;
    }
    let behind: Vec<_> =
        scores.scores.iter().filter(|score| ratio(score, p50) > RATIO_MAX).collect();
    let of = |score: &&Score| {
        let load = score.load.to_string().replace(" | ", ", ");
        format!("not {load} ({:.2})", ratio(score, p50))
    };
    let told: Vec<_> = behind.iter().map(of).collect();
    let told = if told.is_empty() { "all of it".to_owned() } else { told.join("; ") };
    let name = format!("with ten times the data at most {RATIO_MAX} times as long, at the median");
    aim(&name, &told, behind.is_empty())?;
    page.push('\n');
    Ok(())
}

/// How many times as long it takes in the larger shop.
fn ratio(score: &Score, of: fn(&Measured) -> f64) -> f64 {
    let [few, many] = score.measured.each_ref().map(of);
    many / few
}

fn table(page: &mut String, scores: &Scores) -> fmt::Result {
    let [few, many] = SIZES.map(|size| thousands(size.products));
    writeln!(page, "### Money on {}\n", scores.runtime)?;
    writeln!(
        page,
        "| what | connections | requests each | {few} products: p50 ms | p99 ms | \
         {many} products: p50 ms | p99 ms | p50 × | p99 × |"
    )?;
    writeln!(page, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    for score in &scores.scores {
        let [few, many] = &score.measured;
        writeln!(
            page,
            "| {} | {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |",
            score.load,
            few.total.len(),
            p50(few),
            p99(few),
            p50(many),
            p99(many),
            ratio(score, p50),
            ratio(score, p99),
        )?;
    }
    page.push('\n');
    Ok(())
}

fn lots(page: &mut String, scores: &Scores) -> fmt::Result {
    writeln!(page, "| a metered chat, 1 connection | chats | p50 ms | p99 ms |")?;
    writeln!(page, "|---|--:|--:|--:|")?;
    for (lots, measured) in LOTS.iter().zip(&scores.lots) {
        let s = if *lots == 1 { "" } else { "s" };
        let (p50, p99) = (p50(measured), p99(measured));
        writeln!(
            page,
            "| tokens in {lots} lot{s} | {} | {p50:.2} | {p99:.2} |",
            measured.total.len()
        )?;
    }
    page.push('\n');
    Ok(())
}

/// A number with its thousands apart.
fn thousands(number: usize) -> String {
    match number.checked_div(1_000) {
        Some(thousands @ 1..) => format!("{thousands},{:03}", number % 1_000),
        _ => number.to_string(),
    }
}
