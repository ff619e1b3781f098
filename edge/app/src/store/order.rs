//! Orders: what was bought, what was set aside for it, and what follows when it is paid for.

mod rows;

pub use rows::{Begun, Gives, Line, Order, Tax, Unpaid};

use super::{
    ALERT_PAYMENT_UNMATCHED, ALERT_SHORT_STOCK, ALERT_SHORT_TOP_UP, CART_BOUGHT,
    CART_BOUGHT_COUPON, COUPON_RETURN, COUPON_USE_INSERT, EFFECT_OF_ORDER, ENTITLEMENT_GRANT,
    ORDER_BILLED, ORDER_BY_ID, ORDER_CANCEL, ORDER_CANCEL_FORGOTTEN, ORDER_FORGOTTEN,
    ORDER_GIVE_UP, ORDER_GIVES, ORDER_INSERT, ORDER_ITEM_INSERT, ORDER_LINE_BILLED,
    ORDER_LINE_INSERT, ORDER_LINES, ORDER_OF_QUOTE, ORDER_PAGE, ORDER_PAY, ORDER_PAY_BY_INTENT,
    ORDER_SET_INTENT, ORDER_SET_PAYMENT, ORDER_SET_SESSION, ORDER_TAX_PUT, ORDER_TAXES,
    ORDER_UNPAID_OF_CART, OUTBOX_OF_INVOICES, OUTBOX_OF_ORDER, OUTBOX_OF_PRORATIONS,
    STOCK_HOLD_INSERT, STOCK_OF_ORDER, TOUCH_BY_PAYMENT, TOUCH_CLEAR, TOUCH_FORGOTTEN, TOUCH_ORDER,
    USAGE_EXTRA_GRANT,
};
use kernel::{AccountId, CartId, Currency, OrderId, ProductId, QuoteId, TenantId, UnixMillis};
use ports::{Statement, Value};
use stripe::facts::PaymentState;

/// The constraint that refuses a quote that was used, has changed or is too old.
pub const QUOTE_NOT_OPEN: &str = "quote_not_open";
/// The constraint that refuses goods that are gone.
pub const OUT_OF_STOCK: &str = "out_of_stock";
/// The constraint that refuses a coupon that has been used as often as it may be.
pub const COUPON_USED_UP: &str = "coupon_used_up";
/// The constraint that refuses it to an account that has used it as often as it may.
pub const COUPON_USED_BY_ACCOUNT: &str = "coupon_used_by_account";
/// The constraint that refuses a coupon that is not valid any more.
pub const COUPON_GONE: &str = "coupon_gone";

/// An order to be made.
#[derive(Clone, Debug)]
pub struct NewOrder<'a> {
    pub id: &'a OrderId,
    pub account: &'a AccountId,
    pub quote: &'a QuoteId,
    pub cart: &'a CartId,
    pub is_subscription: bool,
    pub currency: Currency,
    pub subtotal_minor: i64,
    pub discount_minor: i64,
    pub total_minor: i64,
    pub coupon: Option<&'a str>,
    pub livemode: bool,
    pub now: UnixMillis,
    pub expires_at: UnixMillis,
}

/// A line of an order to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewLine<'a> {
    pub n: u32,
    pub product: &'a ProductId,
    pub name: &'a str,
    pub quantity: u32,
    pub unit_minor: i64,
    pub discount_minor: i64,
    pub total_minor: i64,
}

/// What the buyer gets for each unit of a line.
#[derive(Clone, Copy, Debug)]
pub struct NewItem<'a> {
    pub line: u32,
    pub n: u32,
    pub product: &'a ProductId,
    pub kind: &'a str,
    pub units: u32,
    pub tokens: i64,
    pub lifetime_ms: Option<i64>,
    pub device_max: Option<u32>,
    pub use_max: Option<u32>,
    pub licence: Option<&'a str>,
    pub meter: Option<NewMeter<'a>>,
}

/// What is counted of a subscription, or what a top-up adds to.
#[derive(Clone, Copy, Debug)]
pub struct NewMeter<'a> {
    pub name: &'a str,
    /// How much one unit brings.
    pub capacity: i64,
    /// Whether more is refused.
    pub is_hard: bool,
    pub period: &'static str,
}

/// What Stripe has billed for a line.
#[derive(Clone, Copy, Debug)]
pub struct Billed {
    pub n: u32,
    pub quantity: i64,
    pub total_minor: i64,
    pub tax_minor: i64,
}

/// The statements of a tenant's orders.
#[derive(Clone, Copy, Debug)]
pub struct Orders<'a> {
    pub tenant: &'a TenantId,
}

