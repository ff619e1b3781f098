//! The order in which equals are tried.

use super::Health;
use crate::Prefer;
use kernel::UnixMillis;

/// One of several deployments that would do.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// How often it should come first, against the others' weights.
    pub weight: u32,
    /// What a token read and a token written cost together, in nano-USD.
    pub price_nanousd: u64,
    /// How it has been doing; `None` when it has not been asked yet.
    pub health: Option<&'a Health>,
}

/// The indexes of `candidates`, best first. `chance` is drawn anew for each request.
///
/// One of which nothing is known counts as the quickest, so that it comes to be known.
#[must_use]
pub fn order(
    prefer: Prefer,
    candidates: &[Candidate<'_>],
    chance: u64,
    now: UnixMillis,
) -> Vec<usize> {
    let shuffled = by_weight(candidates, chance);
    let expected_ms = |index: &usize| {
        let health = candidates.get(*index).and_then(|candidate| candidate.health);
        health.and_then(|health| health.expected_ms(now)).unwrap_or(0.0)
    };
    let price = |index: &usize| candidates.get(*index).map_or(u64::MAX, |c| c.price_nanousd);
    let mut indexes = shuffled;
    // Sorting is stable: equals stay in the order that the weights have drawn.
    match prefer {
        Prefer::Weight => {}
        Prefer::Latency => indexes.sort_by(|a, b| expected_ms(a).total_cmp(&expected_ms(b))),
        Prefer::Price => indexes.sort_by(|a, b| {
            price(a).cmp(&price(b)).then(expected_ms(a).total_cmp(&expected_ms(b)))
        }),
    }
    indexes
}

/// Draws one after the other, each with its weight among those that are left.
fn by_weight(candidates: &[Candidate<'_>], chance: u64) -> Vec<usize> {
    let mut left: Vec<(usize, u64)> =
        candidates.iter().enumerate().map(|(i, c)| (i, u64::from(c.weight))).collect();
    let mut drawn = Vec::with_capacity(left.len());
    let mut chance = chance;
    while !left.is_empty() {
        let total: u64 = left.iter().map(|(_, weight)| weight).sum();
        let mut ticket = chance.checked_rem(total).unwrap_or(0);
        // What is left of the chance serves the next draw.
        chance = chance.checked_div(total).unwrap_or(chance);
        let place = left.iter().position(|(_, weight)| {
            let won = ticket < *weight || total == 0;
            ticket = ticket.saturating_sub(*weight);
            won
        });
        let (index, _) = left.remove(place.unwrap_or(0));
        drawn.push(index);
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_900_000_000_000);

    fn candidate(weight: u32, price_nanousd: u64, health: Option<&Health>) -> Candidate<'_> {
        Candidate { weight, price_nanousd, health }
    }

    #[test]
    fn weights_are_kept_over_many_requests() {
        let candidates = [candidate(3, 1, None), candidate(1, 1, None)];
        let first = (0..400).filter(|n| order(Prefer::Weight, &candidates, *n, NOW)[0] == 0);
        assert_eq!(first.count(), 300);
        for chance in [0, 1, u64::MAX] {
            let mut all = order(Prefer::Weight, &candidates, chance, NOW);
            all.sort_unstable();
            assert_eq!(all, [0, 1]);
        }
    }

    #[test]
    fn the_quickest_comes_first_and_the_unknown_before_it() {
        let (mut quick, mut slow) = (Health::default(), Health::default());
        quick.succeeded(NOW, 50);
        slow.succeeded(NOW, 500);
        let candidates =
            [candidate(1, 1, Some(&slow)), candidate(1, 1, Some(&quick)), candidate(1, 1, None)];
        assert_eq!(order(Prefer::Latency, &candidates, 7, NOW), [2, 1, 0]);
    }

    #[test]
    fn the_cheapest_comes_first_and_of_equals_the_quickest() {
        let (mut quick, mut slow) = (Health::default(), Health::default());
        quick.succeeded(NOW, 50);
        slow.succeeded(NOW, 500);
        let candidates =
            [candidate(1, 9, None), candidate(1, 5, Some(&slow)), candidate(1, 5, Some(&quick))];
        assert_eq!(order(Prefer::Price, &candidates, 3, NOW), [2, 1, 0]);
    }
}
