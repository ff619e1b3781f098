//! What was bought, and how it is downloaded. What is bought is put into the tables as checkout and
//! Stripe's events leave it there.

mod fetch;
mod limits;
mod links;
mod uploads;
mod zip;

use crate::support::{Answer, Ask, SECRET, World};
use kernel::Region;
use ports::{Clock, Host, Row, Shard, Sql, Statement, memory::Layout};
use serde_json::{Value, json};

pub const MARKET: &str = "market.localhost";
pub const ALBUM: &str = "prd_demo_album";
pub const BOOK: &str = "prd_demo_book";
pub const TRACKS: [&str; 3] = ["ast_demo_dawn", "ast_demo_noon", "ast_demo_dusk"];
pub const READING: &str = "ast_demo_reading";
/// Two keys of zeros and of ones, the newer first.
const KEYS: &str = "new=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,\
                    old=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

/// A world in which things can be downloaded, and more settings.
pub fn world_with(settings: &[(&str, &str)]) -> World {
    let own = [
        ("POSTERN_ENV", "dev"),
        ("JWT_DEV_KEY", SECRET),
        ("DOWNLOAD_KEYS", KEYS),
        ("INTERNAL_KEY", "machines only"),
    ];
    let world = World::with(Layout::PerShard, &[&own, settings].concat());
    // Which fills the shop.
    assert_eq!(entitlements(&world, "acc_a").status, 200);
    world
}

pub fn world() -> World {
    world_with(&[])
}

pub fn sql(world: &World, text: &str) -> Vec<Row> {
    let shard = Shard::Tenant { tenant: "ten_market".parse().unwrap(), region: Region::Auto };
    let statement = Statement::new(text.to_owned().leak(), []);
    world.host.run(world.host.sql(&shard).query(statement)).unwrap()
}

/// What the one row of a question says in its first column.
pub fn number(world: &World, text: &str) -> i64 {
    sql(world, text)[0].int(0).unwrap()
}

/// A purchase of a product, paid; returns its right. `more` are columns of the right and values.
pub fn bought(
    world: &World,
    account: &str,
    product: &str,
    name: &str,
    more: &[(&str, &str)],
) -> String {
    let now = world.host.clock().now().0;
    let later = now + 60_000;
    sql(
        world,
        &format!(
        "INSERT INTO quote (tenant_id, id, cart_id, status, record, created_at_ms, expires_at_ms)
         VALUES ('ten_market', 'quo_{name}', 'crt_{name}', 'open', '{{}}', {now}, {later})"
    ),
    );
    sql(world, &format!(
        "INSERT INTO orders (tenant_id, id, account_id, quote_id, cart_id, mode, currency, subtotal_minor,
           discount_minor, total_minor, livemode, payment_id, created_at_ms, expires_at_ms)
         VALUES ('ten_market', 'ord_{name}', '{account}', 'quo_{name}', 'crt_{name}', 'payment', 'USD', 1200,
           0, 1200, 0, 'pi_{name}', {now}, {later})"
    ));
    sql(
        world,
        &format!("UPDATE orders SET status = 'paid', paid_at_ms = {now} WHERE id = 'ord_{name}'"),
    );
    sql(
        world,
        &format!(
        "INSERT INTO payment (tenant_id, id, order_id, currency, amount_minor, rank, created_at_ms)
         VALUES ('ten_market', 'pi_{name}', 'ord_{name}', 'USD', 1200, 9, {now})"
    ),
    );
    let columns: String = more.iter().map(|(column, _)| format!(", {column}")).collect();
    let values: String = more.iter().map(|(_, value)| format!(", {value}")).collect();
    sql(world, &format!(
        "INSERT INTO entitlement (tenant_id, id, account_id, product_id, order_id, item, granted_at_ms{columns})
         VALUES ('ten_market', 'ent_{name}', '{account}', '{product}', 'ord_{name}', 0, {now}{values})"
    ));
    format!("ent_{name}")
}

/// What the bank or the shop does to a purchase.
pub fn refund(world: &World, name: &str, minor: i64) {
    sql(world, &format!("UPDATE payment SET refunded_minor = {minor} WHERE id = 'pi_{name}'"));
}

/// How a dispute stands that is not decided.
pub const UNDECIDED: &str = "open";

pub fn dispute(world: &World, name: &str, status: &str) {
    sql(world, &format!(
        "INSERT INTO dispute (tenant_id, id, payment_id, amount_minor, currency, status, rank, created_at_ms)
         VALUES ('ten_market', 'dp_{name}', 'pi_{name}', 1200, 'USD', '{status}', 1, 0)
         ON CONFLICT DO UPDATE SET status = excluded.status"
    ));
}

pub fn as_account<'w>(world: &'w World, account: &str, method: &str, path: &str) -> Ask<'w> {
    let token = world.token("market", json!({"account": account, "profile": null}));
    world.ask(method, MARKET, path).bearer(token)
}

pub fn entitlements(world: &World, account: &str) -> Answer {
    as_account(world, account, "GET", "/me/entitlements").send()
}

pub fn link(world: &World, account: &str, wanted: &Value) -> Answer {
    as_account(world, account, "POST", "/downloads/link").json(wanted).send()
}

/// The path of a link to one file.
pub fn path_to(world: &World, account: &str, asset: &str) -> String {
    path(&link(world, account, &json!({"assetId": asset})))
}

pub fn path(link: &Answer) -> String {
    assert_eq!(link.status, 201, "{link:?}");
    let link = link.json();
    let path = format!("/d/{}", link["dlToken"].as_str().unwrap());
    assert_eq!(link["url"], format!("http://{MARKET}{path}"));
    path
}

/// Status and code.
pub fn told(answer: &Answer) -> (u16, String) {
    (answer.status, answer.code())
}

pub fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// A response whose body is bytes.
pub struct Bytes {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Result<Vec<u8>, String>,
}

impl Bytes {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn whole(&self) -> &[u8] {
        self.body.as_deref().unwrap()
    }
}

pub fn bytes(world: &World, ask: Ask<'_>) -> Bytes {
    let (parts, body) = ask.open().into_parts();
    let body = world.host.run(body.collect(1 << 24));
    let body = body.map(|bytes| bytes.to_vec()).map_err(|e| e.to_string());
    world.host.run_tasks();
    Bytes { status: parts.status.as_u16(), headers: parts.headers, body }
}

pub fn get(world: &World, path: &str) -> Bytes {
    bytes(world, world.ask("GET", MARKET, path))
}

/// What came of the attempts, the oldest first.
pub fn outcomes(world: &World) -> Vec<String> {
    let rows = sql(world, "SELECT step || ' ' || outcome FROM download ORDER BY seq");
    rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect()
}
