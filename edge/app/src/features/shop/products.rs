//! Products, as administrators handle them.

use super::{cursor, product::Details};
use crate::{
    app::{Call, Platform, entropy},
    features::me::{Page, page_limit},
    problem::Problem,
    respond::{self, param},
    store::{
        ledger::rows,
        product::{self as store, Change, NewProduct, OUT_OF_STOCK, Product, Status},
    },
};
use http::StatusCode;
use kernel::{FieldError, ProductId, SAFE_INTEGER_MAX};
use ports::{Body, Host, Sql, SqlError};
use pricing::ProductKind;
use serde::Deserialize;
use serde_json::Value;

/// Longest name and longest description of a product, in characters.
const NAME_LEN_MAX: usize = 200;
const DESCRIPTION_LEN_MAX: usize = 5_000;
/// Before the first id, in descending order.
const AFTER_ALL_IDS: &str = "prd_~";

/// A product that is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    kind: ProductKind,
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default = "draft")]
    status: Status,
    #[serde(default = "nothing")]
    details: Value,
    #[serde(default)]
    stock: Option<i64>,
}

/// What is to be changed of a product.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    status: Option<Status>,
    #[serde(default)]
    details: Option<Value>,
}

const fn draft() -> Status {
    Status::Draft
}

fn nothing() -> Value {
    Value::Object(serde_json::Map::new())
}

impl<P: Platform> Call<P> {
    /// The product that the path names.
    pub(super) fn named_product(&self) -> Result<ProductId, Problem> {
        param(&self.params, 0, "product")
    }

    /// A product.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there is none.
    pub(super) async fn product(&self, id: &ProductId) -> Result<Product, Problem> {
        let get = store::get(&self.tenant.id, id);
        let found = self.cx.host.sql(&self.tenant_shard()).query(get).await?;
        let product = found.first().map(Product::try_from).transpose()?;
        product.ok_or(Problem::NotFound)
    }

    /// Checks that the products of a bundle are there, and may be in one.
    async fn check_items(&self, details: &Details) -> Result<(), Problem> {
        let items = details.items();
        if items.is_empty() {
            return Ok(());
        }
        let kinds = store::kinds(&self.tenant.id, items.iter().map(|item| &item.product));
        let known: Vec<store::Known> =
            rows(&self.cx.host.sql(&self.tenant_shard()).query(kinds).await?)?;
        for (index, item) in items.iter().enumerate() {
            let found = known.iter().find(|known| known.id == item.product.as_str());
            let message = match found.map(|known| known.kind) {
                None => "is not known",
                Some(ProductKind::Bundle) => "is a bundle, which cannot be in another",
                Some(ProductKind::Subscription) => "is a subscription, which cannot be in a bundle",
                Some(ProductKind::Digital | ProductKind::Physical | ProductKind::TokenPack) => {
                    continue;
                }
            };
            let field = format!("details.items[{index}].product");
            return Err(FieldError::new(field, message).into());
        }
        Ok(())
    }
}

/// Checks a name and a description, where they are given.
fn check_texts(name: Option<&str>, description: Option<&str>) -> Result<(), FieldError> {
    if name.is_some_and(|name| name.is_empty() || name.chars().count() > NAME_LEN_MAX) {
        let message = format!("must be 1 to {NAME_LEN_MAX} characters long");
        return Err(FieldError::new("name", message));
    }
    if description.is_some_and(|text| text.chars().count() > DESCRIPTION_LEN_MAX) {
        let message = format!("must be at most {DESCRIPTION_LEN_MAX} characters long");
        return Err(FieldError::new("description", message));
    }
    Ok(())
}

fn check_stock(stock: i64) -> Result<(), FieldError> {
    if (0..=SAFE_INTEGER_MAX).contains(&stock) {
        return Ok(());
    }
    Err(FieldError::new("stock", format!("must be between 0 and {SAFE_INTEGER_MAX}")))
}

/// `GET /admin/products`
pub async fn list<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let limit = page_limit(&call.query)?;
    let before = cursor::<ProductId>(&call.query, AFTER_ALL_IDS)?;
    let status = match respond::query(&call.query, "status") {
        None => None,
        Some("draft") => Some(Status::Draft),
        Some("active") => Some(Status::Active),
        Some("archived") => Some(Status::Archived),
        Some(_) => {
            return Err(FieldError::new("status", "must be draft, active or archived").into());
        }
    };
    let page = store::page(&call.tenant.id, before, status, limit + 1);
    let mut data: Vec<Product> = rows(&call.cx.host.sql(&call.tenant_shard()).query(page).await?)?;
    let more = data.len() > limit as usize;
    data.truncate(limit as usize);
    let next = data.last().filter(|_| more).map(|last| last.id.as_str().to_owned());
    Ok(respond::json(StatusCode::OK, &Page { data, next }))
}

