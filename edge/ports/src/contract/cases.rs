use crate::{
    Blob, BlobError, Body, ByteRange, Clock, Host, Http, Kv, Migration, Random, Shard, Signatures,
    Sql, SqlError, Statement, Tasks, Value,
};
use bytes::Bytes;
use futures::{FutureExt, StreamExt, future::LocalBoxFuture, stream};
use kernel::{Region, SAFE_INTEGER_MAX};
use std::{fmt::Debug, rc::Rc};

/// The schema of the cases.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        sql: "CREATE TABLE item (shard TEXT NOT NULL, name TEXT NOT NULL, n INTEGER NOT NULL,
                CONSTRAINT not_negative CHECK (n >= 0), PRIMARY KEY (shard, name)) STRICT;",
    },
    Migration {
        version: 2,
        sql: "-- Two statements, one of which holds semicolons.

              CREATE TABLE value (shard TEXT NOT NULL, name TEXT NOT NULL,
                n INTEGER, t TEXT, b BLOB) STRICT;

              CREATE TRIGGER item_is_kept BEFORE DELETE ON item BEGIN
                SELECT raise(ABORT, 'constraint: item_is_kept');
              END;",
    },
];

/// What a case returns: nothing, or what went wrong.
pub type Outcome = Result<(), String>;

/// One promise of a port.
pub struct Case<H> {
    /// Its name, in an address.
    pub name: &'static str,
    /// Checks it, with a host and the address of a peer.
    pub run: fn(Context<H>) -> LocalBoxFuture<'static, Outcome>,
}

/// What a case works with.
pub struct Context<H> {
    /// The host under test.
    pub host: H,
    /// Where a [`Peer`](super::peer::Peer) listens.
    pub peer: Rc<str>,
    /// Parts this run's data from that of earlier runs.
    pub run: Rc<str>,
}

macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        /// Every case.
        pub fn cases<H: Host>() -> Vec<Case<H>> {
            vec![$(Case {
                name: stringify!($name),
                run: |context| async move { $name(&context).await }.boxed_local(),
            }),*]
        }
    };
}

cases![
    sql_returns_rows_in_order,
    sql_carries_every_kind_of_value,
    sql_carries_integers_up_to_53_bits,
    sql_refuses_larger_integers,
    sql_names_the_broken_constraint,
    sql_batch_is_all_or_nothing,
    sql_batches_of_one_shard_do_not_mix,
    sql_says_so_when_a_statement_is_wrong,
    kv_keeps_replaces_and_forgets,
    kv_forgets_in_time,
    http_carries_method_headers_and_bodies,
    http_sends_a_body_after_an_answer_was_read,
    http_returns_errors_and_redirects_as_responses,
    http_streams_a_response_piece_by_piece,
    http_streams_a_request_piece_by_piece,
    http_closes_when_the_body_is_dropped,
    http_says_so_when_nobody_listens,
    blob_keeps_replaces_and_forgets,
    blob_gives_ranges,
    clock_goes_forward,
    random_differs,
    signatures_are_the_keys_or_not,
    tasks_run_to_their_end,
];

fn same<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Outcome {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: found {found:?}, expected {expected:?}"))
}

