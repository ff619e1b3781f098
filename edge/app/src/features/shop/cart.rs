//! Carts. Whoever knows the id of a cart that is nobody's may see and change it; the first account
//! that changes it has it to itself from then on.

use super::{
    is_place,
    sums::{Loaded, reads},
    view::CartView,
};
use crate::{
    app::{Platform, entropy},
    problem::Problem,
    rates,
    respond::{self, param},
    shopper::Shopper,
    store::{
        cart::{self as store, CART_FULL, Carts},
        coupon::{self, InCart},
        ledger::rows,
        product::{self, Known, Status},
    },
};
use futures::FutureExt;
use http::StatusCode;
use kernel::{CartId, FieldError, ProductId};
use ports::{Body, Host, Row, Sql, SqlError, Statement, Tasks};
use pricing::{Coupon, LINES_MAX, QUANTITY_MAX};
use serde::{Deserialize, Deserializer};

/// Most carts that are made at one address in a minute.
const CARTS_PER_MINUTE: u32 = 60;
/// Most codes that are tried at one address in a minute.
const CODES_PER_MINUTE: u32 = 30;
/// How long a cart is kept that nobody touches: 30 days.
const KEPT_MS: i64 = 30 * 86_400_000;
/// Most carts that are forgotten at a time.
const FORGOTTEN_MAX: u32 = 20;
/// Longest code that is looked up.
const CODE_LEN_MAX: usize = 32;

/// What is to be changed of a cart, or what a new one is to be like.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// How many of some products; the others stay.
    #[serde(default)]
    pub lines: Vec<Wanted>,
    /// Another coupon, or none.
    #[serde(default, deserialize_with = "given")]
    pub coupon: Option<Option<String>>,
    /// Where it is bought.
    #[serde(default)]
    pub country: Option<String>,
}

/// So many of a product.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Which.
    pub product: ProductId,
    /// How many; 0 for none.
    pub quantity: u32,
}

/// Tells `null` from what is not there.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

impl Change {
    /// Checks what can be checked without the database, and writes the coupon as coupons are.
    fn check(mut self) -> Result<Self, FieldError> {
        if self.lines.len() > LINES_MAX {
            let message = format!("must have at most {LINES_MAX} entries");
            return Err(FieldError::new("lines", message));
        }
        for (index, line) in self.lines.iter().enumerate() {
            if line.quantity > QUANTITY_MAX {
                let message = format!("must be between 0 and {QUANTITY_MAX}");
                return Err(FieldError::new(format!("lines[{index}].quantity"), message));
            }
            if self.lines.iter().take(index).any(|other| other.product == line.product) {
                let field = format!("lines[{index}].product");
                return Err(FieldError::new(field, "is in the list already"));
            }
        }
        if self.country.as_deref().is_some_and(|country| !is_place(country)) {
            let message = "must be a code such as DE or CA-ON, in capitals";
            return Err(FieldError::new("country", message));
        }
        if let Some(Some(code)) = &mut self.coupon {
            *code = Coupon::normal_code(code);
            if code.is_empty() || code.len() > CODE_LEN_MAX {
                return Err(FieldError::new("coupon", "is not known"));
            }
        }
        Ok(self)
    }
}

impl<P: Platform> Shopper<P> {
    fn carts<'a>(&'a self, id: &'a CartId) -> Carts<'a> {
        Carts { tenant: &self.tenant.id, id, account: self.account() }
    }

    /// Counts something that costs, by address: the tenant's own limit may be none.
    async fn count(&self, what: &str, per_minute: u32) -> Result<(), Problem> {
        let Some(client) = self.whence.client else { return Ok(()) };
        let key = format!("{what}/{client}");
        rates::count(&self.cx, &self.tenant, &key, per_minute).await.map(|_| ())
    }

    /// Runs a batch, of which the last statements read a cart.
    pub(super) async fn load(
        &self,
        id: &CartId,
        mut batch: Vec<Statement>,
    ) -> Result<Loaded, Problem> {
        batch.extend(reads(&self.carts(id)));
        let results = self.cx.host.sql(&self.shard()).batch(batch).await;
        let results: Vec<Vec<Row>> = results.map_err(|error: SqlError| {
            if error.is_constraint(CART_FULL) {
                let message = format!("would be more than {LINES_MAX}");
                return Problem::from(FieldError::new("lines", message));
            }
            error.into()
        })?;
        Loaded::read(&results)
    }

    fn view(&self, loaded: &Loaded) -> CartView {
        let sum = loaded.sum(&self.cx.settings.markets, self.cx.now);
        CartView::new(loaded, &sum, self.cx.settings.fx.as_ref())
    }

    /// A cart.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there is none, or it is another's.
    pub async fn cart(&self, id: &CartId) -> Result<CartView, Problem> {
        Ok(self.view(&self.load(id, Vec::new()).await?))
    }

    /// Makes a cart.
    ///
    /// # Errors
    /// A [`FieldError`], [`Problem::RateLimited`].
    pub async fn create_cart(&self, change: Change) -> Result<CartView, Problem> {
        let change = change.check()?;
        self.count("cart", CARTS_PER_MINUTE).await?;
        self.check(&change).await?;
        let id = CartId::generate(self.cx.now, entropy(&self.cx.host));
        let carts = self.carts(&id);
        let market = &self.market(change.country.as_deref()).id;
        let mut batch = vec![carts.insert(market, self.cx.now)];
        batch.extend(self.changes(&carts, &change, None));
        let loaded = self.load(&id, batch).await?;
        self.forget();
        Ok(self.view(&loaded))
    }

