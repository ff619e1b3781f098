use super::{ledger::*, *};
use ::ledger::{self as books, Estimate};
use kernel::{AccountId, Ratio, Region, TenantId, TransferId, UnixMillis};
use ports::{
    Host, Row, Shard, Sql, SqlError, Statement, Value,
    memory::{Layout, MemoryHost},
};

const NOW: UnixMillis = UnixMillis(1_900_000_000_000);

struct Fixture {
    host: MemoryHost,
    tenant: TenantId,
    account: AccountId,
    next: std::cell::Cell<u8>,
}

impl Fixture {
    fn new() -> Self {
        Self {
            host: MemoryHost::new(Layout::Shared, MIGRATIONS),
            tenant: "ten_a".parse().unwrap(),
            account: "acc_a".parse().unwrap(),
            next: std::cell::Cell::new(0),
        }
    }

    fn ledger(&self) -> Ledger<'_> {
        Ledger { tenant: &self.tenant, account: &self.account }
    }

    fn id(&self) -> TransferId {
        self.next.set(self.next.get() + 1);
        TransferId::generate(NOW, [self.next.get(); 10])
    }

    fn run(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        let shard = Shard::Account {
            tenant: self.tenant.clone(),
            account: self.account.clone(),
            region: Region::Auto,
        };
        self.host.run(self.host.sql(&shard).query(statement))
    }

    fn grant(&self, tokens: u64, key: &str) -> Result<Vec<Row>, SqlError> {
        let source = Source { name: "grant", id: key };
        self.run(self.ledger().post(&self.id(), &books::grant(tokens).unwrap(), source, NOW))
    }

    fn hold(&self, tokens: u64, key: &str) -> Result<(TransferId, books::Entry), SqlError> {
        let estimate = Estimate {
            prompt_tokens: tokens,
            output_tokens_max: 0,
            choices: 1,
            multiplier: Ratio::ONE,
        };
        let entry = books::reserve(&estimate).unwrap();
        let id = self.id();
        let source = Source { name: "chat", id: key };
        self.run(self.ledger().reserve(&id, &entry, source, NOW, NOW.plus_ms(1_000)))?;
        Ok((id, entry))
    }

    fn settle(&self, hold: &(TransferId, books::Entry), tokens: u64) -> Result<Vec<Row>, SqlError> {
        let entry = books::settle(&hold.1, tokens, Ratio::ONE);
        self.run(self.ledger().end(&hold.0, &self.id(), &entry, NOW))
    }

    /// The wallet: posted and held. Checks on the way that the books balance.
    fn wallet(&self) -> (i64, i64) {
        let found = self.run(self.ledger().books()).unwrap();
        let books: Vec<Book> = rows(&found).unwrap();
        let sum = |of: fn(&Book) -> i64| books.iter().map(of).sum::<i64>();
        assert_eq!(sum(|b| b.debits_posted), sum(|b| b.credits_posted), "{books:?}");
        assert_eq!(sum(|b| b.debits_pending), sum(|b| b.credits_pending), "{books:?}");
        let found = self.run(self.ledger().balances()).unwrap();
        let balances: Vec<Balance> = rows(&found).unwrap();
        balances.first().map_or((0, 0), |b| (b.posted, b.held))
    }
}

fn broken(name: &str) -> SqlError {
    SqlError::Constraint(name.to_owned())
}

#[test]
fn every_statement_fits_the_schema() {
    let f = Fixture::new();
    for (file, sql) in STATEMENTS {
        // EXPLAIN compiles the statement without running it.
        let explain: &'static str = format!("EXPLAIN {sql}").leak();
        let count = (1..40).filter(|n| sql.contains(&format!("?{n}"))).count();
        let statement = Statement { sql: explain, params: vec![Value::Null; count] };
        assert!(f.run(statement).is_ok(), "{file}");
    }
}

#[test]
fn every_file_is_a_statement_and_every_statement_a_file() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store");
    let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name());
    let mut files: Vec<_> = files.filter_map(|f| f.into_string().ok()).collect();
    files.retain(|file| file.ends_with(".sql"));
    files.sort();
    assert_eq!(files, STATEMENTS.iter().map(|(file, _)| *file).collect::<Vec<_>>());
}