/// `POST /admin/products`
pub async fn create<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let wanted: Wanted = respond::read(std::mem::take(&mut call.body)).await?;
    let name = wanted.name.trim();
    check_texts(Some(name), Some(&wanted.description))?;
    let details = Details::parse(wanted.kind, &wanted.details)?;
    let stock = match (wanted.kind, wanted.stock) {
        (ProductKind::Physical, stock) => Some(stock.unwrap_or(0)),
        (_, None) => None,
        (_, Some(_)) => return Err(FieldError::new("stock", "is only for goods").into()),
    };
    check_stock(stock.unwrap_or(0))?;
    call.check_items(&details).await?;
    let id = ProductId::generate(call.cx.now, entropy(&call.cx.host));
    let new = NewProduct {
        id: &id,
        kind: wanted.kind,
        name,
        description: &wanted.description,
        status: wanted.status,
        details: &serde_json::to_string(&details).unwrap_or_default(),
        stock,
    };
    let insert = store::insert(&call.tenant.id, &new, call.cx.now);
    call.cx.host.sql(&call.tenant_shard()).query(insert).await?;
    Ok(respond::json(StatusCode::CREATED, &call.product(&id).await?))
}

/// `GET /admin/products/{product}`
pub async fn get<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let id = call.named_product()?;
    Ok(respond::json(StatusCode::OK, &call.product(&id).await?))
}

/// `PATCH /admin/products/{product}`
pub async fn change<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let id = call.named_product()?;
    let changes: Changes = respond::read(std::mem::take(&mut call.body)).await?;
    let name = changes.name.as_deref().map(str::trim);
    check_texts(name, changes.description.as_deref())?;
    let stored = call.product(&id).await?;
    let details = match &changes.details {
        None => None,
        Some(details) => {
            // The kind stays what it is, so that it may be looked up before.
            let details = Details::parse(stored.kind, details)?;
            call.check_items(&details).await?;
            Some(serde_json::to_string(&details).unwrap_or_default())
        }
    };
    let description = changes.description.as_deref();
    let change = Change { name, description, status: changes.status, details };
    call.apply(&id, &change).await
}

/// `DELETE /admin/products/{product}`
///
/// What was bought stays bought, and so the product stays, too.
pub async fn archive<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let id = call.named_product()?;
    let change = Change { status: Some(Status::Archived), ..Change::default() };
    call.apply(&id, &change).await?;
    Ok(respond::empty(StatusCode::NO_CONTENT))
}

impl<P: Platform> Call<P> {
    async fn apply(
        &self,
        id: &ProductId,
        change: &Change<'_>,
    ) -> Result<http::Response<Body>, Problem> {
        let tenant = &self.tenant.id;
        let batch = vec![store::change(tenant, id, change, self.cx.now), store::get(tenant, id)];
        let results = self.cx.host.sql(&self.tenant_shard()).batch(batch).await?;
        let row = results.last().and_then(|rows| rows.first()).ok_or(Problem::NotFound)?;
        Ok(respond::json(StatusCode::OK, &Product::try_from(row)?))
    }
}

/// `PUT /admin/products/{product}/stock`
pub async fn put_stock<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Stock {
        stock: i64,
    }
    let id = call.named_product()?;
    let Stock { stock } = respond::read(std::mem::take(&mut call.body)).await?;
    check_stock(stock)?;
    let tenant = &call.tenant.id;
    let batch = vec![store::stock(tenant, &id, stock, call.cx.now), store::get(tenant, &id)];
    let outcome = call.cx.host.sql(&call.tenant_shard()).batch(batch).await;
    let results = outcome.map_err(|error: SqlError| {
        if error.is_constraint(OUT_OF_STOCK) {
            let message = "must be at least what is held in checkouts";
            Problem::Conflict(FieldError::new("stock", message))
        } else {
            error.into()
        }
    })?;
    let [changed, found] = results.as_slice() else { return Err(Problem::NotFound) };
    let row = found.first().ok_or(Problem::NotFound)?;
    if changed.is_empty() {
        return Err(FieldError::new("stock", "is only for goods").into());
    }
    Ok(respond::json(StatusCode::OK, &Product::try_from(row)?))
}
