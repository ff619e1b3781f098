//! Carts. Every statement takes whose cart it may be: an account sees and changes its own and those
//! that are nobody's, and somebody unknown only the latter.

use super::{
    CART_BUNDLED, CART_CHANGE, CART_COUPON, CART_DELETE, CART_FORGET, CART_GET, CART_INSERT,
    CART_LINE_CLEAR, CART_LINE_FORGET, CART_LINE_PUT, CART_LINE_REMOVE, CART_PRODUCTS, CART_TAKE,
    QUOTE_FORGET, product::Status, read_id, read_json, read_word,
};
use kernel::{AccountId, CartId, ProductId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement, Value};
use pricing::{Price, ProductKind};

/// The trigger that keeps carts from being endless.
pub const CART_FULL: &str = "cart_full";

/// A cart.
#[derive(Clone, Debug)]
pub struct StoredCart {
    pub id: CartId,
    pub account: Option<AccountId>,
    /// Its market's id.
    pub market: String,
    /// The code of its coupon.
    pub coupon: Option<String>,
    pub version: i64,
}

/// A product that is in a cart, or in a bundle of one.
#[derive(Clone, Debug)]
pub struct Part {
    pub id: ProductId,
    pub kind: ProductKind,
    pub name: String,
    pub status: Status,
    /// Its details as JSON.
    pub details: String,
    /// How many can be had of goods.
    pub available: Option<i64>,
}

/// A line of a cart.
#[derive(Clone, Debug)]
pub struct Line {
    pub product: Part,
    pub quantity: u32,
    /// Its prices on all lists.
    pub prices: Vec<Price>,
}

/// One cart, as somebody sees it.
#[derive(Clone, Copy)]
pub struct Carts<'a> {
    pub tenant: &'a TenantId,
    pub id: &'a CartId,
    /// Who asks, where that is known.
    pub account: Option<&'a AccountId>,
}

impl Carts<'_> {
    fn key(&self) -> [Value; 2] {
        [self.tenant.as_str().into(), self.id.as_str().into()]
    }

    pub(super) fn seen(&self) -> [Value; 3] {
        let [tenant, id] = self.key();
        [tenant, id, self.account.map(AccountId::as_str).into()]
    }

    pub fn insert(&self, market: &str, now: UnixMillis) -> Statement {
        let [tenant, id, account] = self.seen();
        Statement::new(CART_INSERT, [tenant, id, account, market.into(), now.0.into()])
    }

    /// The cart, if it may be seen.
    pub fn get(&self) -> Statement {
        Statement::new(CART_GET, self.seen())
    }

    /// Nobody's cart becomes the account's. Nothing, where nobody is known.
    pub fn take(&self) -> Option<Statement> {
        self.account.map(|_| Statement::new(CART_TAKE, self.seen()))
    }

    /// Another market, where one is given; another coupon or none, where `coupon` says so. A row, if
    /// the cart may be changed.
    pub fn change(
        &self,
        market: Option<&str>,
        coupon: Option<Option<&str>>,
        now: UnixMillis,
    ) -> Statement {
        let [tenant, id, account] = self.seen();
        let is_given = i64::from(coupon.is_some());
        let (market, coupon) = (market.into(), coupon.flatten().into());
        Statement::new(
            CART_CHANGE,
            [tenant, id, account, market, is_given.into(), coupon, now.0.into()],
        )
    }

    /// So many of a product, or breaks [`CART_FULL`]. None takes it out.
    pub fn put(&self, product: &ProductId, quantity: u32, now: UnixMillis) -> Statement {
        let [tenant, id, account] = self.seen();
        let product = product.as_str().into();
        if quantity == 0 {
            return Statement::new(CART_LINE_REMOVE, [tenant, id, account, product]);
        }
        Statement::new(CART_LINE_PUT, [tenant, id, account, product, quantity.into(), now.0.into()])
    }

    /// Deletes the cart. The last statement gives a row, if it did.
    pub fn delete(&self) -> [Statement; 2] {
        [Statement::new(CART_LINE_CLEAR, self.seen()), Statement::new(CART_DELETE, self.seen())]
    }

    /// The cart's [`Line`]s.
    pub fn products(&self) -> Statement {
        Statement::new(CART_PRODUCTS, self.key())
    }

    /// The [`Part`]s of the cart's bundles.
    pub fn bundled(&self) -> Statement {
        Statement::new(CART_BUNDLED, self.key())
    }

    /// The cart's coupon, as [`super::coupon::InCart`].
    pub fn coupon(&self) -> Statement {
        Statement::new(CART_COUPON, self.seen())
    }
}

/// Forgets some carts that nobody has touched since a time, with all that is about them.
pub fn forget(tenant: &TenantId, since: UnixMillis, limit: u32) -> Vec<Statement> {
    let params = || [tenant.as_str().into(), since.0.into(), limit.into()];
    let sql = [QUOTE_FORGET, CART_LINE_FORGET, CART_FORGET];
    sql.into_iter().map(|sql| Statement::new(sql, params())).collect()
}

impl TryFrom<&Row> for StoredCart {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: read_id(row, 0)?,
            account: if row.is_null(1) { None } else { Some(read_id(row, 1)?) },
            market: row.text(2)?.to_owned(),
            coupon: row.opt_text(3)?.map(str::to_owned),
            version: row.int(4)?,
        })
    }
}

impl TryFrom<&Row> for Part {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: read_id(row, 0)?,
            kind: read_word(row, 1)?,
            name: row.text(2)?.to_owned(),
            status: read_word(row, 3)?,
            details: row.text(4)?.to_owned(),
            available: row.opt_int(5)?,
        })
    }
}

impl TryFrom<&Row> for Line {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let quantity = u32::try_from(row.int(6)?);
        Ok(Self {
            product: Part::try_from(row)?,
            quantity: quantity.map_err(|e| SqlError::Failed(e.to_string()))?,
            prices: read_json(row, 7)?,
        })
    }
}
