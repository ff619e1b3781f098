use super::{
    MIGRATIONS,
    cart::{CART_FULL, Carts, StoredCart, forget},
    ledger::rows,
    price,
    product::{self, NewProduct, OUT_OF_STOCK, Status},
    quote::{self, QuoteStatus, StoredQuote},
};
use kernel::{AccountId, CartId, QuoteId, Region, TenantId, UnixMillis};
use ports::{
    Host, Row, Shard, Sql, SqlError, Statement,
    memory::{Layout, MemoryHost},
};
use pricing::{Price, PriceList, ProductKind};

const NOW: UnixMillis = UnixMillis(1_900_000_000_000);

struct Fixture {
    host: MemoryHost,
    tenant: TenantId,
    cart: CartId,
    one: AccountId,
    two: AccountId,
}

impl Fixture {
    /// A shop with goods and files, and a cart that is nobody's.
    fn new() -> Self {
        let f = Self {
            host: MemoryHost::new(Layout::Shared, MIGRATIONS),
            tenant: "ten_a".parse().unwrap(),
            cart: "crt_a".parse().unwrap(),
            one: "acc_1".parse().unwrap(),
            two: "acc_2".parse().unwrap(),
        };
        for (id, kind, stock) in [
            ("prd_file", ProductKind::Digital, None),
            ("prd_goods", ProductKind::Physical, Some(3)),
        ] {
            let new = NewProduct {
                id: &id.parse().unwrap(),
                kind,
                name: id,
                description: "",
                status: Status::Active,
                details: "{}",
                stock,
            };
            f.run(product::insert(&f.tenant, &new, NOW)).unwrap();
        }
        f.run(f.carts(None).insert("us", NOW)).unwrap();
        f
    }

    fn carts<'a>(&'a self, account: Option<&'a AccountId>) -> Carts<'a> {
        Carts { tenant: &self.tenant, id: &self.cart, account }
    }

    fn run(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        let shard = Shard::Tenant { tenant: self.tenant.clone(), region: Region::Auto };
        self.host.run(self.host.sql(&shard).query(statement))
    }

    fn put(&self, account: Option<&AccountId>, product: &str, quantity: u32) {
        self.run(self.carts(account).put(&product.parse().unwrap(), quantity, NOW)).unwrap();
    }

    /// The cart, as somebody sees it.
    fn seen(&self, account: Option<&AccountId>) -> Option<StoredCart> {
        let found = self.run(self.carts(account).get()).unwrap();
        rows(&found).unwrap().pop()
    }

    fn version(&self) -> i64 {
        self.run(Statement::new("SELECT version FROM cart", [])).unwrap()[0].int(0).unwrap()
    }

    fn quote(&self, account: Option<&AccountId>, id: &str, version: i64) -> bool {
        let id: QuoteId = id.parse().unwrap();
        let record = (&id, "{}".to_owned());
        let insert = quote::insert(&self.carts(account), version, record, NOW, NOW.plus_ms(1_000));
        !self.run(insert).unwrap().is_empty()
    }

    fn status(&self, id: &str) -> QuoteStatus {
        let found = self.run(quote::get(&self.tenant, &id.parse().unwrap())).unwrap();
        StoredQuote::try_from(&found[0]).unwrap().status
    }
}

#[test]
fn a_cart_is_its_accounts_alone_once_it_is_taken() {
    let f = Fixture::new();
    f.put(None, "prd_file", 1);
    f.run(f.carts(Some(&f.one)).take().unwrap()).unwrap();
    f.run(f.carts(Some(&f.two)).take().unwrap()).unwrap();
    let before = f.version();
    for stranger in [None, Some(&f.two)] {
        let carts = f.carts(stranger);
        f.put(stranger, "prd_file", 5);
        f.put(stranger, "prd_file", 0);
        assert!(f.run(carts.change(Some("de"), Some(Some("X")), NOW)).unwrap().is_empty());
        let [lines, cart] = carts.delete();
        f.run(lines).unwrap();
        assert!(f.run(cart).unwrap().is_empty());
        assert!(f.seen(stranger).is_none() && !f.quote(stranger, "quo_x", before));
    }
    let seen = f.seen(Some(&f.one)).unwrap();
    assert_eq!((seen.version, seen.market.as_str(), seen.coupon), (before, "us", None));
    assert_eq!(seen.account, Some(f.one.clone()));
}

#[test]
fn a_version_is_another_whenever_the_cart_is() {
    let f = Fixture::new();
    let carts = f.carts(None);
    let mut version = f.version();
    let mut moves = |what: &str, changes: bool| {
        let now = f.version();
        assert_eq!(now != version, changes, "{what}");
        version = now;
    };
    f.put(None, "prd_file", 1);
    moves("a line comes", true);
    f.put(None, "prd_file", 1);
    moves("the line stays", false);
    f.put(None, "prd_file", 2);
    moves("the line changes", true);
    f.run(carts.change(Some("de"), None, NOW)).unwrap();
    moves("the market changes", true);
    f.run(carts.change(None, Some(Some("A")), NOW)).unwrap();
    moves("a coupon comes", true);
    f.run(carts.change(None, None, NOW)).unwrap();
    f.run(carts.take().unwrap_or_else(|| carts.get())).unwrap();
    moves("nothing changes", false);
    f.run(carts.change(None, Some(None), NOW)).unwrap();
    moves("the coupon goes", true);
    f.put(None, "prd_file", 0);
    moves("the line goes", true);
}

