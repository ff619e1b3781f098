//! What is read of orders.

use ports::{Row, SqlError};
use serde::Serialize;

/// A tax of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tax {
    /// What it is called: `VAT`.
    pub label: String,
    /// Whose it is: two letters of ISO 3166-1.
    pub country: String,
    /// The rate in percent, as a decimal: `8.1`.
    pub percentage: String,
    /// Whether prices contain it.
    pub inclusive: bool,
    /// How much it comes to.
    pub amount_minor: i64,
}

/// An order that a quote has become.
#[derive(Clone, Debug)]
pub struct Begun {
    pub id: String,
    pub account: String,
    pub session: Option<String>,
    pub session_url: Option<String>,
    pub status: String,
    pub expires_at_ms: i64,
    pub payment: Option<String>,
}

impl TryFrom<&Row> for Begun {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: row.text(0)?.to_owned(),
            account: row.text(1)?.to_owned(),
            session: row.opt_text(2)?.map(str::to_owned),
            session_url: row.opt_text(3)?.map(str::to_owned),
            status: row.text(4)?.to_owned(),
            expires_at_ms: row.int(5)?,
            payment: row.opt_text(6)?.map(str::to_owned),
        })
    }
}

/// An order that nobody has paid.
#[derive(Clone, Debug)]
pub struct Unpaid {
    pub order: String,
    /// The session that it can be paid in.
    pub session: Option<String>,
    /// The payment, where there is no session.
    pub payment: Option<String>,
}

impl TryFrom<&Row> for Unpaid {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            order: row.text(0)?.to_owned(),
            session: row.opt_text(1)?.map(str::to_owned),
            payment: row.opt_text(2)?.map(str::to_owned),
        })
    }
}

/// An order as it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    pub id: String,
    #[serde(skip)]
    pub account: String,
    /// `payment` or `subscription`.
    pub mode: String,
    /// `pending`, `cancelled`, `paid`, `partly_refunded`, `refunded`, `disputed`, `lost`, or
    /// `ended` for a subscription that is over.
    pub state: String,
    pub currency: String,
    pub subtotal_minor: i64,
    pub discount_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    /// What has been paid back.
    pub refunded_minor: i64,
    /// What a dispute has taken.
    pub lost_minor: i64,
    pub coupon: Option<String>,
    pub livemode: bool,
    /// Where it can be paid, while it waits for that.
    pub pay_url: Option<String>,
    #[serde(skip)]
    pub payment: Option<String>,
    pub created_at_ms: i64,
    pub expires_at_ms: i64,
    pub paid_at_ms: Option<i64>,
    /// Its invoice, if there is one; of a subscription the newest.
    #[serde(skip)]
    pub invoice: Option<String>,
}

impl TryFrom<&Row> for Order {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let state = row.text(15)?.to_owned();
        let pay_url = row.opt_text(11)?.filter(|_| state == "pending").map(str::to_owned);
        Ok(Self {
            id: row.text(0)?.to_owned(),
            account: row.text(1)?.to_owned(),
            mode: row.text(2)?.to_owned(),
            state,
            currency: row.text(3)?.to_owned(),
            subtotal_minor: row.int(4)?,
            discount_minor: row.int(5)?,
            tax_minor: row.int(6)?,
            total_minor: row.int(7)?,
            refunded_minor: row.int(17)?,
            lost_minor: row.int(18)?,
            coupon: row.opt_text(8)?.map(str::to_owned),
            livemode: row.int(9)? == 1,
            pay_url,
            payment: row.opt_text(16)?.map(str::to_owned),
            created_at_ms: row.int(12)?,
            expires_at_ms: row.int(13)?,
            paid_at_ms: row.opt_int(14)?,
            invoice: row.opt_text(19)?.map(str::to_owned),
        })
    }
}

/// A line of an order.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub n: i64,
    pub product: String,
    pub name: String,
    pub quantity: i64,
    pub unit_minor: i64,
    pub discount_minor: i64,
    pub total_minor: i64,
    pub tax_minor: i64,
}

impl TryFrom<&Row> for Line {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            n: row.int(0)?,
            product: row.text(1)?.to_owned(),
            name: row.text(2)?.to_owned(),
            quantity: row.int(3)?,
            unit_minor: row.int(4)?,
            discount_minor: row.int(5)?,
            total_minor: row.int(6)?,
            tax_minor: row.int(7)?,
        })
    }
}

/// What an order gives beside files and plans.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gives {
    /// Tokens, for all units of all lines.
    pub tokens: i64,
    /// Whether something is sent.
    pub goods: bool,
}

impl TryFrom<&Row> for Gives {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self { tokens: row.int(0)?, goods: row.int(1)? == 1 })
    }
}

impl TryFrom<&Row> for Tax {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            label: row.text(0)?.to_owned(),
            country: row.text(1)?.to_owned(),
            percentage: row.text(2)?.to_owned(),
            inclusive: row.int(3)? == 1,
            amount_minor: row.int(4)?,
        })
    }
}
