//! Whatever happens, and however it is told, comes to the same.
//!
//! A history is made of chance. It happens at two shops: one hears each event once and in order, the
//! other in any order, some twice, some while more is happening, some only when it reconciles. Both
//! must end alike, and as the small [`model`] says.

mod chance;
mod model;

use super::*;
use chance::Chance;
use model::{Model, Pays, Step, What};
use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering},
};

const MONTH_MS: i64 = 31 * DAY_MS + 2 * 3_600_000;
const SHIRTS: i64 = 1_000;
const BUYERS: [&str; 2] = ["acc_one", "acc_two"];

/// A history as it happens at one shop.
struct Run {
    shop: Shop,
    /// `None` where everything is heard at once and in order.
    chance: Option<Chance>,
    bought: Vec<(Begun, String)>,
    disputes: BTreeMap<usize, String>,
    refunds: u32,
    spent: usize,
    /// What was not heard yet, and what was.
    waiting: Vec<Value>,
    heard: Vec<Value>,
}

impl Run {
    fn new(seed: u64, chance: Option<Chance>) -> Self {
        // One database is quicker made than many; some histories show that it does not matter.
        let layout = if seed.is_multiple_of(8) { Layout::PerShard } else { Layout::Shared };
        let shop = Shop::seeded(seed, layout);
        // By the first request a demo's shelves are filled.
        shop.ask(BUYERS[0], "GET", "/public/products").send();
        shop.sql(&format!("UPDATE product SET stock = {SHIRTS} WHERE id = 'prd_demo_shirt'"));
        Self {
            shop,
            chance,
            bought: Vec::new(),
            disputes: BTreeMap::new(),
            refunds: 0,
            spent: 0,
            waiting: Vec::new(),
            heard: Vec::new(),
        }
    }

    fn happen(&mut self, step: &Step) {
        match step {
            Step::Buy { buyer, what, quantity, coupon, pays } => {
                self.buy(BUYERS[*buyer], *what, *quantity, *coupon, *pays);
            }
            Step::Settle { n, comes } => {
                let payment = self.bought[*n].1.clone();
                self.shop.act(&match comes {
                    true => Act::AsyncPay { payment },
                    false => Act::AsyncFail { payment },
                });
            }
            Step::Expire { n } => {
                self.shop.act(&Act::Expire { session: self.bought[*n].0.session.clone() });
            }
            Step::Refund { n, amount, by_shop: true } => self.refund(*n, *amount),
            Step::Refund { n, amount, .. } => {
                let payment = self.bought[*n].1.clone();
                self.shop.act(&Act::Refund { payment, amount: *amount });
            }
            Step::Dispute { n, amount } => {
                let payment = self.bought[*n].1.clone();
                let act = Act::Dispute { payment, amount: Some(*amount), reason: None };
                let id = self.shop.act(&act)["id"].as_str().unwrap().to_owned();
                self.disputes.insert(*n, id);
            }
            Step::Close { n, won } => {
                let dispute = self.disputes[n].clone();
                self.shop.act(&Act::CloseDispute { dispute, won: *won });
            }
            Step::Cancel { n, now } => {
                let subscription = self.bought[*n].1.clone();
                self.shop.act(&Act::CancelSubscription { subscription, now: *now });
            }
            Step::Card { buyer } => {
                let sql = format!(
                    "SELECT id FROM stripe_customer WHERE account_id = '{}'",
                    BUYERS[*buyer]
                );
                let customer = self.shop.sql(&sql)[0].text(0).unwrap().to_owned();
                self.shop.act(&Act::Card { customer, declines: true });
            }
            Step::Month => {
                if self.chance.as_mut().is_some_and(|chance| chance.is(50)) {
                    self.hear_all();
                }
                self.shop.pass(MONTH_MS);
            }
            Step::Spend { buyer, tokens } => self.spend(BUYERS[*buyer], *tokens),
            Step::Look { buyer } => {
                self.shop.bought(BUYERS[*buyer]);
            }
        }
        self.hear();
    }

    fn buy(&mut self, account: &str, what: What, quantity: u32, coupon: bool, pays: Pays) {
        let lines: Vec<_> = match what {
            What::Pack => vec![line("tokens", quantity)],
            What::Album => vec![line("album", 1)],
            What::Shirt => vec![line("shirt", quantity)],
            What::Bundle => vec![line("bundle", 1)],
            What::AlbumAndPack => vec![line("album", 1), line("tokens", 1)],
            What::Plan => vec![line("plan", 1)],
        };
        let begun = self.shop.begin(account, &lines, coupon.then_some("WELCOME10"));
        let (session, buyer) = (begun.session.clone(), Buyer::default());
        if pays == Pays::AtSecond {
            self.shop.act(&Act::Decline { session: session.clone(), buyer: buyer.clone() });
            self.hear();
        }
        let payment = match pays {
            Pays::Now | Pays::AtSecond => self.shop.pay(&begun),
            Pays::Later => {
                let done = self.shop.act(&Act::PayLater { session, buyer });
                done["payment_intent"].as_str().unwrap().to_owned()
            }
            Pays::Not => String::new(),
        };
        self.bought.push((begun, payment));
    }