#[test]
fn the_audit_log_is_found_by_its_places() {
    let f = Fixture::new();
    for (file, sql) in STATEMENTS.iter().filter(|(file, _)| file.starts_with("audit_")) {
        let explain: &'static str = format!("EXPLAIN QUERY PLAN {sql}").leak();
        let count = (1..40).filter(|n| sql.contains(&format!("?{n}"))).count();
        let plan = f.run(Statement { sql: explain, params: vec![Value::Null; count] }).unwrap();
        for step in plan.iter().map(|step| step.text(3).unwrap()) {
            let is_whole = step.contains("(tenant_id=?)") && !step.contains("audit_unchained");
            assert!(!step.starts_with("SCAN audit") && !is_whole, "{file}: {step}");
        }
    }
}

#[test]
fn versions_count_without_gaps() {
    let versions: Vec<_> = MIGRATIONS.iter().map(|m| m.version).collect();
    assert_eq!(versions, (1..=u32::try_from(versions.len()).unwrap()).collect::<Vec<_>>());
}

#[test]
fn a_grant_is_made_once() {
    let f = Fixture::new();
    f.grant(100, "one").unwrap();
    f.grant(100, "one").unwrap();
    f.grant(7_000, "one").unwrap();
    assert_eq!(f.wallet(), (100, 0));
    f.grant(50, "two").unwrap();
    assert_eq!(f.wallet(), (150, 0));
}

#[test]
fn a_hold_is_settled_with_what_was_used() {
    let f = Fixture::new();
    f.grant(100, "one").unwrap();
    let hold = f.hold(60, "chat-1").unwrap();
    assert_eq!(f.wallet(), (100, 60));
    let settled = f.settle(&hold, 25).unwrap();
    assert_eq!(settled[0].int(0), Ok(25));
    assert_eq!(f.wallet(), (75, 0));
}

#[test]
fn a_hold_is_settled_once_whatever_comes_second() {
    let f = Fixture::new();
    f.grant(100, "one").unwrap();
    let hold = f.hold(60, "chat-1").unwrap();
    assert_eq!(f.settle(&hold, 25).unwrap().len(), 1);
    assert_eq!(f.settle(&hold, 25).unwrap().len(), 0);
    assert_eq!(f.settle(&hold, 0).unwrap().len(), 0);
    assert_eq!(f.wallet(), (75, 0));
    let void = f.hold(60, "chat-2").unwrap();
    f.settle(&void, 0).unwrap();
    assert_eq!(f.settle(&void, 25).unwrap().len(), 0);
    assert_eq!(f.wallet(), (75, 0));
}

#[test]
fn nothing_is_held_that_is_not_there() {
    let f = Fixture::new();
    assert_eq!(f.hold(1, "chat-0").unwrap_err(), broken(NO_OVERDRAFT));
    f.grant(100, "one").unwrap();
    f.hold(60, "chat-1").unwrap();
    assert_eq!(f.hold(41, "chat-2").unwrap_err(), broken(NO_OVERDRAFT));
    assert_eq!(f.wallet(), (100, 60));
    f.hold(40, "chat-3").unwrap();
    assert_eq!(f.wallet(), (100, 100));
}

#[test]
fn an_expired_hold_is_voided_and_an_open_one_is_not() {
    let f = Fixture::new();
    f.grant(100, "one").unwrap();
    let hold = f.hold(60, "chat-1").unwrap();
    f.run(f.ledger().void_expired(NOW.plus_ms(999))).unwrap();
    assert_eq!(f.wallet(), (100, 60));
    f.run(f.ledger().void_expired(NOW.plus_ms(1_000))).unwrap();
    assert_eq!(f.wallet(), (100, 0));
    f.run(f.ledger().void_expired(NOW.plus_ms(1_001))).unwrap();
    assert_eq!(f.settle(&hold, 25).unwrap().len(), 0);
    assert_eq!(f.wallet(), (100, 0));
}

/// A transfer as no code of ours would write it.
fn forge(f: &Fixture, kind: &str, amount: i64, pending: Option<&str>, credit: &str) -> SqlError {
    let statement = Statement::new(
        "INSERT INTO transfer (tenant_id, account_id, id, kind, asset, debit, credit, amount, pending_id, source, source_id, created_at_ms)
         VALUES ('ten_a', 'acc_a', 'trf_forged', ?1, 'tokens', 'wallet', ?2, ?3, ?4, 'forged', 'x', 0)",
        [kind.into(), credit.into(), amount.into(), Value::from(pending)],
    );
    f.run(statement).unwrap_err()
}

