//! What may happen, and what it must come to: arithmetic over a few numbers, which knows nothing of
//! events, tables or the order in which anything is heard.

use super::{
    super::{PACK, PERIOD, WELCOME},
    chance::Chance,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Pack,
    Album,
    Shirt,
    Bundle,
    AlbumAndPack,
    Plan,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pays {
    Now,
    /// The first card is declined.
    AtSecond,
    /// The money comes later, or does not.
    Later,
    /// Nobody comes back to the page.
    Not,
}

/// Something that happens. `n` is the purchase's number.
#[derive(Clone, Debug)]
pub enum Step {
    Buy {
        buyer: usize,
        what: What,
        quantity: u32,
        coupon: bool,
        pays: Pays,
    },
    Settle {
        n: usize,
        comes: bool,
    },
    Expire {
        n: usize,
    },
    Refund {
        n: usize,
        amount: Option<i64>,
        by_shop: bool,
    },
    Dispute {
        n: usize,
        amount: i64,
    },
    Close {
        n: usize,
        won: bool,
    },
    Cancel {
        n: usize,
        now: bool,
    },
    /// The buyer's card is declined from now on.
    Card {
        buyer: usize,
    },
    /// A month passes.
    Month,
    /// Somebody spends tokens.
    Spend {
        buyer: usize,
        tokens: i64,
    },
    /// Somebody looks at a wallet, by which tokens end whose time is over.
    Look {
        buyer: usize,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Open,
    Waiting,
    Cancelled,
    Paid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    None,
    Runs,
    PastDue,
    Ended,
}

/// A purchase.
#[derive(Clone, Debug)]
pub struct Bought {
    pub buyer: usize,
    pub what: What,
    quantity: i64,
    pub total: i64,
    pub discount: i64,
    stage: Stage,
    pub refunded: i64,
    lost: i64,
    open: i64,
    was_disputed: bool,
    plan: Plan,
    /// Whether what was paid for last is over.
    is_over: bool,
    /// Whether a renewal was not paid.
    has_lapsed: bool,
    cancels: bool,
    /// How much of the period's tokens was spent, and what earlier periods have left behind: as much
    /// as was spent of their tokens, which else would have ended.
    spent: i64,
    past: i64,
}

impl Bought {
    fn back(&self) -> i64 {
        self.refunded + self.lost
    }

    /// Whether its money may still be asked back.
    fn is_touchable(&self) -> bool {
        self.stage == Stage::Paid && self.open == 0 && self.back() < self.total && !self.has_lapsed
    }

    pub fn state(&self) -> &'static str {
        match self.stage {
            Stage::Open | Stage::Waiting => "pending",
            Stage::Cancelled => "cancelled",
            Stage::Paid if self.lost > 0 && self.back() >= self.total => "lost",
            Stage::Paid if self.refunded >= self.total => "refunded",
            Stage::Paid if self.open > 0 => "disputed",
            Stage::Paid if self.plan == Plan::Ended => "ended",
            Stage::Paid if self.refunded > 0 => "partly_refunded",
            Stage::Paid => "paid",
        }
    }

    /// The state of each of its rights, by product.
    fn rights(&self) -> Vec<(String, String)> {
        let products: &[&str] = match self.what {
            What::Pack | What::Shirt => &[],
            What::Album | What::AlbumAndPack => &["album"],
            What::Bundle => &["album", "book"],
            What::Plan => &["plan"],
        };
        let state = match self.state() {
            "pending" | "cancelled" => return Vec::new(),
            "paid" | "partly_refunded" => "active",
            "disputed" => "suspended",
            "refunded" | "lost" => "refunded",
            _ => "ended",
        };
        products.iter().map(|p| (format!("prd_demo_{p}"), state.to_owned())).collect()
    }

    /// The tokens that it has brought: as if nothing were ever spent, but for what would have ended.
    fn tokens(&self) -> i64 {
        self.past + self.period()
    }

    /// What the last period has brought, or the only payment.
    fn period(&self) -> i64 {
        let bought = match self.what {
            What::Pack => PACK * self.quantity,
            What::AlbumAndPack => PACK,
            What::Plan => PERIOD,
            _ => 0,
        };
        if self.stage != Stage::Paid {
            return 0;
        }
        let kept = bought - bought * self.back() / self.total;
        if self.is_over { kept.min(self.spent) } else { kept }
    }

    /// Whether it has a plan's tokens, which are spent before all others.
    fn is_first(&self) -> bool {
        self.what == What::Plan && self.stage == Stage::Paid && !self.is_over
    }

    /// Shirts that are sold, and that are set aside.
    fn shirts(&self) -> (i64, i64) {
        let shirts = match self.what {
            What::Shirt => self.quantity,
            What::Bundle => 1,
            _ => 0,
        };
        match self.stage {
            Stage::Paid => (shirts, 0),
            Stage::Cancelled => (0, 0),
            Stage::Open | Stage::Waiting => (0, shirts),
        }
    }
}

/// Two buyers, and what has become of what they have bought.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub bought: Vec<Bought>,
    declines: [bool; 2],
    spent: [i64; 2],
}