    /// The shop pays back by itself, for which it must know of the payment.
    fn refund(&mut self, n: usize, amount: Option<i64>) {
        self.hear_all();
        self.refunds += 1;
        let path = format!("/admin/orders/{}/refunds", self.bought[n].0.order);
        let ask = self.shop.world.ask("POST", MARKET, &path);
        let ask = ask.bearer(self.shop.world.admin("market"));
        let ask = ask.header("idempotency-key", format!("refund-{}", self.refunds));
        let answer = ask.json(&json!({"amount_minor": amount})).send();
        assert_eq!(answer.status, 201, "{answer:?}");
    }

    /// Hears what is new, or some of it.
    fn hear(&mut self) {
        let news = self.shop.news();
        let Some(chance) = &mut self.chance else { return self.shop.deliver_all(&news) };
        self.waiting.extend(news);
        let mut now = Vec::new();
        if chance.is(50) {
            for _ in 0..chance.below(self.waiting.len() + 1) {
                now.push(self.waiting.swap_remove(chance.below(self.waiting.len())));
            }
        }
        if chance.is(20) && !self.heard.is_empty() {
            now.push(self.heard[chance.below(self.heard.len())].clone());
        }
        self.deliver(now);
    }

    fn deliver(&mut self, events: Vec<Value>) {
        self.shop.deliver_all(&events);
        self.heard.extend(events);
    }

    /// Hears all that waits, in any order.
    fn hear_all(&mut self) {
        let news = self.shop.news();
        let Some(chance) = &mut self.chance else { return self.shop.deliver_all(&news) };
        self.waiting.extend(news);
        let mut now = Vec::new();
        while !self.waiting.is_empty() {
            now.push(self.waiting.swap_remove(chance.below(self.waiting.len())));
            if chance.is(20) {
                now.push(now[chance.below(now.len())].clone());
            }
        }
        self.deliver(now);
    }

    /// An account spends what it has been given by then. That something went back it may hear later.
    fn spend(&mut self, account: &str, tokens: i64) {
        let is_back = |event: &Value| {
            let kind = event["type"].as_str().unwrap();
            kind.starts_with("charge.") || kind.starts_with("refund.")
        };
        let news = self.shop.news();
        self.waiting.extend(news);
        let (later, mut now): (Vec<_>, _) =
            std::mem::take(&mut self.waiting).into_iter().partition(is_back);
        self.waiting = later;
        if let Some(chance) = &mut self.chance {
            chance.shuffle(&mut now);
        }
        self.deliver(now);
        // By being looked at, what is over ends.
        self.shop.bought(account);
        self.spent += 1;
        self.shop.spend(account, tokens, self.spent);
    }

    /// Hears the rest: what is too old to be listed at Stripe, some of what is not, and what
    /// reconciling finds.
    fn end(&mut self) {
        let since_s = self.shop.now_s() - 2 * 86_400;
        if let Some(chance) = &mut self.chance {
            let is_missed = |event: &Value, chance: &mut Chance| {
                event["created"].as_i64().unwrap() > since_s && chance.is(30)
            };
            self.waiting.retain(|event| !is_missed(event, chance));
            let host = if chance.is(30) { PLATFORM } else { MARKET };
            self.hear_all();
            let report = self.shop.reconcile(host);
            assert_eq!(report["problems"], json!([]), "{report}");
        }
    }

    /// Everything that counts of how it has ended, in words.
    fn digest(&self) -> String {
        let mut text = String::new();
        for (n, (begun, _)) in self.bought.iter().enumerate() {
            let _ = writeln!(text, "order {n}");
            for table in OF_ORDER {
                for row in self.shop.sql(&table.replace("?", &begun.order)) {
                    let _ = writeln!(text, "  {:?}", row.0);
                }
            }
        }
        for account in BUYERS {
            let _ = writeln!(text, "{account}: {:?}", self.shop.bought(account));
            let mut books = self.shop.books(account);
            // What ended unused and was then paid back had been taken back if that was heard before.
            let ended = books.remove("expired").unwrap_or(0);
            *books.entry("issued".to_owned()).or_default() += ended;
            let _ = writeln!(text, "{books:?}");
            let _ = writeln!(text, "{:?}", self.shop.rights(account));
            let sql = format!(
                "SELECT credited, taken + covered, owed FROM token_purchase
                 WHERE account_id = '{account}' ORDER BY 1, 2, 3"
            );
            let _ = writeln!(text, "{:?}", self.shop.sql_of(&shard(account), &sql));
        }
        for table in OF_ALL {
            let _ = writeln!(text, "{:?}", self.shop.sql(table));
        }
        text
    }

