//! What demo tenants sell, in development: compiled in, and put into the database when a shop is
//! first asked for by an instance. What is there already stays as it is, so that an administrator's
//! changes last.

use super::{product::Details, tones::Tone};
use crate::{
    app::{Cx, Platform},
    features::downloads::uploads::blob_key,
    problem::{DownloadProblem, Problem},
    store::{
        asset::{self, NewAsset},
        coupon::{self, Limits},
        price,
        product::{self, NewProduct, Status},
    },
};
use kernel::{FieldError, ProductId, TenantId, UnixMillis, read_json};
use ports::{Blob, Host, Shard, Sql, Statement};
use pricing::{Coupon, Price, PriceList, ProductKind};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use tenant::Tenant;

/// The shops, by tenant.
const SHOPS: &str = include_str!("../../../config/shop.dev.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shop {
    lists: Vec<PriceList>,
    products: Vec<Product>,
    prices: Vec<Price>,
    #[serde(default)]
    coupons: Vec<Coupon>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    id: ProductId,
    kind: ProductKind,
    name: String,
    description: String,
    details: Value,
    #[serde(default)]
    stock: Option<i64>,
    /// Its files.
    #[serde(default)]
    tones: Vec<Tone>,
}

/// Fills a demo tenant's shop, unless this instance has.
///
/// # Errors
/// [`Problem::Sql`]; the next request tries again.
pub async fn stock<P: Platform>(cx: &Cx<P>, tenant: &Tenant) -> Result<(), Problem> {
    let is_demo = || cx.settings.demo_tenants.iter().any(|demo| demo.id == tenant.id);
    let stocked = &cx.app.stocked;
    if !cx.settings.dev || stocked.any(tenant.id.as_str()).is_some() || !is_demo() {
        return Ok(());
    }
    let wrong = |e: FieldError| Problem::Misconfigured(format!("shop.dev.json: {e}"));
    if let Some(shop) = shop(&tenant.id).map_err(wrong)? {
        let shard = Shard::Tenant { tenant: tenant.id.clone(), region: tenant.region };
        let sql = cx.host.sql(&shard);
        // An instance that does not last asks each time, which costs less than writing.
        let ids = shop.products.iter().map(|product| &product.id);
        let assets: Vec<_> = shop.tones().map(|(_, tone)| tone.id.clone()).collect();
        let known =
            vec![product::kinds(&tenant.id, ids), product::known_assets(&tenant.id, &assets)];
        let known = sql.batch(known).await?;
        let count = |index: usize| known.get(index).map_or(0, Vec::len);
        if count(0) < shop.products.len() {
            sql.batch(shop.statements(&tenant.id, cx.now).map_err(wrong)?).await?;
        }
        if count(1) < assets.len() {
            shop.put_files(cx, &tenant.id, &sql).await?;
        }
    }
    stocked.put(tenant.id.as_str().to_owned(), (), cx.now);
    Ok(())
}

fn shop(tenant: &TenantId) -> Result<Option<Shop>, FieldError> {
    let mut shops: BTreeMap<String, Shop> = read_json(SHOPS.as_bytes())?;
    Ok(shops.remove(tenant.as_str()))
}

impl Shop {
    fn tones(&self) -> impl Iterator<Item = (&Product, &Tone)> {
        self.products
            .iter()
            .flat_map(|product| product.tones.iter().map(move |tone| (product, tone)))
    }

    /// Puts the files of all products into the store, and writes them down when they are there.
    async fn put_files<P: Platform>(
        &self,
        cx: &Cx<P>,
        tenant: &TenantId,
        sql: &impl Sql,
    ) -> Result<(), Problem> {
        let wrong = |e: FieldError| Problem::Misconfigured(format!("shop.dev.json: {e}"));
        let mut batch = Vec::new();
        for (_, tone) in self.tones() {
            let (upload, bytes) = tone.file().map_err(wrong)?;
            let key = blob_key(tenant, &tone.id);
            let put = cx.host.blob().put(&key, bytes.into(), upload.content_type()).await;
            put.map_err(|e| DownloadProblem::Store(e.to_string()))?;
            let new = NewAsset { id: &tone.id, blob_key: &key, upload: &upload, by: "acc_demo" };
            batch.push(asset::put_ready(tenant, &new, cx.now));
        }
        for product in &self.products {
            let assets: Vec<_> = product.tones.iter().map(|tone| tone.id.clone()).collect();
            let [_, put] = product::put_assets(tenant, &product.id, &assets);
            batch.push(put);
        }
        sql.batch(batch).await?;
        Ok(())
    }

    fn statements(&self, tenant: &TenantId, now: UnixMillis) -> Result<Vec<Statement>, FieldError> {
        let mut batch: Vec<_> =
            self.lists.iter().map(|list| price::put_list(tenant, list, now)).collect();
        for product in &self.products {
            let details = Details::parse(product.kind, &product.details)
                .map_err(|error| error.within(product.id.as_str()))?;
            let new = NewProduct {
                id: &product.id,
                kind: product.kind,
                name: &product.name,
                description: &product.description,
                status: Status::Active,
                details: &serde_json::to_string(&details).unwrap_or_default(),
                stock: product.stock,
            };
            batch.push(product::insert(tenant, &new, now));
        }
        for price in &self.prices {
            price.validate().map_err(|error| error.within(price.id.as_str()))?;
            batch.push(price::insert(tenant, price, now));
        }
        for coupon in &self.coupons {
            coupon.validate().map_err(|error| error.within(&coupon.code))?;
            batch.push(coupon::insert(tenant, coupon, Limits::default(), now));
        }
        Ok(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compiled_in_is_sound() {
        for tenant in ["ten_market", "ten_family", "ten_saas"] {
            let tenant = tenant.parse().unwrap();
            let shop = shop(&tenant).unwrap().unwrap();
            assert!(shop.tones().all(|(_, tone)| tone.file().is_ok()));
            assert!(shop.statements(&tenant, UnixMillis(0)).unwrap().len() > 5, "{tenant}");
        }
        assert!(shop(&"ten_other".parse().unwrap()).unwrap().is_none());
    }
}
