use super::{
    MIGRATIONS,
    ledger::rows,
    usage::{
        Alert, CAPACITY_USED_UP, Event, NewEvent, Plan, Subscriptions, WINDOW_OVERLAPS, alerts,
    },
};
use ::usage::Window;
use kernel::{AccountId, Region, RequestId, SAFE_INTEGER_MAX, TenantId, UnixMillis};
use ports::{
    Host, Row, Shard, Sql, SqlError, Statement,
    memory::{Layout, MemoryHost},
};

mod extras;

const NOW: UnixMillis = UnixMillis(1_900_000_000_000);
const PERIOD: Window = Window { start: UnixMillis(NOW.0 - 1_000), end: UnixMillis(NOW.0 + 1_000) };

struct Fixture {
    host: MemoryHost,
    tenant: TenantId,
    account: AccountId,
}

impl Fixture {
    /// An account with two of a plan that brings 50 calls each, and a window of 100.
    fn new(hard: bool) -> Self {
        let f = Self {
            host: MemoryHost::new(Layout::Shared, MIGRATIONS),
            tenant: "ten_a".parse().unwrap(),
            account: "acc_a".parse().unwrap(),
        };
        f.sql(&format!(
            "INSERT INTO order_item (tenant_id, order_id, line, n, product_id, kind, units, meter, capacity, meter_hard) \
             VALUES ('ten_a', 'ord_a', 1, 1, 'prd_a', 'subscription', 1, 'calls', 50, {})",
            i64::from(hard)
        )).unwrap();
        f.sql(&format!(
            "INSERT INTO subscription VALUES ('ten_a', 'sub_a', 'acc_a', 'ord_a', 'cus_a', 'active', 1, 2, 'si_a', {}, {}, 0, 1, 1, 0)",
            PERIOD.start.0, PERIOD.end.0
        )).unwrap();
        f.run(f.subscriptions().open("sub_a", "calls", PERIOD, "Etc/UTC", NOW)).unwrap();
        f
    }

    fn subscriptions(&self) -> Subscriptions<'_> {
        Subscriptions { tenant: &self.tenant, account: &self.account }
    }

    fn sql(&self, sql: &str) -> Result<Vec<Row>, SqlError> {
        self.run(Statement::new(sql.to_owned().leak(), []))
    }

    fn run(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        let shard = Shard::Tenant { tenant: self.tenant.clone(), region: Region::Auto };
        self.host.run(self.host.sql(&shard).query(statement))
    }

    fn use_up(&self, identifier: &str, quantity: i64) -> Result<Event, SqlError> {
        let request: RequestId = format!("req_{identifier}").parse().unwrap();
        self.run(self.subscriptions().record(&NewEvent {
            identifier,
            request: &request,
            subscription: "sub_a",
            meter: "calls",
            quantity,
            window_start: PERIOD.start,
            used_at: NOW,
            is_dated: false,
            now: NOW,
        }))?;
        let found = self.run(self.subscriptions().event(identifier))?;
        Ok(rows(&found)?.pop().unwrap())
    }

    fn alerts(&self) -> Vec<String> {
        let page = alerts(&self.tenant, (UnixMillis(SAFE_INTEGER_MAX), "", ""), 50);
        let mut found: Vec<Alert> = rows(&self.run(page).unwrap()).unwrap();
        found.sort_by(|a, b| a.kind.cmp(&b.kind));
        found.into_iter().map(|alert| alert.kind).collect()
    }

    fn window(&self) -> (i64, i64) {
        let found = self.sql("SELECT used, capacity FROM usage_window").unwrap();
        (found[0].int(0).unwrap(), found[0].int(1).unwrap())
    }
}

#[test]
fn the_same_usage_counts_once_and_keeps_its_first_result() {
    let f = Fixture::new(true);
    assert_eq!(f.use_up("a", 60).unwrap().used, 60);
    assert_eq!(f.use_up("b", 40).unwrap().used, 100);
    // Nothing is left, and what is there already is not refused.
    let again = f.use_up("a", 60).unwrap();
    assert_eq!((again.used, again.capacity, again.request.as_str()), (60, 100, "req_a"));
    assert_eq!(f.window(), (100, 100));
    for sql in ["UPDATE usage_event SET quantity = 1", "DELETE FROM usage_event"] {
        assert!(f.sql(sql).unwrap_err().is_constraint("usage_event_is_append_only"));
    }
}

#[test]
fn a_hard_capacity_is_never_exceeded_and_a_soft_one_is_counted_on() {
    let f = Fixture::new(true);
    f.use_up("a", 99).unwrap();
    assert!(f.use_up("b", 2).unwrap_err().is_constraint(CAPACITY_USED_UP));
    assert_eq!(f.window(), (99, 100));
    assert!(f.run(f.subscriptions().event("b")).unwrap().is_empty());
    f.use_up("c", 1).unwrap();
    let f = Fixture::new(false);
    assert_eq!(f.use_up("a", 250).unwrap().used, 250);
}

#[test]
fn alerts_come_once_for_each_threshold_and_window() {
    let f = Fixture::new(false);
    f.use_up("a", 79).unwrap();
    assert!(f.alerts().is_empty());
    f.use_up("b", 1).unwrap();
    f.use_up("c", 1).unwrap();
    assert_eq!(f.alerts(), ["usage_80"]);
    f.use_up("d", 100).unwrap();
    f.use_up("e", 100).unwrap();
    assert_eq!(f.alerts(), ["usage_100", "usage_80", "usage_90"]);
    let at = f.sql("SELECT max(created_at_ms) FROM alert").unwrap()[0].int(0).unwrap();
    assert_eq!(at, NOW.0);
}

