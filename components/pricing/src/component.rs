//! The crate as a WebAssembly component, by `wit/pricing@0.1.0`.
#![allow(unsafe_code, missing_docs)] // What the bindings generate.

use exports::postern::pricing::pricer::{self as wit, Guest, GuestMarkets};
use kernel::{FieldError, UnixMillis};
use std::{fmt::Display, str::FromStr};

wit_bindgen::generate!({ world: "pricing", path: "../../wit/pricing@0.1.0" });

struct Component;

struct Markets(crate::Markets);

impl Guest for Component {
    type Markets = Markets;

    fn format_money(amount: wit::Money, locale: String) -> Result<String, wit::FieldError> {
        let locale = read("locale", &locale)?;
        Ok(crate::format_money(money("amount", &amount)?, locale))
    }
}

impl GuestMarkets for Markets {
    fn parse(json: Vec<u8>) -> Result<wit::Markets, wit::FieldError> {
        Ok(wit::Markets::new(Self(crate::Markets::parse(&json)?)))
    }

    fn choose_market(
        &self,
        country_from_network: Option<String>,
        region: Option<String>,
        chosen_by_user: Option<String>,
    ) -> wit::Market {
        let found = self.0.choose(
            country_from_network.as_deref(),
            region.as_deref(),
            chosen_by_user.as_deref(),
        );
        found.into()
    }

    fn quote(
        &self,
        market: String,
        lines: Vec<wit::CartLine>,
        coupon: Option<wit::Coupon>,
        now_ms: i64,
    ) -> Result<wit::Totals, wit::QuoteError> {
        let unknown = || FieldError::new("market", "is the id of no market");
        let market = self.0.get(&market).ok_or_else(unknown)?;
        if lines.len() > crate::LINES_MAX {
            let (field, reason) = ("lines".to_owned(), crate::Refusal::TooManyLines);
            return Err(crate::QuoteError { field, reason }.into());
        }
        let lines = lines.iter().enumerate().map(|(index, line)| {
            cart_line(line).map_err(|error| error.within(&format!("lines[{index}]")))
        });
        let lines = lines.collect::<Result<Vec<_>, _>>()?;
        let coupon = coupon.map(|coupon| read_coupon(coupon).map_err(|e| e.within("coupon")));
        let coupon = coupon.transpose()?;
        let now = UnixMillis(now_ms);
        let cart = crate::Cart { lines: &lines, coupon: coupon.as_ref(), market, now };
        Ok(crate::quote(&cart)?.into())
    }
}

fn read<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, FieldError> {
    text.parse().map_err(|error| FieldError::new(field, format!("{error}")))
}

fn money(field: &str, money: &wit::Money) -> Result<kernel::Money, FieldError> {
    let currency = read(&format!("{field}.currency"), &money.currency)?;
    Ok(kernel::Money::new(money.minor, currency))
}

fn cart_line(line: &wit::CartLine) -> Result<crate::CartLine, FieldError> {
    let price = &line.price;
    Ok(crate::CartLine {
        product: read("product", &line.product)?,
        name: line.name.clone(),
        kind: line.kind.into(),
        quantity: line.quantity,
        price: crate::Price {
            id: read("price.id", &price.id)?,
            product: read("price.product", &price.product)?,
            list: price.list.clone(),
            currency: read("price.currency", &price.currency)?,
            amount_minor: price.amount_minor,
            min_quantity: price.min_quantity,
            valid_from_ms: price.valid_from_ms.map(UnixMillis),
            valid_until_ms: price.valid_until_ms.map(UnixMillis),
            interval: price.interval.map(Into::into),
        },
    })
}

fn read_coupon(coupon: wit::Coupon) -> Result<crate::Coupon, FieldError> {
    let products = coupon.products.map(|products| {
        let ids = products.iter().enumerate();
        ids.map(|(index, id)| read(&format!("products[{index}]"), id)).collect()
    });
    let read = crate::Coupon {
        code: coupon.code,
        discount: match coupon.discount {
            wit::Discount::PercentBp(bp) => crate::Discount::PercentBp(bp),
            wit::Discount::Fixed(fixed) => crate::Discount::Fixed(money("discount.fixed", &fixed)?),
        },
        products: products.transpose()?,
        min_subtotal: coupon.min_subtotal.map(|m| money("min_subtotal", &m)).transpose()?,
        valid_from_ms: coupon.valid_from_ms.map(UnixMillis),
        valid_until_ms: coupon.valid_until_ms.map(UnixMillis),
    };
    read.validate()?;
    Ok(read)
}