#[test]
fn a_quote_is_of_the_cart_that_was_priced() {
    let f = Fixture::new();
    f.put(None, "prd_file", 1);
    let version = f.version();
    assert!(!f.quote(None, "quo_early", version - 1));
    assert!(f.quote(None, "quo_a", version));
    assert!(f.quote(None, "quo_b", version));
    assert_eq!((f.status("quo_a"), f.status("quo_b")), (QuoteStatus::Stale, QuoteStatus::Open));
    f.put(None, "prd_file", 2);
    assert_eq!(f.status("quo_b"), QuoteStatus::Stale);
    assert!(!f.quote(None, "quo_c", version));
    f.run(quote::forget_stale(&f.tenant, &f.cart, NOW)).unwrap();
    assert_eq!(f.status("quo_a"), QuoteStatus::Stale, "it is not that old");
    f.run(quote::forget_stale(&f.tenant, &f.cart, NOW.plus_ms(1))).unwrap();
    assert!(f.run(quote::get(&f.tenant, &"quo_a".parse().unwrap())).unwrap().is_empty());
}

#[test]
fn a_cart_holds_fifty_products() {
    let f = Fixture::new();
    for n in 0..50 {
        f.put(None, &format!("prd_{n}"), 1);
    }
    let put = f.carts(None).put(&"prd_50".parse().unwrap(), 1, NOW);
    assert!(f.run(put).unwrap_err().is_constraint(CART_FULL));
    f.put(None, "prd_49", 2);
}

#[test]
fn stock_is_never_less_than_what_is_held() {
    let f = Fixture::new();
    let goods = "prd_goods".parse().unwrap();
    f.run(Statement::new("UPDATE product SET held = 2 WHERE id = 'prd_goods'", [])).unwrap();
    let refused = f.run(product::stock(&f.tenant, &goods, 1, NOW)).unwrap_err();
    assert!(refused.is_constraint(OUT_OF_STOCK));
    assert_eq!(f.run(product::stock(&f.tenant, &goods, 2, NOW)).unwrap().len(), 1);
    let file = "prd_file".parse().unwrap();
    assert_eq!(f.run(product::stock(&f.tenant, &file, 2, NOW)).unwrap().len(), 0);
}

#[test]
fn a_price_is_in_its_lists_currency_and_at_one_interval() {
    let f = Fixture::new();
    let list = PriceList { name: "usd".into(), currency: "USD".parse().unwrap() };
    f.run(price::put_list(&f.tenant, &list, NOW)).unwrap();
    let mut wanted = Price {
        id: "pri_a".parse().unwrap(),
        product: "prd_file".parse().unwrap(),
        list: "usd".into(),
        // What is asked for does not matter: the list knows.
        currency: "EUR".parse().unwrap(),
        amount_minor: 5,
        min_quantity: 1,
        valid_from_ms: None,
        valid_until_ms: None,
        interval: None,
    };
    assert_eq!(f.run(price::insert(&f.tenant, &wanted, NOW)).unwrap().len(), 1);
    let page = f.run(price::page(&f.tenant, &wanted.product, "pri_~", 10)).unwrap();
    let page: Vec<price::ListedPrice> = rows(&page).unwrap();
    assert_eq!(page[0].price.currency, list.currency);
    wanted.id = "pri_b".parse().unwrap();
    for (list, interval) in [("eur", None), ("usd", Some(pricing::Interval::Month))] {
        let wanted = Price { list: list.into(), interval, ..wanted.clone() };
        assert!(f.run(price::insert(&f.tenant, &wanted, NOW)).unwrap().is_empty());
    }
    for n in 1..=price::PRICES_MAX {
        let wanted = Price { id: format!("pri_n{n}").parse().unwrap(), ..wanted.clone() };
        let made = f.run(price::insert(&f.tenant, &wanted, NOW)).unwrap().len();
        assert_eq!(made, usize::from(n < price::PRICES_MAX));
    }
}

#[test]
fn only_old_carts_are_forgotten_with_all_that_is_theirs() {
    let f = Fixture::new();
    f.put(None, "prd_file", 1);
    assert!(f.quote(None, "quo_a", f.version()));
    let count = |table: &str| {
        let sql: &'static str = format!("SELECT count(*) FROM {table}").leak();
        f.run(Statement::new(sql, [])).unwrap()[0].int(0).unwrap()
    };
    for (since, left) in [(NOW, 1), (NOW.plus_ms(1), 0)] {
        for statement in forget(&f.tenant, since, 10) {
            f.run(statement).unwrap();
        }
        assert_eq!([count("cart"), count("cart_line"), count("quote")], [left; 3]);
    }
}

#[test]
fn nothing_that_is_asked_for_often_reads_all_that_a_tenant_has() {
    let f = Fixture::new();
    let often = ["product_on_sale.sql", "price_of_products.sql", "product_kinds.sql"];
    let of_carts = |file: &&(&str, &str)| {
        file.0.starts_with("cart_") || file.0.starts_with("quote_") || often.contains(&file.0)
    };
    for (file, sql) in super::STATEMENTS.iter().filter(of_carts) {
        let explain: &'static str = format!("EXPLAIN QUERY PLAN {sql}").leak();
        let count = (1..20).filter(|n| sql.contains(&format!("?{n}"))).count();
        let params = vec![ports::Value::Null; count];
        let plan = f.run(Statement { sql: explain, params }).unwrap();
        for step in &plan {
            let step = step.text(3).unwrap();
            assert!(!step.contains("(tenant_id=?)"), "{file}: {step}");
        }
    }
}
