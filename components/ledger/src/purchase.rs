//! Tokens that were bought: from what should be true of a purchase to the transfers that make it so.
//!
//! What is told of a purchase is always the whole of it, never a change: so many tokens were paid
//! for, so many of them were paid back. The steps from what is known to what is told are found
//! here, so that neither the order of the messages nor their number matters.

use crate::{Asset, Book, Entry, Kind};
use kernel::SAFE_INTEGER_MAX;

/// What an account's ledger knows of a purchase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purchase {
    /// Tokens that were put into the wallet for it.
    pub credited: i64,
    /// Tokens that were taken back out of the wallet.
    pub taken: i64,
    /// Tokens that should have been taken back and had been spent.
    pub owed: i64,
    /// Tokens that should have been taken back and had ended unused.
    pub covered: i64,
}

/// What should be true of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Tokens that were paid for.
    pub bought: i64,
    /// How many of them were paid back; see [`returned_share`].
    pub returned: i64,
    /// How many of them ended unused. Those count as given back: whether a refund is heard before or
    /// after the tokens' end, the wallet holds the same in the end.
    pub ended: i64,
}

/// Why tokens of a purchase move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// They were paid for.
    Bought,
    /// They were paid back.
    TakenBack,
    /// They were paid back, and had been spent.
    Owed,
    /// What was owed is not any more: the money did not go back after all.
    Forgiven,
    /// What was taken back is given again.
    Restored,
}

impl Reason {
    /// The transfer's source in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bought => "purchase",
            Self::TakenBack => "take_back",
            Self::Owed => "owed",
            Self::Forgiven => "forgiven",
            Self::Restored => "restored",
        }
    }

    const fn books(self) -> (Book, Book) {
        match self {
            Self::Bought | Self::Restored => (Book::Issued, Book::Wallet),
            Self::TakenBack => (Book::Wallet, Book::Issued),
            Self::Owed => (Book::Receivable, Book::Issued),
            Self::Forgiven => (Book::Issued, Book::Receivable),
        }
    }
}

/// One transfer of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Why it is made.
    pub reason: Reason,
    /// The transfer.
    pub entry: Entry,
}

/// How many of `bought` tokens go back when `returned` of `paid` minor units do: in proportion,
/// rounded down, and all of them when all of the money does.
#[must_use]
pub fn returned_share(bought: i64, returned: i64, paid: i64) -> i64 {
    if paid <= 0 || returned >= paid {
        return if returned > 0 { bought } else { 0 };
    }
    let share = i128::from(bought) * i128::from(returned.max(0)) / i128::from(paid);
    i64::try_from(share).unwrap_or(bought)
}

impl Purchase {
    /// The steps from what is known to what should be, in the order in which they must be made, and
    /// what is known afterwards. `available` is what the wallet can spend before the first step.
    #[must_use]
    pub fn steps(self, wanted: Wanted, available: i64) -> (Vec<Step>, Self) {
        let bought = wanted.bought.clamp(0, SAFE_INTEGER_MAX);
        let credited = self.credited.max(bought);
        // What is now less than it was goes back like what was paid back.
        let back = (wanted.returned.clamp(0, bought) + credited - bought).min(credited);
        let mut after = Self { credited, ..self };
        let mut steps = Steps(Vec::new());
        steps.push(Reason::Bought, credited - self.credited);
        let more = back - (self.taken + self.owed + self.covered);
        if more > 0 {
            let covered = more.min((wanted.ended - self.covered).max(0));
            after.covered += covered;
            let more = more - covered;
            let can = available.saturating_add(credited - self.credited).max(0);
            let taken = more.min(can);
            steps.push(Reason::TakenBack, taken);
            steps.push(Reason::Owed, more - taken);
            after.taken += taken;
            after.owed += more - taken;
        } else {
            let forgiven = self.owed.min(-more);
            steps.push(Reason::Forgiven, forgiven);
            let restored = self.taken.min(-more - forgiven);
            steps.push(Reason::Restored, restored);
            after.owed -= forgiven;
            after.taken -= restored;
            after.covered -= -more - forgiven - restored;
        }
        (steps.0, after)
    }
}

struct Steps(Vec<Step>);

