//! Coupons, as administrators handle them.

use super::check_times;
use crate::{
    app::{Call, Platform},
    features::me::{Page, page_limit},
    problem::Problem,
    respond,
    store::{
        coupon::{self as store, Limits, StoredCoupon, Terms},
        ledger::rows,
        product,
    },
};
use http::StatusCode;
use kernel::{Currency, FieldError, Money, SAFE_INTEGER_MAX, UnixMillis};
use ports::{Body, Host, Sql};
use pricing::{Coupon, Discount};
use serde::Deserialize;

/// A coupon that is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    code: String,
    kind: Kind,
    /// Basis points, or minor units of `currency`.
    value: i64,
    #[serde(default)]
    currency: Option<Currency>,
    #[serde(default)]
    details: Terms,
    #[serde(default)]
    max_uses: Option<i64>,
    #[serde(default)]
    max_per_account: Option<i64>,
    #[serde(default)]
    valid_from_ms: Option<UnixMillis>,
    #[serde(default)]
    valid_until_ms: Option<UnixMillis>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Percent,
    Fixed,
}

impl Wanted {
    fn check(self) -> Result<(Coupon, Limits), FieldError> {
        let discount = match (self.kind, self.currency) {
            (Kind::Percent, None) => {
                // What is out of range is so for the coupon, too.
                Discount::PercentBp(u32::try_from(self.value).unwrap_or(0))
            }
            (Kind::Fixed, Some(currency)) => Discount::Fixed(Money::new(self.value, currency)),
            (Kind::Percent, Some(_)) => {
                return Err(FieldError::new("currency", "is only for an amount"));
            }
            (Kind::Fixed, None) => {
                return Err(FieldError::new("currency", "must be given for an amount"));
            }
        };
        for (field, most) in
            [("max_uses", self.max_uses), ("max_per_account", self.max_per_account)]
        {
            if most.is_some_and(|most| !(1..=SAFE_INTEGER_MAX).contains(&most)) {
                let message = format!("must be between 1 and {SAFE_INTEGER_MAX}");
                return Err(FieldError::new(field, message));
            }
        }
        check_times([
            ("valid_from_ms", self.valid_from_ms),
            ("valid_until_ms", self.valid_until_ms),
        ])?;
        let coupon = Coupon {
            code: Coupon::normal_code(&self.code),
            discount,
            products: self.details.products,
            min_subtotal: self.details.min_subtotal,
            valid_from_ms: self.valid_from_ms,
            valid_until_ms: self.valid_until_ms,
        };
        coupon.validate().map_err(as_written)?;
        let limits = Limits { max_uses: self.max_uses, max_per_account: self.max_per_account };
        Ok((coupon, limits))
    }
}

/// The error, with the field as it is called in the request.
fn as_written(error: FieldError) -> FieldError {
    let FieldError { field, message } = error;
    let field = match field.as_str() {
        field if field.starts_with("discount.") => "value".to_owned(),
        field if field.starts_with("products") || field.starts_with("min_subtotal") => {
            format!("details.{field}")
        }
        _ => field,
    };
    FieldError { field, message }
}

/// `GET /admin/coupons`
pub async fn list<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let limit = page_limit(&call.query)?;
    let after = respond::query(&call.query, "cursor").unwrap_or_default();
    let page = store::page(&call.tenant.id, after, limit + 1);
    let mut data: Vec<StoredCoupon> =
        rows(&call.cx.host.sql(&call.tenant_shard()).query(page).await?)?;
    let more = data.len() > limit as usize;
    data.truncate(limit as usize);
    let next = data.last().filter(|_| more).map(|last| last.code.clone());
    Ok(respond::json(StatusCode::OK, &Page { data, next }))
}

/// `POST /admin/coupons`
pub async fn create<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let wanted: Wanted = respond::read(std::mem::take(&mut call.body)).await?;
    let (coupon, limits) = wanted.check()?;
    let tenant = &call.tenant.id;
    let sql = call.cx.host.sql(&call.tenant_shard());
    if let Some(products) = &coupon.products {
        let known: Vec<product::Known> = rows(&sql.query(product::kinds(tenant, products)).await?)?;
        let is_known = |id: &str| known.iter().any(|known| known.id == id);
        if let Some(index) = products.iter().position(|product| !is_known(product.as_str())) {
            let field = format!("details.products[{index}]");
            return Err(FieldError::new(field, "is not known").into());
        }
    }
    let batch = vec![
        store::insert(tenant, &coupon, limits, call.cx.now),
        store::for_account(tenant, &coupon.code, None),
    ];
    let results = sql.batch(batch).await?;
    let [made, found] = results.as_slice() else { return Err(Problem::NotFound) };
    if made.is_empty() {
        return Err(Problem::Conflict(FieldError::new("code", "is taken")));
    }
    let row = found.first().ok_or(Problem::NotFound)?;
    Ok(respond::json(StatusCode::CREATED, &StoredCoupon::try_from(row)?))
}

/// `DELETE /admin/coupons/{code}`
pub async fn archive<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let code = Coupon::normal_code(call.params.first().map_or("", String::as_str));
    let archive = store::archive(&call.tenant.id, &code, call.cx.now);
    let archived = call.cx.host.sql(&call.tenant_shard()).query(archive).await?;
    if archived.is_empty() {
        return Err(Problem::NotFound);
    }
    Ok(respond::empty(StatusCode::NO_CONTENT))
}
