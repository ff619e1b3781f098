//! Price lists and prices, as administrators handle them.

use super::{check_times, cursor};
use crate::{
    app::{Call, Platform, entropy},
    features::me::{Page, page_limit},
    problem::Problem,
    respond::{self, param},
    store::{
        ledger::rows,
        price::{self as store, ListedPrice, PRICES_MAX, StoredList},
    },
};
use http::StatusCode;
use kernel::{Currency, FieldError, PriceId, UnixMillis};
use ports::{Body, Host, Sql};
use pricing::{Interval, Price, PriceList, ProductKind};
use serde::{Deserialize, Serialize};

/// Most price lists of a tenant.
pub const LISTS_MAX: u32 = 100;
/// Longest name of a price list.
const LIST_NAME_LEN_MAX: usize = 32;
/// Before the first id, in descending order.
const AFTER_ALL_IDS: &str = "pri_~";

/// A price that is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    list: String,
    amount_minor: i64,
    #[serde(default = "one")]
    min_quantity: u32,
    #[serde(default)]
    valid_from_ms: Option<UnixMillis>,
    #[serde(default)]
    valid_until_ms: Option<UnixMillis>,
    #[serde(default)]
    interval: Option<Interval>,
}

const fn one() -> u32 {
    1
}

/// `GET /admin/price-lists`
pub async fn lists<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Serialize)]
    struct Lists {
        data: Vec<StoredList>,
    }
    let all = store::lists(&call.tenant.id, LISTS_MAX);
    let data = rows(&call.cx.host.sql(&call.tenant_shard()).query(all).await?)?;
    Ok(respond::json(StatusCode::OK, &Lists { data }))
}

/// `PUT /admin/price-lists/{list}`
///
/// A list's currency is that of its prices, and so it stays.
pub async fn put_list<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        currency: Currency,
    }
    let name = call.params.first().cloned().unwrap_or_default();
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !(1..=LIST_NAME_LEN_MAX).contains(&name.len()) || !name.bytes().all(allowed) {
        let message = format!("must be 1 to {LIST_NAME_LEN_MAX} of a-z, 0-9 and -");
        return Err(FieldError::new("list", message).into());
    }
    let Wanted { currency } = respond::read(std::mem::take(&mut call.body)).await?;
    let list = PriceList { name, currency };
    let tenant = &call.tenant.id;
    let sql = call.cx.host.sql(&call.tenant_shard());
    let known: Vec<StoredList> = rows(&sql.query(store::lists(tenant, LISTS_MAX)).await?)?;
    let is_known = known.iter().any(|known| known.id == list.name);
    if !is_known && known.len() >= LISTS_MAX as usize {
        let message = format!("would be one more than the {LISTS_MAX} that there may be");
        return Err(Problem::Conflict(FieldError::new("list", message)));
    }
    let batch = vec![store::put_list(tenant, &list, call.cx.now), store::lists(tenant, LISTS_MAX)];
    let results = sql.batch(batch).await?;
    let lists: Vec<StoredList> = rows(results.last().map_or(&[], Vec::as_slice))?;
    let stored = lists.into_iter().find(|stored| stored.id == list.name);
    let stored = stored.ok_or(Problem::NotFound)?;
    if stored.currency != currency {
        let message = format!("is {}, and cannot be changed", stored.currency);
        return Err(Problem::Conflict(FieldError::new("currency", message)));
    }
    let status = if is_known { StatusCode::OK } else { StatusCode::CREATED };
    Ok(respond::json(status, &stored))
}

/// `GET /admin/products/{product}/prices`
pub async fn list<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let id = call.named_product()?;
    let limit = page_limit(&call.query)?;
    let before = cursor::<PriceId>(&call.query, AFTER_ALL_IDS)?;
    let page = store::page(&call.tenant.id, &id, before, limit + 1);
    let mut data: Vec<ListedPrice> =
        rows(&call.cx.host.sql(&call.tenant_shard()).query(page).await?)?;
    if data.is_empty() {
        // Nothing costs nothing; what is not there is another matter.
        call.product(&id).await?;
    }
    let more = data.len() > limit as usize;
    data.truncate(limit as usize);
    let next = data.last().filter(|_| more).map(|last| last.price.id.as_str().to_owned());
    Ok(respond::json(StatusCode::OK, &Page { data, next }))
}

/// `POST /admin/products/{product}/prices`
pub async fn create<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let id = call.named_product()?;
    let wanted: Wanted = respond::read(std::mem::take(&mut call.body)).await?;
    let times =
        [("valid_from_ms", wanted.valid_from_ms), ("valid_until_ms", wanted.valid_until_ms)];
    check_times(times)?;
    let product = call.product(&id).await?;
    let tenant = &call.tenant.id;
    let sql = call.cx.host.sql(&call.tenant_shard());
    let lists: Vec<StoredList> = rows(&sql.query(store::lists(tenant, LISTS_MAX)).await?)?;
    let list = lists.iter().find(|list| list.id == wanted.list);
    let list = list.ok_or_else(|| FieldError::new("list", "is not known"))?;
    let price = Price {
        id: PriceId::generate(call.cx.now, entropy(&call.cx.host)),
        product: id,
        list: wanted.list,
        currency: list.currency,
        amount_minor: wanted.amount_minor,
        min_quantity: wanted.min_quantity,
        valid_from_ms: wanted.valid_from_ms,
        valid_until_ms: wanted.valid_until_ms,
        interval: wanted.interval,
    };
    price.validate()?;
    match (product.kind, price.interval) {
        (ProductKind::Subscription, None) => {
            return Err(FieldError::new("interval", "must be month or year").into());
        }
        (ProductKind::Subscription, Some(_)) | (_, None) => {}
        (_, Some(_)) => {
            return Err(FieldError::new("interval", "is only for subscriptions").into());
        }
    }
    if sql.query(store::insert(tenant, &price, call.cx.now)).await?.is_empty() {
        let message = format!(
            "must be that of the product's other prices, of which there may be {PRICES_MAX}"
        );
        return Err(Problem::Conflict(FieldError::new("interval", message)));
    }
    let created_at_ms = call.cx.now.0;
    let listed = ListedPrice { price, created_at_ms, archived_at_ms: None };
    Ok(respond::json(StatusCode::CREATED, &listed))
}

/// `DELETE /admin/prices/{price}`
pub async fn archive<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let id: PriceId = param(&call.params, 0, "price")?;
    let archive = store::archive(&call.tenant.id, &id, call.cx.now);
    let archived = call.cx.host.sql(&call.tenant_shard()).query(archive).await?;
    if archived.is_empty() {
        return Err(Problem::NotFound);
    }
    Ok(respond::empty(StatusCode::NO_CONTENT))
}
