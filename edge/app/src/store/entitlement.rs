//! What accounts have the right to, because they bought it.

use super::{
    DEVICE_PUT, ENTITLEMENT_FOR_ASSETS, ENTITLEMENT_LICENCE, ENTITLEMENT_PAGE, asset,
    product::list, read_id, read_json, read_word,
};
use kernel::{AccountId, AssetId, EntitlementId, ProductId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement, Value};
use serde::{Deserialize, Serialize};

/// The constraint that refuses one device too many.
pub const DEVICES_USED_UP: &str = "devices_used_up";

/// Before the first id, in descending order.
const AFTER_ALL_IDS: &str = "ent_~";

/// A file of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub id: AssetId,
    pub file_name: String,
    pub content_type: String,
    /// Bytes of it.
    pub size: u64,
}

/// A right, as it is kept.
#[derive(Clone, Debug)]
pub struct Entitlement {
    pub id: EntitlementId,
    pub product: ProductId,
    /// What the product is called now.
    pub name: String,
    /// What has become of the order's money: `state` of the view `order_state`.
    pub order_state: String,
    pub granted_at_ms: i64,
    pub expires_at_ms: Option<i64>,
    pub device_max: Option<i64>,
    pub devices: i64,
    pub use_max: Option<i64>,
    pub uses: i64,
    /// A text, or the address of one, that has to be accepted.
    pub licence: Option<String>,
    pub licensed_at_ms: Option<i64>,
    /// The files of the product that may be handed out.
    pub files: Vec<File>,
    /// What kind of product it is: as in the table `product`.
    pub kind: Option<String>,
}

/// A right by which a file may be had, perhaps.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub asset: AssetId,
    pub asset_status: asset::Status,
    pub id: EntitlementId,
    /// As in [`Entitlement`].
    pub order_state: String,
    pub expires_at_ms: Option<i64>,
    pub use_max: Option<i64>,
    pub uses: i64,
    pub device_max: Option<i64>,
    pub devices: i64,
    /// Whether the device that asks is one of them.
    pub device_is_known: bool,
    /// Whether there is no licence, or it was accepted.
    pub is_licensed: bool,
}

/// The statements of one account.
pub struct Entitlements<'a> {
    pub tenant: &'a TenantId,
    pub account: &'a AccountId,
}

impl Entitlements<'_> {
    fn owner(&self) -> [Value; 2] {
        [self.tenant.as_str().into(), self.account.as_str().into()]
    }

    /// The rights from before one, newest first; from the newest for `None`.
    pub fn page(&self, before: Option<&str>, limit: u32) -> Statement {
        let [tenant, account] = self.owner();
        let before = before.unwrap_or(AFTER_ALL_IDS).into();
        Statement::new(ENTITLEMENT_PAGE, [tenant, account, before, limit.into(), Value::Null])
    }

    pub fn get(&self, id: &EntitlementId) -> Statement {
        let [tenant, account] = self.owner();
        let (before, id) = (AFTER_ALL_IDS.into(), id.as_str().into());
        Statement::new(ENTITLEMENT_PAGE, [tenant, account, before, 1_u32.into(), id])
    }

    /// Writes down that licences were accepted.
    pub fn accept(&self, ids: &[&str], now: UnixMillis) -> Statement {
        let [tenant, account] = self.owner();
        Statement::new(ENTITLEMENT_LICENCE, [tenant, account, list(ids), now.0.into()])
    }

    /// By which rights some files may be had, in the order of the files, for a device that has one
    /// of some names.
    pub fn for_assets(&self, assets: &[AssetId], device: &[String]) -> Statement {
        let [tenant, account] = self.owner();
        let assets: Vec<_> = assets.iter().map(AssetId::as_str).collect();
        Statement::new(ENTITLEMENT_FOR_ASSETS, [tenant, account, list(&assets), texts(device)])
    }

    /// Writes down a device for those rights that count devices.
    pub fn put_device(&self, ids: &[&str], device: &[String], now: UnixMillis) -> Statement {
        let [tenant, _] = self.owner();
        Statement::new(DEVICE_PUT, [tenant, list(ids), texts(device), now.0.into()])
    }
}

fn texts(texts: &[String]) -> Value {
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    list(&texts)
}

impl TryFrom<&Row> for Entitlement {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: read_id(row, 0)?,
            product: read_id(row, 1)?,
            name: row.opt_text(2)?.unwrap_or_default().to_owned(),
            order_state: row.opt_text(3)?.unwrap_or_default().to_owned(),
            granted_at_ms: row.int(4)?,
            expires_at_ms: row.opt_int(5)?,
            device_max: row.opt_int(6)?,
            devices: row.int(7)?,
            use_max: row.opt_int(8)?,
            uses: row.int(9)?,
            licence: row.opt_text(10)?.map(str::to_owned),
            licensed_at_ms: row.opt_int(11)?,
            files: read_json(row, 12)?,
            kind: row.opt_text(13)?.map(str::to_owned),
        })
    }
}

impl TryFrom<&Row> for Candidate {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            asset: read_id(row, 0)?,
            asset_status: read_word(row, 1)?,
            id: read_id(row, 2)?,
            order_state: row.opt_text(3)?.unwrap_or_default().to_owned(),
            expires_at_ms: row.opt_int(4)?,
            use_max: row.opt_int(5)?,
            uses: row.int(6)?,
            device_max: row.opt_int(7)?,
            devices: row.int(8)?,
            device_is_known: row.int(9)? != 0,
            is_licensed: row.int(10)? != 0,
        })
    }
}