impl Steps {
    fn push(&mut self, reason: Reason, amount: i64) {
        if amount > 0 {
            let (debit, credit) = reason.books();
            let entry = Entry { kind: Kind::Post, asset: Asset::Tokens, debit, credit, amount };
            self.0.push(Step { reason, entry });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(bought: i64, returned: i64) -> Wanted {
        Wanted { bought, returned, ended: 0 }
    }

    fn told(known: Purchase, wanted: Wanted, available: i64) -> (Vec<(Reason, i64)>, Purchase) {
        let (steps, after) = known.steps(wanted, available);
        (steps.iter().map(|s| (s.reason, s.entry.amount)).collect(), after)
    }

    #[test]
    fn what_was_bought_is_credited_once() {
        let (steps, after) = told(Purchase::default(), wanted(100, 0), 0);
        assert_eq!(steps, [(Reason::Bought, 100)]);
        assert_eq!(told(after, wanted(100, 0), 100), (vec![], after));
    }

    #[test]
    fn what_was_paid_back_is_taken_and_the_rest_is_owed() {
        let known = Purchase { credited: 100, ..Purchase::default() };
        let (steps, after) = told(known, wanted(100, 60), 40);
        assert_eq!(steps, [(Reason::TakenBack, 40), (Reason::Owed, 20)]);
        assert_eq!(after, Purchase { credited: 100, taken: 40, owed: 20, covered: 0 });
        let (steps, after) = told(after, wanted(100, 100), 15);
        assert_eq!(steps, [(Reason::TakenBack, 15), (Reason::Owed, 25)]);
        assert_eq!(after, Purchase { credited: 100, taken: 55, owed: 45, covered: 0 });
        assert_eq!(told(after, wanted(100, 100), 500), (vec![], after));
    }

    #[test]
    fn what_ended_unused_counts_as_given_back() {
        let known = Purchase { credited: 100, ..Purchase::default() };
        let ended = |returned| Wanted { ended: 20, ..wanted(100, returned) };
        let (steps, after) = told(known, ended(15), 500);
        assert_eq!((steps, after.covered), (vec![], 15));
        let (steps, after) = told(after, ended(50), 500);
        assert_eq!((steps, after.covered), (vec![(Reason::TakenBack, 30)], 20));
        assert_eq!(told(after, ended(50), 500), (vec![], after));
        let (steps, after) = told(after, ended(40), 500);
        assert_eq!(steps, [(Reason::Restored, 10)]);
        let (steps, after) = told(after, ended(0), 500);
        assert_eq!((steps, after), (vec![(Reason::Restored, 20)], known));
    }

    #[test]
    fn what_was_taken_before_the_end_stays_taken() {
        let known = Purchase { credited: 100, taken: 30, ..Purchase::default() };
        let ended = |returned| Wanted { ended: 70, ..wanted(100, returned) };
        assert_eq!(told(known, ended(30), 500), (vec![], known));
        let (steps, after) = told(known, ended(45), 500);
        assert_eq!((steps, after.covered), (vec![], 15));
    }

    #[test]
    fn a_purchase_that_is_heard_of_with_its_refund_ends_where_the_two_would() {
        let (steps, after) = told(Purchase::default(), wanted(100, 100), 0);
        assert_eq!(steps, [(Reason::Bought, 100), (Reason::TakenBack, 100)]);
        assert_eq!(after, Purchase { credited: 100, taken: 100, ..Purchase::default() });
    }

    #[test]
    fn a_refund_that_fails_is_undone() {
        let known = Purchase { credited: 100, taken: 55, owed: 45, covered: 0 };
        let (steps, after) = told(known, wanted(100, 0), 0);
        assert_eq!(steps, [(Reason::Forgiven, 45), (Reason::Restored, 55)]);
        assert_eq!(after, Purchase { credited: 100, ..Purchase::default() });
    }

    #[test]
    fn less_than_was_thought_goes_back() {
        let known = Purchase { credited: 100, ..Purchase::default() };
        let (steps, after) = told(known, wanted(60, 0), 100);
        assert_eq!(steps, [(Reason::TakenBack, 40)]);
        assert_eq!(after, Purchase { credited: 100, taken: 40, ..Purchase::default() });
    }

    #[test]
    fn shares_are_in_proportion_and_rounded_down() {
        assert_eq!(returned_share(100_000, 333, 999), 33_333);
        assert_eq!(returned_share(100_000, 0, 999), 0);
        assert_eq!(returned_share(100_000, 999, 999), 100_000);
        assert_eq!(returned_share(100_000, 2_000, 999), 100_000);
        assert_eq!(returned_share(100_000, 0, 0), 0);
        assert_eq!(
            returned_share(1_000_000_000_000, SAFE_INTEGER_MAX - 1, SAFE_INTEGER_MAX),
            999_999_999_999
        );
    }

    #[test]
    fn from_anything_known_the_same_end_is_reached() {
        for bought in [0, 1, 7, 100] {
            for returned in 0..=bought {
                for first in 0..=bought {
                    let (_, known) = Purchase::default().steps(wanted(bought, first), 0);
                    let (_, after) = known.steps(wanted(bought, returned), bought - known.taken);
                    assert_eq!(after.credited, bought);
                    assert_eq!(after.taken + after.owed, returned, "{bought} {first} {returned}");
                }
            }
        }
    }
}
