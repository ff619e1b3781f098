//! Coupons.

use super::{COUPON_ARCHIVE, COUPON_FOR_ACCOUNT, COUPON_INSERT, COUPON_PAGE, read_json, read_word};
use kernel::{AccountId, Currency, Money, ProductId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement};
use pricing::{Coupon, Discount};
use serde::{Deserialize, Serialize};

/// A coupon, for those who gave it out.
#[derive(Clone, Debug, Serialize)]
pub struct StoredCoupon {
    pub code: String,
    /// `percent` or `fixed`.
    pub kind: String,
    /// Basis points, or minor units of `currency`.
    pub value: i64,
    pub currency: Option<Currency>,
    pub details: Terms,
    /// By how many orders it is used.
    pub used: i64,
    pub max_uses: Option<i64>,
    pub max_per_account: Option<i64>,
    pub valid_from_ms: Option<i64>,
    pub valid_until_ms: Option<i64>,
    pub created_at_ms: i64,
    pub archived_at_ms: Option<i64>,
}

/// What a coupon is for: the JSON that stands in `coupon.details`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The products that it is for; all of them, if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub products: Option<Vec<ProductId>>,
    /// What the whole cart must come to before any discount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_subtotal: Option<Money>,
}

/// How often a coupon may be used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// By anybody.
    pub max_uses: Option<i64>,
    /// By one account.
    pub max_per_account: Option<i64>,
}

/// A coupon for a cart.
#[derive(Clone, Debug)]
pub struct InCart {
    pub coupon: StoredCoupon,
    /// How often the cart's account has used it.
    pub used_by_account: i64,
}

impl StoredCoupon {
    /// The coupon as a cart is added up with it.
    #[must_use]
    pub fn as_coupon(&self) -> Coupon {
        let discount = match self.currency {
            Some(currency) => Discount::Fixed(Money::new(self.value, currency)),
            None => Discount::PercentBp(u32::try_from(self.value).unwrap_or(0)),
        };
        Coupon {
            code: self.code.clone(),
            discount,
            products: self.details.products.clone(),
            min_subtotal: self.details.min_subtotal,
            valid_from_ms: self.valid_from_ms.map(UnixMillis),
            valid_until_ms: self.valid_until_ms.map(UnixMillis),
        }
    }
}

impl InCart {
    /// Whether there is none left, for anybody or for this account. The order that uses it is
    /// counted by the schema; this is to say so before.
    #[must_use]
    pub fn is_used_up(&self) -> bool {
        let StoredCoupon { max_uses, used, .. } = self.coupon;
        max_uses.is_some_and(|most| used >= most) || self.is_used_by_account()
    }

    /// Whether there is none left for this account.
    #[must_use]
    pub fn is_used_by_account(&self) -> bool {
        self.coupon.max_per_account.is_some_and(|most| self.used_by_account >= most)
    }
}

/// A new coupon. A row, if its code was free.
pub fn insert(tenant: &TenantId, coupon: &Coupon, limits: Limits, now: UnixMillis) -> Statement {
    let (kind, value, currency) = match coupon.discount {
        Discount::PercentBp(percent_bp) => ("percent", i64::from(percent_bp), None),
        Discount::Fixed(money) => ("fixed", money.minor, Some(money.currency.code())),
    };
    let terms = Terms { products: coupon.products.clone(), min_subtotal: coupon.min_subtotal };
    Statement::new(
        COUPON_INSERT,
        [
            tenant.as_str().into(),
            coupon.code.as_str().into(),
            kind.into(),
            value.into(),
            currency.into(),
            serde_json::to_string(&terms).unwrap_or_default().into(),
            limits.max_uses.into(),
            limits.max_per_account.into(),
            coupon.valid_from_ms.map(|at| at.0).into(),
            coupon.valid_until_ms.map(|at| at.0).into(),
            now.0.into(),
        ],
    )
}

/// The coupons behind one, by code.
pub fn page(tenant: &TenantId, after: &str, limit: u32) -> Statement {
    Statement::new(COUPON_PAGE, [tenant.as_str().into(), after.into(), limit.into()])
}

/// A coupon counts no more. A row, if it did.
pub fn archive(tenant: &TenantId, code: &str, now: UnixMillis) -> Statement {
    Statement::new(COUPON_ARCHIVE, [tenant.as_str().into(), code.into(), now.0.into()])
}

/// A coupon as [`InCart`], for an account or for nobody.
pub fn for_account(tenant: &TenantId, code: &str, account: Option<&AccountId>) -> Statement {
    let account = account.map(AccountId::as_str).into();
    Statement::new(COUPON_FOR_ACCOUNT, [tenant.as_str().into(), code.into(), account])
}

impl TryFrom<&Row> for StoredCoupon {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            code: row.text(0)?.to_owned(),
            kind: row.text(1)?.to_owned(),
            value: row.int(2)?,
            currency: if row.is_null(3) { None } else { Some(read_word(row, 3)?) },
            details: read_json(row, 4)?,
            used: row.int(5)?,
            max_uses: row.opt_int(6)?,
            max_per_account: row.opt_int(7)?,
            valid_from_ms: row.opt_int(8)?,
            valid_until_ms: row.opt_int(9)?,
            created_at_ms: row.int(10)?,
            archived_at_ms: row.opt_int(11)?,
        })
    }
}

impl TryFrom<&Row> for InCart {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self { coupon: StoredCoupon::try_from(row)?, used_by_account: row.int(12)? })
    }
}