fn shown(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl<H: Host> Context<H> {
    fn sql(&self) -> H::Sql {
        // A shard of its own for each run. On Spin it is the same database, so rows carry the name.
        let tenant = format!("ten_{}", self.run).parse();
        let shard = match tenant {
            Ok(tenant) => Shard::Tenant { tenant, region: Region::Auto },
            Err(_) => Shard::Directory,
        };
        self.host.sql(&shard)
    }

    fn insert(&self, name: &str, n: i64) -> Statement {
        Statement::new(
            "INSERT INTO item (shard, name, n) VALUES (?1, ?2, ?3)",
            [(&*self.run).into(), name.into(), n.into()],
        )
    }

    fn add(&self, name: &str, n: i64) -> Statement {
        Statement::new(
            "UPDATE item SET n = n + ?3 WHERE shard = ?1 AND name = ?2",
            [(&*self.run).into(), name.into(), n.into()],
        )
    }

    async fn read(&self, name: &str) -> Result<Option<i64>, String> {
        let select = Statement::new(
            "SELECT n FROM item WHERE shard = ?1 AND name = ?2",
            [(&*self.run).into(), name.into()],
        );
        let rows = self.sql().query(select).await.map_err(shown)?;
        rows.first().map(|row| row.int(0)).transpose().map_err(shown)
    }

    fn request(&self, method: &str, path: &str, body: Body) -> Result<http::Request<Body>, String> {
        let uri = format!("{}{path}", self.peer);
        http::Request::builder().method(method).uri(uri).body(body).map_err(shown)
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        body: Body,
    ) -> Result<http::Response<Body>, String> {
        self.host.http().send(self.request(method, path, body)?).await.map_err(shown)
    }

    async fn text(&self, method: &str, path: &str, body: Body) -> Result<String, String> {
        let response = self.send(method, path, body).await?;
        let bytes = response.into_body().collect(1 << 20).await.map_err(shown)?;
        String::from_utf8(bytes.into()).map_err(shown)
    }
}

async fn sql_returns_rows_in_order<H: Host>(c: &Context<H>) -> Outcome {
    for (name, n) in [("order-c", 3), ("order-a", 1), ("order-b", 2)] {
        c.sql().query(c.insert(name, n)).await.map_err(shown)?;
    }
    let select = Statement::new(
        "SELECT name, n FROM item WHERE shard = ?1 AND name LIKE 'order-%' ORDER BY n DESC",
        [(&*c.run).into()],
    );
    let rows = c.sql().query(select).await.map_err(shown)?;
    let names = rows.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, _>>().map_err(shown)?;
    same("names", names, vec!["order-c", "order-b", "order-a"])
}

async fn sql_carries_every_kind_of_value<H: Host>(c: &Context<H>) -> Outcome {
    let values = [
        Value::Null,
        Value::Integer(0),
        Value::Integer(-1),
        Value::Text(String::new()),
        Value::Text("Grüße, 世界 \u{1F600} 'quoted' \u{0}".trim_end_matches('\0').to_owned()),
        Value::Text("007".to_owned()),
        Value::Blob(vec![]),
        Value::Blob((0..=255).collect()),
    ];
    for (index, value) in values.iter().enumerate() {
        let name = format!("value-{index}");
        let column = match value {
            Value::Null | Value::Integer(_) => 0,
            Value::Text(_) => 1,
            Value::Blob(_) => 2,
        };
        let mut row = [Value::Null, Value::Null, Value::Null];
        if let Some(cell) = row.get_mut(column) {
            *cell = value.clone();
        }
        let [n, t, b] = row.clone();
        let insert = Statement::new(
            "INSERT INTO value (shard, name, n, t, b) VALUES (?1, ?2, ?3, ?4, ?5)",
            [(&*c.run).into(), name.as_str().into(), n, t, b],
        );
        let select = Statement::new(
            "SELECT n, t, b FROM value WHERE shard = ?1 AND name = ?2",
            [(&*c.run).into(), name.as_str().into()],
        );
        let found = c.sql().batch(vec![insert, select]).await.map_err(shown)?;
        let found = found.last().and_then(|rows| rows.first()).ok_or("no row")?;
        same(&name, found.0.as_slice(), &row)?;
    }
    Ok(())
}

async fn sql_carries_integers_up_to_53_bits<H: Host>(c: &Context<H>) -> Outcome {
    for (name, n) in [("int-max", SAFE_INTEGER_MAX), ("int-32", 1 << 32), ("int-one", 1)] {
        c.sql().query(c.insert(name, n)).await.map_err(shown)?;
        same(name, c.read(name).await?, Some(n))?;
    }
    // Arithmetic in SQL is on the same numbers.
    let negative = Statement::new(
        "SELECT -n FROM item WHERE shard = ?1 AND name = 'int-max'",
        [(&*c.run).into()],
    );
    let rows = c.sql().query(negative).await.map_err(shown)?;
    let found = rows.first().ok_or("no row")?.int(0).map_err(shown)?;
    same("negated", found, -SAFE_INTEGER_MAX)
}

async fn sql_refuses_larger_integers<H: Host>(c: &Context<H>) -> Outcome {
    for n in [SAFE_INTEGER_MAX + 1, i64::MAX] {
        let outcome = c.sql().query(c.insert("int-large", n)).await;
        same("query", outcome, Err(SqlError::IntegerRange))?;
        let outcome = c.sql().batch(vec![c.insert("int-first", 1), c.insert("int-large", n)]).await;
        same("batch", outcome, Err(SqlError::IntegerRange))?;
    }
    same("first", c.read("int-first").await?, None)
}

async fn sql_names_the_broken_constraint<H: Host>(c: &Context<H>) -> Outcome {
    let broken = |name: &str| Err(SqlError::Constraint(name.to_owned()));
    let outcome = c.sql().query(c.insert("broken", -1)).await;
    same("a CHECK", outcome, broken("not_negative"))?;
    c.sql().query(c.insert("broken", 1)).await.map_err(shown)?;
    let outcome = c.sql().query(c.insert("broken", 2)).await;
    same("a UNIQUE", outcome, broken("item.shard, item.name"))?;
    let delete = Statement::new("DELETE FROM item WHERE shard = ?1", [(&*c.run).into()]);
    same("a trigger", c.sql().query(delete).await, broken("item_is_kept"))?;
    same("what stayed", c.read("broken").await?, Some(1))
}

async fn sql_batch_is_all_or_nothing<H: Host>(c: &Context<H>) -> Outcome {
    c.sql().query(c.insert("batch", 5)).await.map_err(shown)?;
    let statements = vec![
        c.add("batch", 10),
        c.insert("batch-new", 1),
        c.add("batch", -100),
        c.add("batch", 1_000),
    ];
    let outcome = c.sql().batch(statements).await;
    same("outcome", outcome, Err(SqlError::Constraint("not_negative".into())))?;
    same("the first statement", c.read("batch").await?, Some(5))?;
    same("the second statement", c.read("batch-new").await?, None)?;
    // The shard goes on working, and a batch that succeeds stays.
    let rows = c.sql().batch(vec![c.add("batch", 1), c.insert("batch-new", 2)]).await;
    same("rows", rows.map_err(shown)?.len(), 2)?;
    same("after", c.read("batch").await?, Some(6))?;
    same("nothing at all", c.sql().batch(vec![]).await, Ok(vec![]))
}

async fn sql_batches_of_one_shard_do_not_mix<H: Host>(c: &Context<H>) -> Outcome {
    c.sql().query(c.insert("left", 50)).await.map_err(shown)?;
    c.sql().query(c.insert("right", 0)).await.map_err(shown)?;
    // A hundred transfers of one at once from a balance of fifty: half of them fit.
    let transfer = || async { c.sql().batch(vec![c.add("right", 1), c.add("left", -1)]).await };
    let outcomes = futures::future::join_all((0..100).map(|_| transfer())).await;
    let refused = Err(SqlError::Constraint("not_negative".into()));
    for outcome in &outcomes {
        if outcome.is_err() && *outcome != refused {
            return Err(format!("unexpected: {outcome:?}"));
        }
    }
    same("let through", outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 50)?;
    same("left", c.read("left").await?, Some(0))?;
    same("right", c.read("right").await?, Some(50))
}

async fn sql_says_so_when_a_statement_is_wrong<H: Host>(c: &Context<H>) -> Outcome {
    for wrong in ["SELECT * FROM nowhere", "SELEC 1", "SELECT nothing FROM item"] {
        let outcome = c.sql().query(Statement::new(wrong, [])).await;
        if !matches!(outcome, Err(SqlError::Failed(_))) {
            return Err(format!("{wrong}: {outcome:?}"));
        }
    }
    c.read("anything").await.map(|_| ())
}

async fn kv_keeps_replaces_and_forgets<H: Host>(c: &Context<H>) -> Outcome {
    let key = format!("contract/{}/ä b/value", c.run);
    let kv = c.host.kv();
    same("before", kv.get(&key).await.map_err(shown)?, None)?;
    for value in [&b"one"[..], b"", &[0, 255, 10]] {
        kv.put(&key, value, None).await.map_err(shown)?;
        same("put", kv.get(&key).await.map_err(shown)?.as_deref(), Some(value))?;
    }
    kv.delete(&key).await.map_err(shown)?;
    same("deleted", kv.get(&key).await.map_err(shown)?, None)?;
    kv.delete(&key).await.map_err(shown)
}

async fn kv_forgets_in_time<H: Host>(c: &Context<H>) -> Outcome {
    let key = format!("contract/{}/ttl", c.run);
    let (kv, clock) = (c.host.kv(), c.host.clock());
    kv.put(&key, b"short", Some(500)).await.map_err(shown)?;
    same("at once", kv.get(&key).await.map_err(shown)?.as_deref(), Some(&b"short"[..]))?;
    clock.sleep(600).await;
    same("later", kv.get(&key).await.map_err(shown)?, None)?;
    // A new value without an end is not ended by the old one's.
    kv.put(&key, b"short", Some(500)).await.map_err(shown)?;
    kv.put(&key, b"long", None).await.map_err(shown)?;
    clock.sleep(600).await;
    same("replaced", kv.get(&key).await.map_err(shown)?.as_deref(), Some(&b"long"[..]))
}

async fn http_carries_method_headers_and_bodies<H: Host>(c: &Context<H>) -> Outcome {
    let mut request = c.request("PUT", "/contract/echo?q=%20a", "Grüße".into())?;
    request.headers_mut().insert("x-contract", http::HeaderValue::from_static("one two"));
    let response = c.host.http().send(request).await.map_err(shown)?;
    same("status", response.status().as_u16(), 207)?;
    let header = response.headers().get("x-echo").and_then(|value| value.to_str().ok());
    same("header", header, Some("PUT /contract/echo?q=%20a one two"))?;
    let body = response.into_body().collect(100).await.map_err(shown)?;
    same("body", body, "Grüße".into())
}

/// Nothing else may be needed to get a body on its way: no timer, no other request.
async fn http_sends_a_body_after_an_answer_was_read<H: Host>(c: &Context<H>) -> Outcome {
    for body in ["one", "two", "three"] {
        same("body", c.text("PUT", "/contract/echo", body.into()).await?, body.to_owned())?;
    }
    Ok(())
}

async fn http_returns_errors_and_redirects_as_responses<H: Host>(c: &Context<H>) -> Outcome {
    for status in [204, 302, 404, 500, 503] {
        let response = c.send("GET", &format!("/contract/status/{status}"), Body::empty()).await?;
        same("status", response.status().as_u16(), status)?;
    }
    Ok(())
}

async fn http_streams_a_response_piece_by_piece<H: Host>(c: &Context<H>) -> Outcome {
    let gate = format!("/contract/gate/{}", c.run);
    let response = c.send("GET", &format!("{gate}?n=3"), Body::empty()).await?;
    let mut pieces = response.into_body().into_stream();
    let mut received = String::new();
    for expected in ["1", "12", "123"] {
        // The peer sends the next digit only after it has been let go, so a runtime that waits
        // for more than what has been sent would wait for ever.
        while received.len() < expected.len() {
            let piece = pieces.next().await.ok_or("the body ended early")?.map_err(shown)?;
            received.push_str(std::str::from_utf8(&piece).map_err(shown)?);
        }
        same("received", received.as_str(), expected)?;
        c.text("POST", &gate, Body::empty()).await?;
    }
    same("end", pieces.next().await.is_none(), true)
}

async fn http_streams_a_request_piece_by_piece<H: Host>(c: &Context<H>) -> Outcome {
    let path = Rc::new(format!("/contract/upload/{}", c.run));
    let context = Context { host: c.host.clone(), peer: c.peer.clone(), run: c.run.clone() };
    let asked = path.clone();
    // Each piece is sent only after the peer has confirmed the one before.
    let body = Body::stream(stream::unfold((context, 0_usize), move |(context, sent)| {
        let asked = asked.clone();
        async move {
            if sent == 3 {
                return None;
            }
            let confirmed =
                context.text("GET", &format!("{asked}?min={sent}"), Body::empty()).await;
            let piece = match confirmed {
                Ok(_) => Ok(Bytes::from_static(b"x")),
                Err(error) => Err(crate::BodyError::Broken(error)),
            };
            Some((piece, (context, sent + 1)))
        }
    }));
    same("received", c.text("POST", &path, body).await?, "3".to_owned())
}

async fn http_closes_when_the_body_is_dropped<H: Host>(c: &Context<H>) -> Outcome {
    let response = c.send("GET", &format!("/contract/endless/{}", c.run), Body::empty()).await?;
    let mut pieces = response.into_body().into_stream();
    pieces.next().await.ok_or("no first piece")?.map_err(shown)?;
    drop(pieces);
    let closed = c.text("GET", &format!("/contract/closed/{}", c.run), Body::empty()).await?;
    same("the peer", closed, "closed".to_owned())
}

async fn http_says_so_when_nobody_listens<H: Host>(c: &Context<H>) -> Outcome {
    // Port 9, discard, is one that nothing listens on.
    let request = http::Request::get("http://127.0.0.1:9/").body(Body::empty()).map_err(shown)?;
    match c.host.http().send(request).await {
        Err(_) => Ok(()),
        Ok(response) => Err(format!("somebody answered: {}", response.status())),
    }
}

async fn blob_keeps_replaces_and_forgets<H: Host>(c: &Context<H>) -> Outcome {
    let key = format!("contract/{}/blob", c.run);
    let blob = c.host.blob();
    same("before", blob.get(&key, None).await.map_err(shown)?.is_none(), true)?;
    let first = blob.put(&key, "first".into(), "text/plain").await.map_err(shown)?;
    // Larger than one piece of any adapter.
    let large: Bytes = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect::<Vec<_>>().into();
    let second = blob.put(&key, large.clone(), "image/png").await.map_err(shown)?;
    same("size", second.size, 3_000_000)?;
    same("etag changes", first.etag == second.etag, false)?;
    let object = blob.get(&key, None).await.map_err(shown)?.ok_or("not found")?;
    same("meta", &object.meta, &second)?;
    same("type", object.meta.content_type.as_str(), "image/png")?;
    same("part", (object.start, object.len), (0, 3_000_000))?;
    let body = object.body.collect(4_000_000).await.map_err(shown)?;
    same("body", body == large, true)?;
    blob.put(&key, Bytes::new(), "text/plain").await.map_err(shown)?;
    let empty = blob.get(&key, None).await.map_err(shown)?.ok_or("not found")?;
    same("empty", empty.body.collect(0).await.map_err(shown)?.len(), 0)?;
    blob.delete(&key).await.map_err(shown)?;
    same("deleted", blob.get(&key, None).await.map_err(shown)?.is_none(), true)?;
    blob.delete(&key).await.map_err(shown)
}

async fn blob_gives_ranges<H: Host>(c: &Context<H>) -> Outcome {
    let key = format!("contract/{}/ranges", c.run);
    let blob = c.host.blob();
    let value: Bytes =
        (0..2_500_000_u32).map(|n| (n / 1000).to_le_bytes()[0]).collect::<Vec<_>>().into();
    blob.put(&key, value.clone(), "application/octet-stream").await.map_err(shown)?;
    for (range, start, len) in [
        (ByteRange::FromTo(0, 0), 0, 1),
        (ByteRange::FromTo(999_999, 2_000_001), 999_999, 1_000_003),
        (ByteRange::From(2_499_990), 2_499_990, 10),
        (ByteRange::Last(5), 2_499_995, 5),
        (ByteRange::FromTo(2_499_999, 9_999_999), 2_499_999, 1),
    ] {
        let object = blob.get(&key, Some(range)).await.map_err(shown)?.ok_or("not found")?;
        same("part", (object.start, object.len), (start, len))?;
        same("size", object.meta.size, 2_500_000)?;
        let body = object.body.collect(3_000_000).await.map_err(shown)?;
        let from = usize::try_from(start).map_err(shown)?;
        let to = from + usize::try_from(len).map_err(shown)?;
        same(&format!("{range:?}"), body == value.slice(from..to), true)?;
    }
    for range in [ByteRange::From(2_500_000), ByteRange::Last(0), ByteRange::FromTo(7, 6)] {
        let outcome = blob.get(&key, Some(range)).await.map(|_| ());
        same("outside", outcome, Err(BlobError::Range { size: 2_500_000 }))?;
    }
    let missing = blob.get("contract/nowhere", Some(ByteRange::From(0))).await.map_err(shown)?;
    same("missing", missing.is_none(), true)
}

async fn clock_goes_forward<H: Host>(c: &Context<H>) -> Outcome {
    let clock = c.host.clock();
    let before = clock.now();
    clock.sleep(50).await;
    let passed_ms = clock.now().since_ms(before);
    // Timers may be a little early by the wall clock, which is not the clock they run on.
    if passed_ms < 45 {
        return Err(format!("{passed_ms} ms passed in 50"));
    }
    // 2025, in milliseconds: a clock that counts in other units is found out.
    same("in this century", (1_735_689_600_000..4_102_444_800_000).contains(&before.0), true)
}

async fn random_differs<H: Host>(c: &Context<H>) -> Outcome {
    let draw = || {
        let mut bytes = [0_u8; 33];
        c.host.random().fill(&mut bytes);
        bytes
    };
    let draws: Vec<_> = (0..20).map(|_| draw()).collect();
    for (index, bytes) in draws.iter().enumerate() {
        same("repeated", draws.iter().skip(index + 1).any(|other| other == bytes), false)?;
        same("zero", bytes.iter().filter(|byte| **byte == 0).count() > 20, false)?;
    }
    Ok(())
}

/// [RFC 7515 appendix A.3](https://www.rfc-editor.org/rfc/rfc7515#appendix-A.3) and A.2: what a
/// runtime checks, it checks rightly.
async fn signatures_are_the_keys_or_not<H: Host>(c: &Context<H>) -> Outcome {
    let jwk = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    let message = b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature = [
        14, 209, 33, 83, 121, 99, 108, 72, 60, 47, 127, 21, 88, 7, 212, 2, 163, 178, 40, 3, 58,
        249, 124, 126, 23, 129, 154, 195, 22, 158, 166, 101, 197, 10, 7, 211, 140, 60, 112, 229,
        216, 241, 45, 175, 8, 74, 84, 128, 166, 101, 144, 197, 242, 147, 80, 154, 143, 63, 127,
        138, 131, 163, 84, 213,
    ];
    let check = async |jwk: &str, message: &[u8], signature: &[u8]| {
        c.host.signatures().check("ES256", jwk, message, signature).await
    };
    let is_any = H::Signatures::ANY;
    same("good", check(jwk, message, &signature).await, is_any.then_some(true))?;
    // Twice, since keys may be remembered.
    same("again", check(jwk, message, &signature).await, is_any.then_some(true))?;
    same("another message", check(jwk, b"e30.e30", &signature).await, is_any.then_some(false))?;
    let mut forged = signature;
    forged[63] ^= 1;
    same("forged", check(jwk, message, &forged).await, is_any.then_some(false))?;
    for short in [&signature[..63], &[]] {
        let checked = check(jwk, message, short).await;
        same("cut", checked.unwrap_or(false), false)?;
    }
    same("no key", check("{}", message, &signature).await, None)?;
    let unknown = c.host.signatures().check("none", jwk, message, &[]).await;
    same("no algorithm", unknown, None)
}

async fn tasks_run_to_their_end<H: Host>(c: &Context<H>) -> Outcome {
    let host = c.host.clone();
    let key = format!("contract/{}/task", c.run);
    let done = key.clone();
    let work = async move {
        host.clock().sleep(100).await;
        // The result is what is read below; there is nobody to tell an error to.
        let _ = host.kv().put(&done, b"done", None).await;
    };
    c.host.tasks().after_response(work.boxed_local());
    for _ in 0..100 {
        if c.host.kv().get(&key).await.map_err(shown)?.is_some() {
            return Ok(());
        }
        c.host.clock().sleep(50).await;
    }
    Err("the work did not end".to_owned())
}