#[test]
fn the_schema_refuses_what_no_code_should_write() {
    let f = Fixture::new();
    f.grant(100, "one").unwrap();
    let (hold, _) = f.hold(60, "chat-1").unwrap();
    let hold = Some(hold.as_str());
    assert_eq!(forge(&f, "post", 101, None, "used"), broken(NO_OVERDRAFT));
    assert_eq!(forge(&f, "post", 0, None, "used"), broken("amount_in_range"));
    assert_eq!(forge(&f, "post", -5, None, "used"), broken("amount_in_range"));
    assert_eq!(forge(&f, "post", 5, None, "wallet"), broken("two_books"));
    assert_eq!(forge(&f, "post", 5, hold, "used"), broken("only_ends_have_a_hold"));
    assert_eq!(forge(&f, "settle", 5, None, "used"), broken("only_ends_have_a_hold"));
    assert_eq!(forge(&f, "settle", 61, hold, "used"), broken("hold_exceeded"));
    assert_eq!(forge(&f, "settle", 5, hold, "issued"), broken("hold_exceeded"));
    assert_eq!(forge(&f, "settle", 5, Some("trf_unknown"), "used"), broken("hold_not_open"));
    assert_eq!(forge(&f, "void", 5, hold, "used"), broken("amount_in_range"));
    assert_eq!(forge(&f, "reserve", 5, None, "used"), broken("only_holds_expire"));
    for rewrite in ["UPDATE transfer SET amount = 1", "DELETE FROM transfer"] {
        let outcome = f.run(Statement::new(rewrite, []));
        assert_eq!(outcome.unwrap_err(), broken("transfer_is_append_only"));
    }
    assert_eq!(f.wallet(), (100, 60));
}

#[test]
fn an_ignored_conflict_does_not_hide_a_broken_constraint_behind_it() {
    // `INSERT OR IGNORE` would let the trigger's overdraft pass in silence; this is why grants use
    // the upsert clause, which does not reach into triggers.
    let f = Fixture::new();
    f.grant(10, "one").unwrap();
    let overdraw = books::Entry {
        kind: books::Kind::Post,
        debit: books::Book::Wallet,
        credit: books::Book::Used,
        ..books::grant(11).unwrap()
    };
    let source = Source { name: "grant", id: "two" };
    let outcome = f.run(f.ledger().post(&f.id(), &overdraw, source, NOW));
    assert_eq!(outcome.unwrap_err(), broken(NO_OVERDRAFT));
    assert_eq!(f.wallet(), (10, 0));
}

#[test]
fn accounts_of_one_database_do_not_see_each_other() {
    let mut f = Fixture::new();
    f.grant(100, "one").unwrap();
    let hold = f.hold(60, "chat-1").unwrap();
    for (tenant, account) in [("ten_a", "acc_b"), ("ten_b", "acc_a")] {
        f.tenant = tenant.parse().unwrap();
        f.account = account.parse().unwrap();
        assert_eq!(f.wallet(), (0, 0));
        assert_eq!(f.settle(&hold, 25).unwrap().len(), 0);
        assert_eq!(f.run(f.ledger().page(i64::MAX >> 11, 10)).unwrap().len(), 0);
        f.run(f.ledger().void_expired(NOW.plus_ms(5_000))).unwrap();
        f.grant(1, "one").unwrap();
    }
    f.tenant = "ten_a".parse().unwrap();
    assert_eq!(f.wallet(), (100, 60));
}

#[test]
fn the_rate_in_sql_is_the_rate_in_rust() {
    let f = Fixture::new();
    let quota = limit::Quota::per_minute(5);
    let key = rate::Key { tenant: &f.tenant, account: Some(&f.account), name: "key" };
    let mut tat = None;
    for (step, ms) in
        [0, 0, 0, 0, 0, 0, 11_999, 12_000, 12_000, 60_000, 0, 90_000].into_iter().enumerate()
    {
        let now = NOW.plus_ms(ms);
        let (next, standing) = quota.admit(tat, now);
        // Forgetting those who are as good as new makes no difference.
        f.run(key.forget(now)).unwrap();
        let outcome = f.run(key.admit(quota, quota.interval_us(), now));
        if standing.admitted {
            assert_eq!(outcome.unwrap()[0].int(0), Ok(next), "step {step}");
            tat = Some(next);
        } else {
            assert_eq!(outcome.unwrap_err(), broken(rate::RATE_LIMITED), "step {step}");
        }
    }
}