impl Model {
    /// A history and what it comes to.
    pub fn history(chance: &mut Chance) -> (Vec<Step>, Self) {
        let mut model = Self::default();
        let mut steps = Vec::new();
        let wanted = 6 + chance.below(9);
        while steps.len() < wanted {
            if let Some(step) = model.propose(chance) {
                if matches!(step, Step::Month) {
                    // What a lost dispute takes back must be there to be taken.
                    for n in model.all(|bought| bought.open > 0) {
                        let close = Step::Close { n, won: chance.is(50) };
                        model.apply(&close);
                        steps.push(close);
                    }
                }
                model.apply(&step);
                steps.push(step);
            }
        }
        (steps, model)
    }

    fn all(&self, keep: impl Fn(&Bought) -> bool) -> Vec<usize> {
        (0..self.bought.len()).filter(|n| keep(&self.bought[*n])).collect()
    }

    /// One of those that fit.
    fn one(&self, chance: &mut Chance, keep: impl Fn(&Bought) -> bool) -> Option<usize> {
        let fit = self.all(keep);
        fit.get(chance.below(fit.len())).copied()
    }

    fn propose(&self, chance: &mut Chance) -> Option<Step> {
        let buyer = chance.below(2);
        Some(match chance.below(100) {
            0..34 => {
                let kinds = [
                    What::Pack,
                    What::Album,
                    What::Shirt,
                    What::Bundle,
                    What::AlbumAndPack,
                    What::Plan,
                ];
                let what = kinds[chance.below(kinds.len())];
                // Of two plans at once it would depend on the order which of them was spent.
                let has_plan = self.bought.iter().any(|b| b.buyer == buyer && b.is_first());
                if what == What::Plan && (self.declines[buyer] || has_plan) {
                    return None;
                }
                let is_many = matches!(what, What::Pack | What::Shirt);
                let pays = match chance.below(100) {
                    0..60 => Pays::Now,
                    60..70 => Pays::AtSecond,
                    70..85 if what != What::Plan => Pays::Later,
                    70..85 => Pays::Now,
                    _ => Pays::Not,
                };
                let quantity = if is_many { 1 + chance.below(3) as u32 } else { 1 };
                let coupon = what != What::Plan && chance.is(25);
                Step::Buy { buyer, what, quantity, coupon, pays }
            }
            34..42 => {
                let n = self.one(chance, |bought| bought.stage == Stage::Waiting)?;
                Step::Settle { n, comes: chance.is(65) }
            }
            42..48 => Step::Expire { n: self.one(chance, |bought| bought.stage == Stage::Open)? },
            48..66 => {
                let n = self.one(chance, |bought| bought.is_touchable() && bought.lost == 0)?;
                let left = self.bought[n].total - self.bought[n].refunded;
                let part = 1 + chance.below(left as usize) as i64;
                Step::Refund { n, amount: chance.is(60).then_some(part), by_shop: chance.is(30) }
            }
            66..76 => {
                let n = self.one(chance, |b| b.is_touchable() && !b.was_disputed)?;
                let left = self.bought[n].total - self.bought[n].back();
                let amount =
                    if chance.is(70) { left } else { 1 + chance.below(left as usize) as i64 };
                Step::Dispute { n, amount }
            }
            76..84 => {
                let n = self.one(chance, |bought| bought.open > 0)?;
                Step::Close { n, won: chance.is(50) }
            }
            84..88 => {
                let runs = |b: &Bought| b.plan == Plan::Runs && !b.cancels;
                Step::Cancel { n: self.one(chance, runs)?, now: chance.is(40) }
            }
            88..90 => {
                self.one(chance, |bought| bought.buyer == buyer)?;
                Step::Card { buyer }
            }
            90..93 => Step::Month,
            93..98 => Step::Spend { buyer, tokens: 1 + chance.below(40_000) as i64 },
            _ => Step::Look { buyer },
        })
    }

