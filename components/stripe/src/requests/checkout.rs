//! Checkout Sessions: what a buyer is sent to, or sees embedded
//! ([create](https://docs.stripe.com/api/checkout/sessions/create)).

use super::checkout_form;
use crate::{IdempotencyKey, Metadata, Request, form::Form, object::Session, request::check_id};
use kernel::{FieldError, Money, UnixMillis};

/// A session lives at least this long, counted from when Stripe makes it.
pub const LIFE_MS_MIN: i64 = 30 * 60 * 1000;
/// A session lives at most this long.
pub const LIFE_MS_MAX: i64 = 24 * 60 * 60 * 1000;
/// Most lines of a payment ([line items](https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-line_items)).
pub const PAYMENT_LINES_MAX: usize = 100;
/// Most lines of a subscription.
pub const SUBSCRIPTION_LINES_MAX: usize = 20;

/// A session to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create {
    /// What is made of the purchase.
    pub mode: Mode,
    /// Where the buyer sees it.
    pub page: Page,
    /// What is bought. At least one line.
    pub lines: Vec<Line>,
    /// Whose it is. It is written on the session, the payment intent or subscription, and the
    /// invoice.
    pub metadata: Metadata,
    /// The customer, `cus_...`. Without one, Stripe makes one.
    pub customer: Option<String>,
    /// The buyer's address for a new customer. Not with `customer`.
    pub customer_email: Option<String>,
    /// Whether Stripe Tax computes the taxes.
    pub automatic_tax: bool,
    /// Means of payment, such as `card`; none leaves the choice to Stripe's settings.
    pub methods: Vec<String>,
    /// Whether a billing address is always asked for.
    pub billing_address: bool,
    /// Two-letter codes of the countries that are sent to; none asks for no address.
    pub shipping_countries: Vec<String>,
    /// Whether a telephone number is asked for.
    pub phone: bool,
    /// Whether a business may give its tax id.
    pub tax_ids: bool,
    /// When the session ends, between [`LIFE_MS_MIN`] and [`LIFE_MS_MAX`] from now. It is what
    /// stock is held until.
    pub expires_at: Option<UnixMillis>,
    /// Stripe's name of the page's language, such as `de`; none lets the browser choose.
    pub locale: Option<String>,
    /// Our share, for a direct charge on a connected account.
    pub fee: Option<Fee>,
}

impl Create {
    /// A session with these lines, and Stripe's defaults for the rest.
    #[must_use]
    pub const fn new(mode: Mode, page: Page, lines: Vec<Line>, metadata: Metadata) -> Self {
        Self {
            mode,
            page,
            lines,
            metadata,
            customer: None,
            customer_email: None,
            automatic_tax: false,
            methods: Vec::new(),
            billing_address: false,
            shipping_countries: Vec::new(),
            phone: false,
            tax_ids: false,
            expires_at: None,
            locale: None,
            fee: None,
        }
    }
}

/// What is made of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One payment, with an invoice.
    Payment,
    /// A subscription. Lines without an interval are paid once, with the first invoice.
    Subscription,
}

impl Mode {
    /// The mode as Stripe writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Subscription => "subscription",
        }
    }
}

/// Where the buyer sees the checkout. In the addresses, Stripe puts the session's id in place of
/// `{CHECKOUT_SESSION_ID}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// On Stripe's page.
    Hosted {
        /// Where the buyer goes after paying.
        success_url: String,
        /// Where the buyer goes back to without paying.
        cancel_url: String,
    },
    /// On ours, in a frame of Stripe's, with the session's client secret.
    Embedded {
        /// Where the buyer goes after paying.
        return_url: String,
    },
}

/// Something that is bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What people read.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// Our name of the line, which comes back with it ([`crate::object::SessionLine::reference`]).
    pub reference: Option<String>,
    /// Stripe's tax code: `txcd_10401100`
    /// ([codes](https://docs.stripe.com/tax/tax-codes)).
    pub tax_code: Option<String>,
    /// Whether the price contains the tax; needed for automatic tax.
    pub tax_behavior: Option<TaxBehavior>,
    /// The price of one.
    pub unit_amount: Money,
    /// How many.
    pub quantity: u32,
    /// Whether the buyer may change how many, from and to.
    pub adjustable: Option<(u32, u32)>,
    /// How often it is due, for a subscription.
    pub recurring: Option<Every>,
}

impl Line {
    /// `quantity` of `name` for `unit_amount` each, paid once.
    #[must_use]
    pub fn new(name: impl Into<String>, unit_amount: Money, quantity: u32) -> Self {
        Self {
            name: name.into(),
            description: None,
            reference: None,
            tax_code: None,
            tax_behavior: None,
            unit_amount,
            quantity,
            adjustable: None,
            recurring: None,
        }
    }
}

/// Whether a price contains its tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxBehavior {
    /// It does.
    Inclusive,
    /// It is added.
    Exclusive,
}

impl TaxBehavior {
    /// The behaviour as Stripe writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inclusive => "inclusive",
            Self::Exclusive => "exclusive",
        }
    }
}

/// How often something is due: every `count` intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every {
    /// How many intervals; three years are the most.
    pub count: u32,
    /// The interval.
    pub interval: Interval,
}

/// An interval of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

impl Interval {
    /// The interval as Stripe writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// Our share of a direct charge
/// ([application fees](https://docs.stripe.com/connect/direct-charges#collect-fees)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fee {
    /// A fixed amount of a payment.
    Amount(Money),
    /// A share of each invoice of a subscription, in hundredths of a percent: 250 is 2.5 %.
    BasisPoints(u32),
}

/// When a session that is to end at `wanted` can end at the soonest or latest, with a minute's
/// room for clocks that differ.
#[must_use]
pub fn expires_at(now: UnixMillis, wanted: UnixMillis) -> UnixMillis {
    const ROOM_MS: i64 = 60_000;
    let earliest = now.plus_ms(LIFE_MS_MIN + ROOM_MS);
    let latest = now.plus_ms(LIFE_MS_MAX - ROOM_MS);
    wanted.clamp(earliest, latest)
}

/// Makes a session. The same key with the same session gives the same session again.
///
/// # Errors
/// A [`FieldError`] for what Stripe would refuse anyway, by our name of the field.
pub fn create(session: &Create, key: &IdempotencyKey) -> Result<Request<Session>, FieldError> {
    let form = checkout_form::write(session)?;
    Ok(Request::post("/v1/checkout/sessions", form).with_idempotency_key(key))
}

/// Ends an open session, so that it can no longer be paid
/// ([expire](https://docs.stripe.com/api/checkout/sessions/expire)). A session that is complete
/// cannot be ended: Stripe answers [`crate::Error::Invalid`].
///
/// # Errors
/// A [`FieldError`] for what is no id.
pub fn expire(id: &str) -> Result<Request<Session>, FieldError> {
    let id = check_id("session", id)?;
    Ok(Request::post(format!("/v1/checkout/sessions/{id}/expire"), Form::new()))
}
