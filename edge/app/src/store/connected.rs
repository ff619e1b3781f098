//! What Stripe says of the accounts that tenants are paid by, and of what it pays out to them.

use super::{
    ALERT_PAYOUT_FAILED, CONNECTED_COULD_CHARGE, CONNECTED_GET, CONNECTED_PUT, payment::Told,
    read_json,
};
use kernel::UnixMillis;
use ports::{Row, SqlError, Statement};
use serde_json::json;
use stripe::facts::{AccountFact, PayoutFact};

/// The event that made us ask.
#[derive(Clone, Copy, Debug)]
pub struct Cause<'a> {
    pub id: &'a str,
    pub created: UnixMillis,
}

impl Told<'_> {
    /// What an account can do. The later answer stays; of two of the same moment, that which the
    /// later event made us ask for.
    pub fn connected(&self, fact: &AccountFact, cause: Cause<'_>) -> Statement {
        Statement::new(
            CONNECTED_PUT,
            [
                self.tenant.as_str().into(),
                fact.account.as_str().into(),
                i64::from(fact.charges_enabled).into(),
                i64::from(fact.payouts_enabled).into(),
                json!(fact.requirements).to_string().into(),
                fact.disabled_reason.clone().into(),
                fact.version.0.into(),
                cause.created.0.into(),
                cause.id.into(),
                self.now.0.into(),
            ],
        )
    }

    /// An account could charge, at some time.
    pub fn could_charge(&self, account: &str) -> Statement {
        let values = [self.tenant.as_str().into(), account.into(), self.now.0.into()];
        Statement::new(CONNECTED_COULD_CHARGE, values)
    }

    /// A payout has failed: somebody should look at it.
    pub fn payout_failed(&self, fact: &PayoutFact) -> Statement {
        let details = json!({
            "amount_minor": fact.amount.minor,
            "currency": fact.amount.currency.code(),
            "failure": fact.failure,
        });
        let (tenant, payout) = (self.tenant.as_str().into(), fact.payout.as_str().into());
        Statement::new(
            ALERT_PAYOUT_FAILED,
            [tenant, payout, details.to_string().into(), self.now.0.into()],
        )
    }

    /// The account of an id, if anything was heard of it.
    pub fn connected_get(&self, account: &str) -> Statement {
        Statement::new(CONNECTED_GET, [self.tenant.as_str().into(), account.into()])
    }
}

/// What is known of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connected {
    /// Whether it can charge, once that is known.
    pub charges_enabled: Option<bool>,
    /// Whether it is paid out, once that is known.
    pub payouts_enabled: Option<bool>,
    /// What Stripe wants to know, and what is overdue first.
    pub requirements: Vec<String>,
}

impl TryFrom<&Row> for Connected {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let flag = |column| Ok::<_, SqlError>(row.opt_int(column)?.map(|flag| flag == 1));
        Ok(Self {
            charges_enabled: flag(0)?,
            payouts_enabled: flag(1)?,
            requirements: read_json(row, 2)?,
        })
    }
}
