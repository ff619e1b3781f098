//! What products cost.

use super::{
    PRICE_ARCHIVE, PRICE_INSERT, PRICE_LIST_ALL, PRICE_LIST_PUT, PRICE_OF_PRODUCTS, PRICE_PAGE,
    product, read_id, read_word,
};
use kernel::{Currency, PriceId, ProductId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement};
use pricing::{Interval, Price, PriceList};
use serde::Serialize;

/// Most prices of a product that count at a time.
pub const PRICES_MAX: u32 = 100;

/// A price, for those who set it.
#[derive(Clone, Debug, Serialize)]
pub struct ListedPrice {
    /// The price.
    #[serde(flatten)]
    pub price: Price,
    pub created_at_ms: i64,
    pub archived_at_ms: Option<i64>,
}

/// A price list, for those who made it.
#[derive(Clone, Debug, Serialize)]
pub struct StoredList {
    pub id: String,
    pub currency: Currency,
    pub created_at_ms: i64,
}

/// A new price. A row, unless something is not as it must be.
pub fn insert(tenant: &TenantId, price: &Price, now: UnixMillis) -> Statement {
    let texts = [tenant.as_str(), price.id.as_str(), price.product.as_str(), price.list.as_str()];
    let [tenant, id, product, list] = texts.map(Into::into);
    Statement::new(
        PRICE_INSERT,
        [
            tenant,
            id,
            product,
            list,
            price.amount_minor.into(),
            price.min_quantity.into(),
            price.valid_from_ms.map(|at| at.0).into(),
            price.valid_until_ms.map(|at| at.0).into(),
            price.interval.map(Interval::as_str).into(),
            now.0.into(),
            PRICES_MAX.into(),
        ],
    )
}

/// The prices of a product from before one, newest first.
pub fn page(tenant: &TenantId, product: &ProductId, before: &str, limit: u32) -> Statement {
    let [tenant, product, before] = [tenant.as_str(), product.as_str(), before].map(Into::into);
    Statement::new(PRICE_PAGE, [tenant, product, before, limit.into()])
}

/// What those of some products cost that are sold.
pub fn of_products(tenant: &TenantId, list: &str, products: &[ProductId]) -> Statement {
    let ids: Vec<_> = products.iter().map(ProductId::as_str).collect();
    Statement::new(PRICE_OF_PRODUCTS, [tenant.as_str().into(), list.into(), product::list(&ids)])
}

/// A price counts no more. A row, if it did.
pub fn archive(tenant: &TenantId, id: &PriceId, now: UnixMillis) -> Statement {
    let [tenant, id] = [tenant.as_str(), id.as_str()].map(Into::into);
    Statement::new(PRICE_ARCHIVE, [tenant, id, now.0.into()])
}

/// A price list, if there is none of the name yet.
pub fn put_list(tenant: &TenantId, list: &PriceList, now: UnixMillis) -> Statement {
    let [tenant, id, currency] =
        [tenant.as_str(), list.name.as_str(), list.currency.code()].map(Into::into);
    Statement::new(PRICE_LIST_PUT, [tenant, id, currency, now.0.into()])
}

/// The price lists, by name.
pub fn lists(tenant: &TenantId, limit: u32) -> Statement {
    Statement::new(PRICE_LIST_ALL, [tenant.as_str().into(), limit.into()])
}

impl TryFrom<&Row> for ListedPrice {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let min_quantity = u32::try_from(row.int(5)?);
        let interval = if row.is_null(8) { None } else { Some(read_word(row, 8)?) };
        Ok(Self {
            price: Price {
                id: read_id(row, 0)?,
                product: read_id(row, 1)?,
                list: row.text(2)?.to_owned(),
                currency: read_word(row, 3)?,
                amount_minor: row.int(4)?,
                min_quantity: min_quantity.map_err(|e| SqlError::Failed(e.to_string()))?,
                valid_from_ms: row.opt_int(6)?.map(UnixMillis),
                valid_until_ms: row.opt_int(7)?.map(UnixMillis),
                interval,
            },
            created_at_ms: row.int(9)?,
            archived_at_ms: row.opt_int(10)?,
        })
    }
}

impl TryFrom<&Row> for StoredList {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let id = row.text(0)?.to_owned();
        Ok(Self { id, currency: read_word(row, 1)?, created_at_ms: row.int(2)? })
    }
}

impl From<StoredList> for PriceList {
    fn from(list: StoredList) -> Self {
        Self { name: list.id, currency: list.currency }
    }
}