    fn apply(&mut self, step: &Step) {
        match *step {
            Step::Buy { buyer, what, quantity, coupon, pays } => {
                let each = match what {
                    What::Pack => 1_000,
                    What::Album => 1_200,
                    What::Shirt => 2_500,
                    What::Bundle => 3_900,
                    What::AlbumAndPack => 2_200,
                    What::Plan => 900,
                };
                let whole = each * i64::from(quantity);
                let discount = if coupon { whole / 10 } else { 0 };
                let stage = match pays {
                    Pays::Now | Pays::AtSecond => Stage::Paid,
                    Pays::Later => Stage::Waiting,
                    Pays::Not => Stage::Open,
                };
                let runs = what == What::Plan && stage == Stage::Paid;
                self.bought.push(Bought {
                    buyer,
                    what,
                    quantity: quantity.into(),
                    total: whole - discount,
                    discount,
                    stage,
                    refunded: 0,
                    lost: 0,
                    open: 0,
                    was_disputed: false,
                    plan: if runs { Plan::Runs } else { Plan::None },
                    is_over: false,
                    has_lapsed: false,
                    cancels: false,
                    spent: 0,
                    past: 0,
                });
            }
            Step::Settle { n, comes } => {
                self.bought[n].stage = if comes { Stage::Paid } else { Stage::Cancelled };
            }
            Step::Expire { n } => self.bought[n].stage = Stage::Cancelled,
            Step::Refund { n, amount, .. } => {
                let bought = &mut self.bought[n];
                bought.refunded += amount.unwrap_or(bought.total - bought.refunded);
            }
            Step::Dispute { n, amount } => {
                self.bought[n].open = amount;
                self.bought[n].was_disputed = true;
            }
            Step::Close { n, won } => {
                let open = std::mem::take(&mut self.bought[n].open);
                self.bought[n].lost += if won { 0 } else { open };
            }
            Step::Cancel { n, now: true } => self.bought[n].plan = Plan::Ended,
            Step::Cancel { n, now: false } => self.bought[n].cancels = true,
            Step::Card { buyer } => self.declines[buyer] = true,
            Step::Month => self.month(),
            Step::Spend { buyer, tokens } => {
                self.spent[buyer] += tokens;
                let mut plans = self.bought.iter_mut().filter(|b| b.buyer == buyer && b.is_first());
                if let Some(plan) = plans.next() {
                    plan.spent += tokens.min((plan.period() - plan.spent).max(0));
                }
            }
            Step::Look { .. } => {}
        }
    }

    fn month(&mut self) {
        for bought in &mut self.bought {
            if bought.stage == Stage::Open {
                bought.stage = Stage::Cancelled;
            }
            let declines = self.declines[bought.buyer];
            bought.is_over |= bought.plan != Plan::None;
            bought.has_lapsed |= bought.plan == Plan::Runs && declines && !bought.cancels;
            bought.plan = match bought.plan {
                Plan::Runs if bought.cancels => Plan::Ended,
                Plan::Runs if declines => Plan::PastDue,
                Plan::PastDue => Plan::Ended,
                Plan::Runs => {
                    bought.past += bought.period();
                    bought.spent = 0;
                    (bought.refunded, bought.lost) = (0, 0);
                    (bought.was_disputed, bought.is_over) = (false, false);
                    Plan::Runs
                }
                other => other,
            };
        }
    }

    /// What a buyer's wallet holds.
    pub fn wallet(&self, buyer: usize) -> i64 {
        let of = self.bought.iter().filter(|bought| bought.buyer == buyer);
        WELCOME + of.map(Bought::tokens).sum::<i64>() - self.spent[buyer]
    }

    /// What a buyer has the right to.
    pub fn rights(&self, buyer: usize) -> Vec<(String, String)> {
        let of = self.bought.iter().filter(|bought| bought.buyer == buyer);
        let mut rights: Vec<_> = of.flat_map(Bought::rights).collect();
        rights.sort();
        rights
    }

    /// Shirts that are sold, and that are set aside.
    pub fn shirts(&self) -> (i64, i64) {
        self.bought.iter().fold((0, 0), |(sold, held), bought| {
            let (more_sold, more_held) = bought.shirts();
            (sold + more_sold, held + more_held)
        })
    }

    /// How often the coupon is used.
    pub fn coupons(&self) -> i64 {
        let used = |b: &&Bought| b.discount > 0 && b.stage != Stage::Cancelled;
        self.bought.iter().filter(used).count() as i64
    }
}