    /// Checks it against what it must be.
    fn check(&self, model: &Model) {
        for ((begun, _), bought) in self.bought.iter().zip(&model.bought) {
            let order = self.shop.order(begun);
            let is = (&order["state"], &order["total_minor"], &order["discount_minor"]);
            let must = (json!(bought.state()), json!(bought.total), json!(bought.discount));
            assert_eq!(is, (&must.0, &must.1, &must.2), "{bought:?} {order}");
            assert_eq!(order["refunded_minor"], bought.refunded, "{bought:?} {order}");
        }
        for (n, account) in BUYERS.into_iter().enumerate() {
            assert_eq!(self.shop.bought(account) + WELCOME, model.wallet(n), "{account}");
            assert_eq!(self.shop.books(account).get("receivable").copied().unwrap_or(0), 0);
            assert_eq!(self.shop.rights(account), model.rights(n), "{account}");
        }
        let (sold, held) = model.shirts();
        assert_eq!(self.shop.stock("shirt"), (SHIRTS - sold, held));
        assert_eq!(
            self.shop.number("SELECT used FROM coupon WHERE code = 'WELCOME10'"),
            model.coupons()
        );
    }
}

fn shard(account: &str) -> Shard {
    let (tenant, account) = ("ten_market".parse().unwrap(), account.parse().unwrap());
    Shard::Account { tenant, account, region: Region::Auto }
}

/// What there is of an order. Ids and times are left out, which chance makes.
const OF_ORDER: [&str; 9] = [
    "SELECT orders.mode, status, state, currency, subtotal_minor, discount_minor, tax_minor, total_minor,
       refunded_minor, lost_minor FROM orders JOIN order_state ON order_id = id WHERE id = '?'",
    "SELECT n, product_id, quantity, unit_minor, discount_minor, total_minor, tax_minor
     FROM order_line WHERE order_id = '?' ORDER BY n",
    "SELECT product_id, quantity, state FROM stock_hold WHERE order_id = '?' ORDER BY product_id",
    "SELECT code, returned_at_ms IS NULL FROM coupon_use WHERE order_id = '?'",
    "SELECT product_id, item FROM entitlement WHERE order_id = '?' ORDER BY item",
    "SELECT kind FROM effect WHERE object_id = '?' ORDER BY kind",
    "SELECT status, quantity, cancel_at_period_end, period_start_ms, period_end_ms
     FROM subscription WHERE order_id = '?'",
    "SELECT status, total_minor, tax_minor, period_start_ms, period_end_ms, payment_id IS NULL
     FROM invoice WHERE order_id = '?' ORDER BY created_at_ms, status",
    "SELECT amount_minor, rank, refunded_minor, lost_minor, currency
     FROM payment WHERE order_id = '?' ORDER BY 1, 2, 3, 4",
];

/// What there is of all orders together.
const OF_ALL: [&str; 6] = [
    "SELECT id, stock, held FROM product ORDER BY id",
    "SELECT code, used FROM coupon ORDER BY code",
    "SELECT amount_minor, status FROM refund ORDER BY 1, 2",
    "SELECT amount_minor, status FROM dispute ORDER BY 1, 2",
    "SELECT kind, body FROM outbox WHERE heard < version",
    "SELECT order_id FROM order_touched",
];

fn prove(seed: u64) {
    let mut chance = Chance::new(seed);
    let (steps, model) = Model::history(&mut chance);
    let shown = || steps.iter().map(|step| format!("{step:?}\n")).collect::<String>();
    let guard = Shown(Some(format!("history {seed}\n{}", shown())));
    let (mut plain, mut wild) = (Run::new(seed, None), Run::new(seed, Some(chance)));
    for run in [&mut plain, &mut wild] {
        for step in &steps {
            run.happen(step);
        }
        run.end();
        run.check(&model);
    }
    let (plain, wild) = (plain.digest(), wild.digest());
    assert!(plain == wild, "in order:\n{plain}\nin any order:\n{wild}");
    std::mem::forget(guard);
}

/// Tells which history it was, if it fails.
struct Shown(Option<String>);

impl Drop for Shown {
    fn drop(&mut self) {
        if let Some(history) = self.0.take() {
            eprintln!("{history}");
        }
    }
}

/// Proves so many histories on as many threads as there are processors.
fn prove_all(histories: u64) {
    let from = std::env::var("HISTORY").ok().and_then(|text| text.parse().ok());
    let (from, histories) = from.map_or((0, histories), |one: u64| (one, 1));
    let next = AtomicU64::new(from);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + histories {
                        break;
                    }
                    prove(seed);
                }
            });
        }
    });
}

/// `HISTORY=123` proves that one alone, `HISTORIES=2000` so many.
#[test]
fn every_history_comes_to_the_same_however_it_is_told() {
    let wanted = std::env::var("HISTORIES").ok();
    prove_all(wanted.map_or(200, |text| text.parse().expect("HISTORIES is a number")));
}

#[test]
#[ignore = "takes hours"]
fn a_hundred_thousand_histories() {
    prove_all(100_000);
}