impl Orders<'_> {
    fn tenant(&self) -> Value {
        self.tenant.as_str().into()
    }

    /// Makes an order, and so consumes its quote.
    pub fn insert(&self, order: &NewOrder<'_>) -> Statement {
        Statement::new(
            ORDER_INSERT,
            [
                self.tenant(),
                order.id.as_str().into(),
                order.account.as_str().into(),
                order.quote.as_str().into(),
                order.cart.as_str().into(),
                if order.is_subscription { "subscription" } else { "payment" }.into(),
                order.currency.code().into(),
                order.subtotal_minor.into(),
                order.discount_minor.into(),
                order.total_minor.into(),
                order.coupon.map(str::to_owned).into(),
                i64::from(order.livemode).into(),
                order.now.0.into(),
                order.expires_at.0.into(),
            ],
        )
    }

    /// Adds a line.
    pub fn insert_line(&self, order: &OrderId, line: NewLine<'_>) -> Statement {
        Statement::new(
            ORDER_LINE_INSERT,
            [
                self.tenant(),
                order.as_str().into(),
                line.n.into(),
                line.product.as_str().into(),
                line.name.into(),
                line.quantity.into(),
                line.unit_minor.into(),
                line.discount_minor.into(),
                line.total_minor.into(),
            ],
        )
    }

    /// Adds what the buyer gets for a line.
    pub fn insert_item(&self, order: &OrderId, item: NewItem<'_>) -> Statement {
        Statement::new(
            ORDER_ITEM_INSERT,
            [
                self.tenant(),
                order.as_str().into(),
                item.line.into(),
                item.n.into(),
                item.product.as_str().into(),
                item.kind.into(),
                item.units.into(),
                item.tokens.into(),
                item.lifetime_ms.into(),
                item.device_max.map(i64::from).into(),
                item.use_max.map(i64::from).into(),
                item.licence.map(str::to_owned).into(),
                item.meter.map(|meter| meter.name.to_owned()).into(),
                item.meter.map_or(0, |meter| meter.capacity).into(),
                i64::from(item.meter.is_some_and(|meter| meter.is_hard)).into(),
                item.meter.map_or("billing", |meter| meter.period).into(),
            ],
        )
    }

    /// Sets goods aside, or is refused by [`OUT_OF_STOCK`].
    pub fn hold_stock(&self, order: &OrderId, product: &ProductId, quantity: i64) -> Statement {
        Statement::new(
            STOCK_HOLD_INSERT,
            [self.tenant(), order.as_str().into(), product.as_str().into(), quantity.into()],
        )
    }

    /// Uses a coupon, or is refused by one of the constraints above.
    pub fn use_coupon(
        &self,
        order: &OrderId,
        code: &str,
        account: &AccountId,
        now: UnixMillis,
    ) -> Statement {
        Statement::new(
            COUPON_USE_INSERT,
            [
                self.tenant(),
                code.into(),
                order.as_str().into(),
                account.as_str().into(),
                now.0.into(),
            ],
        )
    }

    /// The order that a quote has become: at most one [`Begun`].
    pub fn of_quote(&self, quote: &QuoteId) -> Statement {
        Statement::new(ORDER_OF_QUOTE, [self.tenant(), quote.as_str().into()])
    }

    /// Remembers where the buyer pays: the order's status, or no row if it is paid in another way.
    pub fn set_session(&self, order: &str, session: &str, url: Option<&str>) -> Statement {
        let url = url.map(str::to_owned).into();
        Statement::new(ORDER_SET_SESSION, [self.tenant(), order.into(), session.into(), url])
    }

    /// Remembers the payment of an order that is paid without a page of Stripe's, likewise.
    pub fn set_intent(&self, order: &str, payment: &str) -> Statement {
        Statement::new(ORDER_SET_INTENT, [self.tenant(), order.into(), payment.into()])
    }

    /// Remembers by which payment an order is paid at Stripe's page.
    pub fn set_payment(&self, order: &str, payment: &str) -> Statement {
        Statement::new(ORDER_SET_PAYMENT, [self.tenant(), order.into(), payment.into()])
    }

    /// One order: at most one [`Order`].
    pub fn by_id(&self, order: &str) -> Statement {
        Statement::new(ORDER_BY_ID, [self.tenant(), order.into()])
    }

    /// Orders of an account from before one, newest first.
    pub fn page(&self, account: &AccountId, before: &str, limit: u32) -> Statement {
        Statement::new(
            ORDER_PAGE,
            [self.tenant(), account.as_str().into(), before.into(), limit.into()],
        )
    }

    /// The lines of an order, each a [`Line`].
    pub fn lines(&self, order: &str) -> Statement {
        Statement::new(ORDER_LINES, [self.tenant(), order.into()])
    }

    /// The taxes of an order, each a [`Tax`].
    pub fn taxes(&self, order: &str) -> Statement {
        Statement::new(ORDER_TAXES, [self.tenant(), order.into()])
    }

    /// What an order gives: one [`Gives`].
    pub fn gives(&self, order: &str) -> Statement {
        Statement::new(ORDER_GIVES, [self.tenant(), order.into()])
    }

    /// What Stripe has billed for a line.
    pub fn billed_line(&self, order: &str, line: Billed) -> Statement {
        Statement::new(
            ORDER_LINE_BILLED,
            [
                self.tenant(),
                order.into(),
                line.n.into(),
                line.quantity.into(),
                line.total_minor.into(),
                line.tax_minor.into(),
            ],
        )
    }

    /// A tax, in place of the one that was the `n`th before.
    pub fn put_tax(&self, order: &str, n: u32, tax: &Tax) -> Statement {
        Statement::new(
            ORDER_TAX_PUT,
            [
                self.tenant(),
                order.into(),
                n.into(),
                tax.label.as_str().into(),
                tax.country.as_str().into(),
                tax.percentage.as_str().into(),
                i64::from(tax.inclusive).into(),
                tax.amount_minor.into(),
            ],
        )
    }

    /// What Stripe has billed in all: what it is before discounts and without taxes that come on
    /// top, the taxes, and the sum.
    pub fn billed(
        &self,
        order: &str,
        net_minor: i64,
        tax_minor: i64,
        total_minor: i64,
        payment: Option<&str>,
    ) -> Statement {
        Statement::new(
            ORDER_BILLED,
            [
                self.tenant(),
                order.into(),
                net_minor.into(),
                tax_minor.into(),
                total_minor.into(),
                payment.map(str::to_owned).into(),
            ],
        )
    }

    /// The order is paid, by a session of its own.
    pub fn pay(&self, order: &str, session: &str, paid_at: UnixMillis) -> Statement {
        Statement::new(ORDER_PAY, [self.tenant(), order.into(), session.into(), paid_at.0.into()])
    }

    /// The order is paid, if its payment is of rank `succeeded` and covers it.
    pub fn pay_by_intent(
        &self,
        order: &str,
        payment: &str,
        paid_at: UnixMillis,
        succeeded: i64,
    ) -> Statement {
        Statement::new(
            ORDER_PAY_BY_INTENT,
            [self.tenant(), order.into(), payment.into(), paid_at.0.into(), succeeded.into()],
        )
    }

    /// What was begun with a cart before and has not been paid: some [`Unpaid`].
    pub fn unpaid_of_cart(&self, cart: &CartId, account: &AccountId) -> Statement {
        Statement::new(
            ORDER_UNPAID_OF_CART,
            [self.tenant(), cart.as_str().into(), account.as_str().into()],
        )
    }

    /// The order comes to nothing, if it is paid by what is said here and by nothing else.
    pub fn give_up(&self, unpaid: &Unpaid) -> Statement {
        Statement::new(
            ORDER_GIVE_UP,
            [
                self.tenant(),
                unpaid.order.as_str().into(),
                unpaid.session.clone().into(),
                unpaid.payment.clone().into(),
            ],
        )
    }

    /// Takes what is bought out of the cart that it was bought from.
    pub fn empty_cart(&self, order: &str) -> [Statement; 2] {
        [CART_BOUGHT, CART_BOUGHT_COUPON]
            .map(|sql| Statement::new(sql, [self.tenant(), order.into()]))
    }

    /// The order comes to nothing, unless it is paid.
    pub fn cancel(&self, order: &str, session: &str) -> Statement {
        Statement::new(ORDER_CANCEL, [self.tenant(), order.into(), session.into()])
    }

    /// Orders for which nobody was sent to pay come to nothing.
    pub fn cancel_forgotten(&self, since: UnixMillis) -> [Statement; 2] {
        [
            Statement::new(TOUCH_FORGOTTEN, [self.tenant(), since.0.into()]),
            Statement::new(ORDER_CANCEL_FORGOTTEN, [self.tenant()]),
        ]
    }

    /// Orders whose time to pay was over at `since`, each an [`Unpaid`].
    pub fn forgotten(&self, since: UnixMillis, limit: u32) -> Statement {
        Statement::new(ORDER_FORGOTTEN, [self.tenant(), since.0.into(), limit.into()])
    }

    /// The batch has to do with this order.
    pub fn touch(&self, order: &str) -> Statement {
        Statement::new(TOUCH_ORDER, [self.tenant(), order.into()])
    }

    /// The batch has to do with the order that this payment is for.
    pub fn touch_by_payment(&self, payment: &str) -> Statement {
        Statement::new(TOUCH_BY_PAYMENT, [self.tenant(), payment.into()])
    }

    /// What follows from where the orders stand that the batch has to do with: goods, coupons,
    /// rights, extra capacity, and what accounts must hear. It ends the batch, and may be done any number of times.
    pub fn follow_up(&self, event: &str, now: UnixMillis) -> Vec<Statement> {
        let of = |sql| Statement::new(sql, [self.tenant()]);
        let at = |sql| Statement::new(sql, [self.tenant(), now.0.into()]);
        vec![
            Statement::new(EFFECT_OF_ORDER, [self.tenant(), event.into(), now.0.into()]),
            of(STOCK_OF_ORDER),
            at(ALERT_SHORT_STOCK),
            Statement::new(
                ALERT_PAYMENT_UNMATCHED,
                [self.tenant(), now.0.into(), PaymentState::Succeeded.rank().into()],
            ),
            at(COUPON_RETURN),
            of(ENTITLEMENT_GRANT),
            of(USAGE_EXTRA_GRANT),
            at(ALERT_SHORT_TOP_UP),
            of(OUTBOX_OF_ORDER),
            of(OUTBOX_OF_INVOICES),
            of(OUTBOX_OF_PRORATIONS),
            of(TOUCH_CLEAR),
        ]
    }
}