/// Random histories of grants, holds and ends, some of them wrong, some of them twice.
#[test]
fn no_history_unbalances_the_books() {
    let mut random = 7_u64;
    let mut draw = |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (random >> 33) % below
    };
    for history in 0..20 {
        let f = Fixture::new();
        let mut holds = Vec::new();
        let mut granted = 0;
        for step in 0..60 {
            match draw(4) {
                0 => {
                    let tokens = draw(100) + 1;
                    f.grant(tokens, &format!("{history}-{step}")).unwrap();
                    granted += i64::try_from(tokens).unwrap();
                }
                1 => holds.extend(f.hold(draw(150) + 1, &format!("{history}-{step}")).ok()),
                2 if !holds.is_empty() => {
                    let index = usize::try_from(draw(holds.len() as u64)).unwrap();
                    f.settle(&holds[index], draw(200)).unwrap();
                }
                _ => {
                    let later = NOW.plus_ms(i64::try_from(draw(2_000)).unwrap());
                    f.run(f.ledger().void_expired(later)).unwrap();
                }
            }
            let (posted, held) = f.wallet();
            assert!(held >= 0 && posted >= held && posted <= granted);
        }
    }
}

#[test]
fn what_ends_an_operation_may_be_sent_twice() {
    let f = Fixture::new();
    f.grant(1_000, "g").unwrap();
    let quota = limit::Quota::per_minute(1_000);
    let key = rate::Key { tenant: &f.tenant, account: Some(&f.account), name: "tokens" };
    f.run(key.admit(quota, quota.cost_us(500), NOW)).unwrap();
    let hold = f.hold(500, "c").unwrap();
    let request: kernel::RequestId = "req_1".parse().unwrap();
    let booked = operation::Operation {
        tenant: &f.tenant,
        account: &f.account,
        id: &request,
        profile: None,
        asked_model: "m",
        answered: Some(("m", "v")),
        outcome: "done",
        attempts: &[],
        input_bytes: 1,
        output_bytes: u64::MAX,
        usage: model::Usage { input_tokens: 100, ..model::Usage::default() },
        is_estimated: false,
        hold: &hold.0,
        cost_nanousd: Some(u64::MAX),
        first_byte_ms: Some(1),
        total_ms: 2,
        created_at: NOW,
    };
    for _ in 0..2 {
        f.run(key.give_back(quota.cost_us(400), &hold.0)).unwrap();
        f.settle(&hold, 100).unwrap();
        f.run(booked.insert()).unwrap();
    }
    assert_eq!(f.wallet(), (900, 0));
    // 400 of 500 have come back, once.
    let arrival = f.run(key.read()).unwrap()[0].int(0).unwrap();
    assert_eq!(arrival, NOW.0 * 1000 + quota.cost_us(100));
    let found = f.run(operation::page(&f.tenant, &f.account, "req_~", 10)).unwrap();
    let found: Vec<operation::Booked> = rows(&found).unwrap();
    assert_eq!(
        found.iter().map(|o| (o.id.as_str(), o.tokens)).collect::<Vec<_>>(),
        [("req_1", 100)]
    );
}

impl Fixture {
    fn post(&self, entry: &books::Entry, source: &'static str, id: &str) {
        self.run(self.ledger().post(&self.id(), entry, Source { name: source, id }, NOW)).unwrap();
    }

    /// What is left of each lot, in the order in which lots are spent.
    fn lots(&self) -> Vec<(String, i64)> {
        let found = self.run(self.ledger().lots()).unwrap();
        let lots: Vec<Lot> = rows(&found).unwrap();
        assert_eq!(lots.iter().map(|lot| lot.left).sum::<i64>(), self.wallet().0);
        lots.into_iter().map(|lot| (lot.source + "/" + lot.kind, lot.left)).collect()
    }

