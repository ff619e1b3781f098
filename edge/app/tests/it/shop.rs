mod carts;
mod catalogue;
mod pages;
mod places;
mod quotes;

use crate::support::{Answer, World};
use kernel::Region;
use ports::{Host, Row, Shard, Sql, SqlError, Statement};
use serde_json::{Value, json};

pub const MARKET: &str = "market.localhost";
/// A demo tenant that sells nothing of its own accord.
pub const STORIES: &str = "stories.localhost";

fn handle(host: &str) -> &str {
    host.split('.').next().unwrap()
}

/// What an administrator of a host's tenant asks for.
pub fn administer(world: &World, method: &str, host: &str, path: &str, body: &Value) -> Answer {
    let ask = world.ask(method, host, path).bearer(world.admin(handle(host)));
    if body.is_null() { ask.send() } else { ask.json(body).send() }
}

/// What somebody asks for whom nobody knows.
pub fn ask(world: &World, method: &str, path: &str, body: &Value) -> Answer {
    let ask = world.ask(method, MARKET, path);
    if body.is_null() { ask.send() } else { ask.json(body).send() }
}

/// The same as an account.
pub fn ask_as(world: &World, account: &str, method: &str, path: &str, body: &Value) -> Answer {
    let token = world.token("market", json!({"account": account}));
    let ask = world.ask(method, MARKET, path).bearer(token);
    if body.is_null() { ask.send() } else { ask.json(body).send() }
}

pub fn line(product: &str, quantity: u32) -> Value {
    json!({"product": product, "quantity": quantity})
}

/// Nobody's cart in the United States: its path.
pub fn cart(world: &World, lines: &[Value]) -> String {
    let answer = ask(world, "POST", "/cart", &json!({"lines": lines, "country": "US"}));
    assert_eq!(answer.status, 201, "{answer:?}");
    format!("/cart/{}", answer.json()["id"].as_str().unwrap())
}

/// A product with a price of so many cents: its id.
pub fn product(world: &World, new: Value, cents: i64) -> String {
    let mut wanted = json!({"name": "Thing", "status": "active"});
    for (name, value) in new.as_object().unwrap() {
        wanted[name] = value.clone();
    }
    let made = administer(world, "POST", MARKET, "/admin/products", &wanted);
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let mut price = json!({"list": "usd", "amount_minor": cents});
    if wanted["kind"] == "subscription" {
        price["interval"] = json!("year");
    }
    let path = format!("/admin/products/{id}/prices");
    let priced = administer(world, "POST", MARKET, &path, &price);
    assert_eq!(priced.status, 201, "{priced:?}");
    id
}

/// A coupon of the tenant's, `SAVE` if it is not told otherwise.
pub fn coupon(world: &World, changes: Value) {
    let mut coupon = json!({"code": "SAVE", "kind": "percent", "value": 2_500});
    for (name, value) in changes.as_object().unwrap() {
        coupon[name] = value.clone();
    }
    let made = administer(world, "POST", MARKET, "/admin/coupons", &coupon);
    assert_eq!(made.status, 201, "{made:?}");
}

/// What a statement gives in the tenant's database.
pub fn sql(world: &World, text: &str) -> Result<Vec<Row>, SqlError> {
    let shard = Shard::Tenant { tenant: "ten_market".parse().unwrap(), region: Region::Auto };
    world.host.run(world.host.sql(&shard).query(Statement::new(text.to_owned().leak(), [])))
}

/// Status, code and field of a problem.
pub fn problem(answer: &Answer) -> (u16, String, String) {
    let field = answer.json()["field"].as_str().unwrap_or_default().to_owned();
    (answer.status, answer.code(), field)
}

pub fn told(status: u16, code: &str, field: &str) -> (u16, String, String) {
    (status, code.to_owned(), field.to_owned())
}