    /// Changes a cart.
    ///
    /// # Errors
    /// As for [`Shopper::cart`], and a [`FieldError`].
    pub async fn change_cart(&self, id: &CartId, change: Change) -> Result<CartView, Problem> {
        let change = change.check()?;
        self.check(&change).await?;
        let carts = self.carts(id);
        let place = change.country.as_deref();
        let market = place.map(|place| self.market(Some(place)).id.as_str());
        let mut batch: Vec<_> = carts.take().into_iter().collect();
        batch.extend(self.changes(&carts, &change, market));
        Ok(self.view(&self.load(id, batch).await?))
    }

    /// Deletes a cart.
    ///
    /// # Errors
    /// As for [`Shopper::cart`].
    pub async fn delete_cart(&self, id: &CartId) -> Result<(), Problem> {
        let batch = self.carts(id).delete().into();
        let results = self.cx.host.sql(&self.shard()).batch(batch).await?;
        let is_gone = results.last().is_some_and(|rows| !rows.is_empty());
        if is_gone { Ok(()) } else { Err(Problem::NotFound) }
    }

    fn changes(&self, carts: &Carts<'_>, change: &Change, market: Option<&str>) -> Vec<Statement> {
        let now = self.cx.now;
        let coupon = change.coupon.as_ref().map(Option::as_deref);
        // Each a millisecond earlier than the one after, by which they stay in the order given.
        let lines = change.lines.iter().rev().zip(0_i64..);
        let lines = lines.map(|(line, n)| carts.put(&line.product, line.quantity, now.plus_ms(-n)));
        std::iter::once(carts.change(market, coupon, now)).chain(lines).collect()
    }

    /// Checks that what comes into a cart is there.
    async fn check(&self, change: &Change) -> Result<(), Problem> {
        let tenant = &self.tenant.id;
        let wanted = || change.lines.iter().enumerate().filter(|(_, line)| line.quantity > 0);
        let code = change.coupon.as_ref().and_then(Option::as_deref);
        if wanted().next().is_none() && code.is_none() {
            return Ok(());
        }
        let mut batch = vec![product::kinds(tenant, wanted().map(|(_, line)| &line.product))];
        if let Some(code) = code {
            self.count("coupon", CODES_PER_MINUTE).await?;
            batch.push(coupon::for_account(tenant, code, self.account()));
        }
        let mut results = self.cx.host.sql(&self.shard()).batch(batch).await?.into_iter();
        let known: Vec<Known> = rows(&results.next().unwrap_or_default())?;
        let is_sold = |id: &str| known.iter().any(|k| k.id == id && k.status == Status::Active);
        if let Some((index, _)) = wanted().find(|(_, line)| !is_sold(line.product.as_str())) {
            return Err(FieldError::new(format!("lines[{index}].product"), "is not sold").into());
        }
        let coupons: Vec<InCart> = rows(&results.next().unwrap_or_default())?;
        let is_known = coupons.iter().any(|found| found.coupon.archived_at_ms.is_none());
        if code.is_some() && !is_known {
            return Err(FieldError::new("coupon", "is not known").into());
        }
        Ok(())
    }

    /// Forgets some old carts, after the response.
    fn forget(&self) {
        let since = self.cx.now.plus_ms(-KEPT_MS);
        let (cx, shard) = (self.cx.clone(), self.shard());
        let batch = store::forget(&self.tenant.id, since, FORGOTTEN_MAX);
        let host = cx.host.clone();
        let work = async move {
            if let Err(error) = cx.host.sql(&shard).batch(batch).await {
                log::warn!("{}: old carts are not forgotten: {error}", cx.request_id);
            }
        };
        host.tasks().after_response(work.boxed_local());
    }
}

/// `POST /cart`
pub async fn create<P: Platform>(mut shopper: Shopper<P>) -> Result<http::Response<Body>, Problem> {
    let change = respond::read_or_default(std::mem::take(&mut shopper.body)).await?;
    Ok(respond::json(StatusCode::CREATED, &shopper.create_cart(change).await?))
}

/// `GET /cart/{cart}`
pub async fn get<P: Platform>(shopper: &Shopper<P>) -> Result<http::Response<Body>, Problem> {
    let id = named(shopper)?;
    Ok(respond::json(StatusCode::OK, &shopper.cart(&id).await?))
}

/// `PATCH /cart/{cart}`
pub async fn change<P: Platform>(mut shopper: Shopper<P>) -> Result<http::Response<Body>, Problem> {
    let id = named(&shopper)?;
    let change = respond::read(std::mem::take(&mut shopper.body)).await?;
    Ok(respond::json(StatusCode::OK, &shopper.change_cart(&id, change).await?))
}

/// `DELETE /cart/{cart}`
pub async fn delete<P: Platform>(shopper: &Shopper<P>) -> Result<http::Response<Body>, Problem> {
    shopper.delete_cart(&named(shopper)?).await?;
    Ok(respond::empty(StatusCode::NO_CONTENT))
}

/// The cart that the path names.
pub fn named<P: Platform>(shopper: &Shopper<P>) -> Result<CartId, Problem> {
    param(&shopper.params, 0, "cart")
}