    /// Tells the ledger of a purchase, as the outbox does.
    fn tell(
        &self,
        key: &str,
        version: i64,
        wanted: books::Wanted,
        lifetime: purchase::Lifetime,
    ) -> Result<books::Purchase, SqlError> {
        let found = self.run(self.ledger().purchase(key))?;
        let known = purchase::Known::try_from(&found[0])?;
        let (steps, after) = known.purchase.steps(wanted, known.available);
        let steps: Vec<_> = steps.into_iter().map(|step| (self.id(), step)).collect();
        let ledger = self.ledger();
        let batch = ledger.settle_purchase(key, version, &steps, after, lifetime, NOW);
        let shard = Shard::Account {
            tenant: self.tenant.clone(),
            account: self.account.clone(),
            region: Region::Auto,
        };
        self.host.run(self.host.sql(&shard).batch(batch)).map(|_| after)
    }
}

const EXTRA: purchase::Lifetime = purchase::Lifetime { is_plan: false, expires_at_ms: None };

fn bought(tokens: i64, returned: i64) -> books::Wanted {
    books::Wanted { bought: tokens, returned, ended: 0 }
}

#[test]
fn a_plan_is_spent_before_what_was_bought_beside_it() {
    let f = Fixture::new();
    f.grant(50, "g").unwrap();
    let soon = purchase::Lifetime { is_plan: false, expires_at_ms: Some(NOW.0 + 1_000) };
    f.tell("pi_soon", 1, bought(50, 0), soon).unwrap();
    let plan = purchase::Lifetime { is_plan: true, expires_at_ms: Some(NOW.0 + 9_000) };
    f.tell("sub_1/1", 1, bought(50, 0), plan).unwrap();
    let hold = f.hold(120, "c").unwrap();
    f.settle(&hold, 70).unwrap();
    let left = [("purchase/extra".to_owned(), 30), ("grant/extra".to_owned(), 50)];
    assert_eq!(f.lots(), left);
}

#[test]
fn tokens_end_in_time_but_not_those_that_a_request_holds() {
    let f = Fixture::new();
    f.grant(10, "g").unwrap();
    let soon = purchase::Lifetime { is_plan: true, expires_at_ms: Some(NOW.0 + 1_000) };
    f.tell("pi_soon", 1, bought(50, 0), soon).unwrap();
    let hold = f.hold(40, "c").unwrap();
    f.run(f.ledger().expire_lots(NOW.plus_ms(999))).unwrap();
    assert_eq!(f.wallet(), (60, 40));
    f.run(f.ledger().expire_lots(NOW.plus_ms(1_000))).unwrap();
    assert_eq!(f.wallet(), (40, 40));
    f.settle(&hold, 25).unwrap();
    f.run(f.ledger().expire_lots(NOW.plus_ms(2_000))).unwrap();
    assert_eq!(f.lots(), [("grant/extra".to_owned(), 10)]);
    f.run(f.ledger().expire_lots(NOW.plus_ms(2_000))).unwrap();
    assert_eq!(f.wallet(), (10, 0));
}

#[test]
fn a_message_is_heard_once() {
    let f = Fixture::new();
    f.tell("pi_1", 1, bought(100, 0), EXTRA).unwrap();
    let again = f.tell("pi_1", 1, bought(100, 0), EXTRA);
    assert_eq!(again, Err(SqlError::Constraint(purchase::HEARD.to_owned())));
    assert_eq!(f.wallet(), (100, 0));
    let spent = f.hold(70, "c").unwrap();
    f.settle(&spent, 70).unwrap();
    let after = f.tell("pi_1", 3, bought(100, 100), EXTRA).unwrap();
    assert_eq!((after.taken, after.owed), (30, 70));
    // The message before the last comes late.
    assert!(f.tell("pi_1", 2, bought(100, 0), EXTRA).is_err());
    assert_eq!(f.wallet(), (0, 0));
    let after = f.tell("pi_1", 4, bought(100, 0), EXTRA).unwrap();
    assert_eq!((after.taken, after.owed), (0, 0));
    assert_eq!(f.lots(), [("restored/extra".to_owned(), 30)]);
}

#[test]
fn what_is_paid_back_is_taken_from_what_it_paid_for() {
    let f = Fixture::new();
    f.post(&books::grant(40).unwrap(), "grant", "g");
    f.tell("pi_1", 1, bought(100, 0), EXTRA).unwrap();
    f.tell("pi_1", 2, bought(100, 60), EXTRA).unwrap();
    assert_eq!(f.lots(), [("grant/extra".to_owned(), 40), ("purchase/extra".to_owned(), 40)]);
}