#[test]
fn more_is_more_for_the_rest_of_a_window_and_less_is_less_from_the_next() {
    let f = Fixture::new(true);
    f.use_up("a", 90).unwrap();
    // Half of the window is left.
    f.sql("UPDATE subscription SET quantity = 3, told_at_ms = 1900000000000").unwrap();
    assert_eq!(f.window(), (90, 125));
    f.sql("UPDATE subscription SET quantity = 1, told_at_ms = 1900000000000").unwrap();
    assert_eq!(f.window(), (90, 125));
    f.use_up("b", 35).unwrap();
    assert_eq!(f.alerts(), ["usage_100", "usage_80", "usage_90"]);
    assert!(f.use_up("c", 1).unwrap_err().is_constraint(CAPACITY_USED_UP));
    // To and fro adds nothing without end.
    for _ in 0..5 {
        f.sql("UPDATE subscription SET quantity = 3, told_at_ms = 1900000000000").unwrap();
        f.sql("UPDATE subscription SET quantity = 1, told_at_ms = 1900000000000").unwrap();
    }
    assert_eq!(f.window(), (125, 150));
    let over = PERIOD.end.0;
    f.sql(&format!("UPDATE subscription SET quantity = 9, told_at_ms = {over}")).unwrap();
    assert_eq!(f.window(), (125, 150));
}

/// It does not matter whether a window was there before there came to be more.
#[test]
fn windows_that_are_opened_late_have_what_was_paid_for() {
    let raised = |steps: &[(i64, i64)]| {
        let f = Fixture::new(true);
        f.sql("DELETE FROM usage_window").unwrap();
        for (quantity, at) in steps {
            let at = PERIOD.start.0 + at;
            f.sql(&format!("UPDATE subscription SET quantity = {quantity}, told_at_ms = {at}"))
                .unwrap();
        }
        f.run(f.subscriptions().open("sub_a", "calls", PERIOD, "Etc/UTC", NOW)).unwrap();
        f.window().1
    };
    assert_eq!(raised(&[]), 100);
    assert_eq!(raised(&[(4, 1_000)]), 150);
    assert_eq!(raised(&[(4, 1_999)]), 100);
    assert_eq!(raised(&[(4, 5_000)]), 100);
    assert_eq!(raised(&[(4, -1)]), 200);
    // Of several the last counts, which is never more than was paid for.
    assert_eq!(raised(&[(4, 500), (6, 1_000)]), 200);
    assert_eq!(raised(&[(4, 1_000), (1, 1_500)]), 50);
    assert_eq!(raised(&[(4, 500), (1, 600), (3, 1_000)]), 100);
}

#[test]
fn windows_are_stored_once_and_do_not_overlap() {
    let f = Fixture::new(false);
    let open = |start: i64, end: i64, zone: &str| {
        let window = Window { start: UnixMillis(start), end: UnixMillis(end) };
        f.run(f.subscriptions().open("sub_a", "calls", window, zone, NOW))
    };
    let (start, end) = (PERIOD.start.0, PERIOD.end.0);
    open(start, end + 5, "Europe/Berlin").unwrap();
    for (start, end) in [(start - 5, start + 1), (end - 1, end + 5), (start + 1, end - 1)] {
        let refused = open(start, end, "Etc/UTC").unwrap_err();
        assert!(refused.is_constraint(WINDOW_OVERLAPS), "{start} {end}");
    }
    open(end, end + 5, "Etc/UTC").unwrap();
    let plan = |at: i64| {
        let found = f.run(f.subscriptions().plan("calls", UnixMillis(at))).unwrap();
        rows::<Plan>(&found).unwrap().pop().unwrap()
    };
    assert_eq!(plan(end - 1).past, Some(PERIOD));
    assert_eq!(plan(end - 1).next, Some(PERIOD.end));
    assert_eq!((plan(start - 1).past, plan(start - 1).next), (None, Some(PERIOD.start)));
    assert_eq!(plan(end + 1).next, None);
}

#[test]
fn nothing_reads_all_that_a_tenant_has() {
    let f = Fixture::new(false);
    let ours = [
        "usage_",
        "subscription_list",
        "subscription_item",
        "outbox_of_usage",
        "alert_page",
        "connected_",
        "alert_short_top_up",
    ];
    let mine = |file: &&(&str, &str)| ours.iter().any(|name| file.0.starts_with(name));
    for (file, sql) in super::STATEMENTS.iter().filter(mine) {
        let explain: &'static str = format!("EXPLAIN QUERY PLAN {sql}").leak();
        let count = (1..20).filter(|n| sql.contains(&format!("?{n}"))).count();
        let params = vec![ports::Value::Null; count];
        for step in &f.run(Statement { sql: explain, params }).unwrap() {
            let step = step.text(3).unwrap();
            // What a batch has to do with is all there is of that table, and a sum is one row, as is
            // what is read by its key.
            let sound = ["SEARCH touched USING PRIMARY KEY (tenant_id=?)", "SCAN extra"];
            if sound.contains(&step) || step.starts_with("SCAN (subquery") {
                continue;
            }
            assert!(!step.contains("(tenant_id=?)") && !step.contains("SCAN o"), "{file}: {step}");
            assert!(!step.starts_with("SCAN") || step.contains("CONSTANT"), "{file}: {step}");
        }
    }
}