impl From<FieldError> for wit::FieldError {
    fn from(error: FieldError) -> Self {
        Self { field: error.field, message: error.message }
    }
}

impl From<FieldError> for wit::QuoteError {
    fn from(error: FieldError) -> Self {
        Self { field: error.field, message: error.message, code: "malformed".to_owned() }
    }
}

impl From<crate::QuoteError> for wit::QuoteError {
    fn from(error: crate::QuoteError) -> Self {
        let code = error.reason.as_str().to_owned();
        Self { field: error.field, message: error.reason.to_string(), code }
    }
}

impl From<wit::Interval> for crate::Interval {
    fn from(interval: wit::Interval) -> Self {
        match interval {
            wit::Interval::Month => Self::Month,
            wit::Interval::Year => Self::Year,
        }
    }
}

impl From<crate::Interval> for wit::Interval {
    fn from(interval: crate::Interval) -> Self {
        match interval {
            crate::Interval::Month => Self::Month,
            crate::Interval::Year => Self::Year,
        }
    }
}

impl From<wit::ProductKind> for crate::ProductKind {
    fn from(kind: wit::ProductKind) -> Self {
        match kind {
            wit::ProductKind::Digital => Self::Digital,
            wit::ProductKind::Physical => Self::Physical,
            wit::ProductKind::TokenPack => Self::TokenPack,
            wit::ProductKind::Subscription => Self::Subscription,
            wit::ProductKind::Bundle => Self::Bundle,
        }
    }
}

impl From<crate::ProductKind> for wit::ProductKind {
    fn from(kind: crate::ProductKind) -> Self {
        match kind {
            crate::ProductKind::Digital => Self::Digital,
            crate::ProductKind::Physical => Self::Physical,
            crate::ProductKind::TokenPack => Self::TokenPack,
            crate::ProductKind::Subscription => Self::Subscription,
            crate::ProductKind::Bundle => Self::Bundle,
        }
    }
}

impl From<&crate::Tax> for wit::Tax {
    fn from(tax: &crate::Tax) -> Self {
        let mode = match tax.mode {
            crate::TaxMode::Inclusive => wit::TaxMode::Inclusive,
            crate::TaxMode::Exclusive => wit::TaxMode::Exclusive,
        };
        Self { mode, label: tax.label.clone(), rate_ppm: tax.rate_ppm }
    }
}

impl From<&crate::Market> for wit::Market {
    fn from(market: &crate::Market) -> Self {
        let methods = market.payment_methods.iter().map(|method| method.as_str().to_owned());
        let fields = market.address_fields.iter().map(|field| field.as_str().to_owned());
        Self {
            id: market.id.clone(),
            countries: market.countries.clone(),
            currency: market.currency.code().to_owned(),
            price_list: market.price_list.clone(),
            tax: (&market.tax).into(),
            payment_methods: methods.collect(),
            address_fields: fields.collect(),
            cash_rounding_minor: market.cash_rounding_minor,
            locale: market.locale.as_str().to_owned(),
        }
    }
}

impl From<crate::QuotedLine> for wit::QuotedLine {
    fn from(line: crate::QuotedLine) -> Self {
        Self {
            product: line.product.into(),
            price: line.price.into(),
            name: line.name,
            kind: line.kind.into(),
            quantity: line.quantity,
            unit_minor: line.unit_minor,
            subtotal_minor: line.subtotal_minor,
            discount_minor: line.discount_minor,
            total_minor: line.total_minor,
        }
    }
}

impl From<crate::Totals> for wit::Totals {
    fn from(totals: crate::Totals) -> Self {
        Self {
            market: totals.market,
            list: totals.list,
            currency: totals.currency.code().to_owned(),
            tax: (&totals.tax).into(),
            interval: totals.interval.map(Into::into),
            coupon: totals.coupon,
            lines: totals.lines.into_iter().map(Into::into).collect(),
            subtotal_minor: totals.subtotal_minor,
            discount_minor: totals.discount_minor,
            total_minor: totals.total_minor,
        }
    }
}

export!(Component);
