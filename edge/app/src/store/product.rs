//! What a tenant sells.

use super::{
    ASSET_KNOWN, PRODUCT_ASSET_CLEAR, PRODUCT_ASSET_PUT, PRODUCT_CHANGE, PRODUCT_GET,
    PRODUCT_INSERT, PRODUCT_KINDS, PRODUCT_ON_SALE, PRODUCT_PAGE, PRODUCT_STOCK, read_id,
    read_json, read_word,
};
use kernel::{AssetId, ProductId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement};
use pricing::{Price, ProductKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The constraint that refuses less stock than is held.
pub const OUT_OF_STOCK: &str = "out_of_stock";

/// Whether a product is shown and sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not yet.
    Draft,
    /// It is.
    Active,
    /// No longer.
    Archived,
}

impl Status {
    /// The name in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }
}

/// A product, for those who sell it.
#[derive(Clone, Debug, Serialize)]
pub struct Product {
    pub id: ProductId,
    pub kind: ProductKind,
    pub name: String,
    pub description: String,
    pub status: Status,
    /// What a buyer gets, by kind.
    pub details: Value,
    /// How many there are of goods.
    pub stock: Option<i64>,
    /// How many of them are in somebody's checkout.
    pub held: i64,
    pub created_at_ms: i64,
    pub changed_at_ms: i64,
    /// Its files.
    pub assets: Vec<String>,
}

/// A product to be stored.
pub struct NewProduct<'a> {
    pub id: &'a ProductId,
    pub kind: ProductKind,
    pub name: &'a str,
    pub description: &'a str,
    pub status: Status,
    /// Its details as JSON.
    pub details: &'a str,
    pub stock: Option<i64>,
}

/// What is to be changed of a product; what is `None` stays.
#[derive(Default)]
pub struct Change<'a> {
    pub name: Option<&'a str>,
    pub description: Option<&'a str>,
    pub status: Option<Status>,
    pub details: Option<String>,
}

/// A product that can be bought.
#[derive(Clone, Debug)]
pub struct OnSale {
    pub id: ProductId,
    pub kind: ProductKind,
    pub name: String,
    pub description: String,
    pub details: Value,
    /// How many can be had of goods.
    pub available: Option<i64>,
    /// Its prices on the list.
    pub prices: Vec<Price>,
}

/// What a product is, of those that exist.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: String,
    pub kind: ProductKind,
    pub status: Status,
    pub name: String,
}

pub fn insert(tenant: &TenantId, new: &NewProduct<'_>, now: UnixMillis) -> Statement {
    let texts = [tenant.as_str(), new.id.as_str(), new.kind.as_str(), new.name, new.description];
    let [tenant, id, kind, name, description] = texts.map(Into::into);
    let (status, details) = (new.status.as_str().into(), new.details.into());
    let stock = new.stock.into();
    Statement::new(
        PRODUCT_INSERT,
        [tenant, id, kind, name, description, status, details, stock, now.0.into()],
    )
}

pub fn get(tenant: &TenantId, id: &ProductId) -> Statement {
    Statement::new(PRODUCT_GET, [tenant.as_str().into(), id.as_str().into()])
}

/// The products from before one, newest first.
pub fn page(tenant: &TenantId, before: &str, status: Option<Status>, limit: u32) -> Statement {
    let status = status.map(Status::as_str);
    Statement::new(
        PRODUCT_PAGE,
        [tenant.as_str().into(), before.into(), status.into(), limit.into()],
    )
}

/// Changes a product. A row, if there is one.
pub fn change(
    tenant: &TenantId,
    id: &ProductId,
    change: &Change<'_>,
    now: UnixMillis,
) -> Statement {
    Statement::new(
        PRODUCT_CHANGE,
        [
            tenant.as_str().into(),
            id.as_str().into(),
            change.name.into(),
            change.description.into(),
            change.status.map(Status::as_str).into(),
            change.details.clone().into(),
            now.0.into(),
        ],
    )
}

/// How many there are, or breaks [`OUT_OF_STOCK`]. A row, if it is goods.
pub fn stock(tenant: &TenantId, id: &ProductId, stock: i64, now: UnixMillis) -> Statement {
    let [tenant, id] = [tenant.as_str(), id.as_str()].map(Into::into);
    Statement::new(PRODUCT_STOCK, [tenant, id, stock.into(), now.0.into()])
}

/// [`Known`] rows of those that exist.
pub fn kinds<'a>(tenant: &TenantId, ids: impl IntoIterator<Item = &'a ProductId>) -> Statement {
    let ids: Vec<_> = ids.into_iter().map(ProductId::as_str).collect();
    Statement::new(PRODUCT_KINDS, [tenant.as_str().into(), list(&ids)])
}

/// The products behind one that can be bought by a list, as [`OnSale`].
pub fn on_sale(
    tenant: &TenantId,
    list: &str,
    after: &str,
    now: UnixMillis,
    limit: u32,
) -> Statement {
    let [tenant, list, after] = [tenant.as_str(), list, after].map(Into::into);
    Statement::new(PRODUCT_ON_SALE, [tenant, list, after, now.0.into(), limit.into()])
}

/// The ids of those files that exist.
pub fn known_assets(tenant: &TenantId, assets: &[AssetId]) -> Statement {
    let ids: Vec<_> = assets.iter().map(AssetId::as_str).collect();
    Statement::new(ASSET_KNOWN, [tenant.as_str().into(), list(&ids)])
}

/// A product has these files and no others.
pub fn put_assets(tenant: &TenantId, product: &ProductId, assets: &[AssetId]) -> [Statement; 2] {
    let ids: Vec<_> = assets.iter().map(AssetId::as_str).collect();
    let [tenant, product] = [tenant.as_str(), product.as_str()];
    [
        Statement::new(PRODUCT_ASSET_CLEAR, [tenant.into(), product.into()]),
        Statement::new(PRODUCT_ASSET_PUT, [tenant.into(), product.into(), list(&ids)]),
    ]
}

/// Ids as a JSON list.
pub(super) fn list(ids: &[&str]) -> ports::Value {
    serde_json::to_string(ids).unwrap_or_default().into()
}

impl TryFrom<&Row> for Product {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: read_id(row, 0)?,
            kind: read_word(row, 1)?,
            name: row.text(2)?.to_owned(),
            description: row.text(3)?.to_owned(),
            status: read_word(row, 4)?,
            details: read_json(row, 5)?,
            stock: row.opt_int(6)?,
            held: row.int(7)?,
            created_at_ms: row.int(8)?,
            changed_at_ms: row.int(9)?,
            assets: read_json(row, 10)?,
        })
    }
}

impl TryFrom<&Row> for OnSale {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: read_id(row, 0)?,
            kind: read_word(row, 1)?,
            name: row.text(2)?.to_owned(),
            description: row.text(3)?.to_owned(),
            details: read_json(row, 4)?,
            available: row.opt_int(5)?,
            prices: read_json(row, 6)?,
        })
    }
}

impl TryFrom<&Row> for Known {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let id = row.text(0)?.to_owned();
        let name = row.text(3)?.to_owned();
        Ok(Self { id, kind: read_word(row, 1)?, status: read_word(row, 2)?, name })
    }
}
