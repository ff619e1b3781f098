//! The files of a product, as administrators choose them.

use crate::{
    app::{Call, Platform},
    problem::Problem,
    respond,
    store::product as store,
};
use http::StatusCode;
use kernel::{AssetId, FieldError};
use ports::{Body, Host, Sql};
use pricing::ProductKind;
use serde::Deserialize;

/// Most files of a product.
const ASSETS_MAX: usize = 200;

/// `PUT /admin/products/{product}/assets`
pub async fn put<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        assets: Vec<AssetId>,
    }
    let id = call.named_product()?;
    let Wanted { assets } = respond::read(std::mem::take(&mut call.body)).await?;
    if assets.len() > ASSETS_MAX {
        let message = format!("must have at most {ASSETS_MAX} entries");
        return Err(FieldError::new("assets", message).into());
    }
    let tenant = &call.tenant.id;
    let sql = call.cx.host.sql(&call.tenant_shard());
    let batch = vec![store::get(tenant, &id), store::known_assets(tenant, &assets)];
    let results = sql.batch(batch).await?;
    let [product, known] = results.as_slice() else { return Err(Problem::NotFound) };
    let product = store::Product::try_from(product.first().ok_or(Problem::NotFound)?)?;
    if !matches!(product.kind, ProductKind::Digital | ProductKind::Subscription) {
        return Err(FieldError::new("assets", "are only for digital products and plans").into());
    }
    for (index, asset) in assets.iter().enumerate() {
        let at = || format!("assets[{index}]");
        if !known.iter().any(|row| row.text(0).is_ok_and(|id| id == asset.as_str())) {
            return Err(FieldError::new(at(), "is not known").into());
        }
        if assets.iter().take(index).any(|other| other == asset) {
            return Err(FieldError::new(at(), "is in the list already").into());
        }
    }
    let [clear, put] = store::put_assets(tenant, &id, &assets);
    let results = sql.batch(vec![clear, put, store::get(tenant, &id)]).await?;
    let row = results.last().and_then(|rows| rows.first()).ok_or(Problem::NotFound)?;
    Ok(respond::json(StatusCode::OK, &store::Product::try_from(row)?))
}
