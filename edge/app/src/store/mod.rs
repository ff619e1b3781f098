//! What is kept, and the statements that read and write it.
//!
//! One statement a file. This module turns values into statements and rows into values; what must
//! happen together is put into one batch by the feature that needs it. The schema, not this code,
//! is what makes wrong states impossible.

pub mod api_key;
pub mod asset;
pub mod audit;
pub mod cart;
pub mod connected;
pub mod coupon;
pub mod directory;
pub mod download;
pub mod entitlement;
pub mod ledger;
pub mod membership;
pub mod operation;
pub mod order;
pub mod outbox;
pub mod payment;
pub mod price;
pub mod product;
pub mod purchase;
pub mod quote;
pub mod rate;
pub mod session;
pub mod usage;

use ports::{Migration, Row, SqlError};
use serde::de::DeserializeOwned;
use std::{fmt::Display, str::FromStr};

/// The schema of every shard, step by step.
pub const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, sql: include_str!("migrations/0001_core.sql") },
    Migration { version: 2, sql: include_str!("migrations/0002_rate_by_arrival.sql") },
    Migration { version: 3, sql: include_str!("migrations/0003_ai_operation.sql") },
    Migration { version: 4, sql: include_str!("migrations/0004_people.sql") },
    Migration { version: 5, sql: include_str!("migrations/0005_membership.sql") },
    Migration { version: 6, sql: include_str!("migrations/0006_session_end.sql") },
    Migration { version: 7, sql: include_str!("migrations/0007_membership_by_invite.sql") },
    Migration { version: 8, sql: include_str!("migrations/0008_catalogue.sql") },
    Migration { version: 9, sql: include_str!("migrations/0009_orders.sql") },
    Migration { version: 10, sql: include_str!("migrations/0010_downloads.sql") },
    Migration { version: 11, sql: include_str!("migrations/0011_lots.sql") },
    Migration { version: 12, sql: include_str!("migrations/0012_usage.sql") },
    Migration { version: 13, sql: include_str!("migrations/0013_unpaid.sql") },
    Migration { version: 14, sql: include_str!("migrations/0014_audit_and_accounts.sql") },
    Migration { version: 15, sql: include_str!("migrations/0015_top_ups.sql") },
    Migration { version: 16, sql: include_str!("migrations/0016_ended_tokens.sql") },
    Migration { version: 17, sql: include_str!("migrations/0017_raises.sql") },
    Migration { version: 18, sql: include_str!("migrations/0018_refund_requests.sql") },
];

macro_rules! statements {
    ($($name:ident = $file:literal;)*) => {
        $(pub(crate) const $name: &str = include_str!($file);)*

        /// Every statement, for the test that prepares them.
        #[cfg(test)]
        const STATEMENTS: &[(&str, &str)] = &[$(($file, $name)),*];
    };
}

statements! {
    ALERT_DOWNLOAD_ABUSE = "alert_download_abuse.sql";
    ALERT_PAGE = "alert_page.sql";
    ALERT_PAYMENT_UNMATCHED = "alert_payment_unmatched.sql";
    ALERT_PAYOUT_FAILED = "alert_payout_failed.sql";
    ALERT_SHORT_STOCK = "alert_short_stock.sql";
    ALERT_SHORT_TOP_UP = "alert_short_top_up.sql";
    API_KEY_BY_HASH = "api_key_by_hash.sql";
    API_KEY_INSERT = "api_key_insert.sql";
    API_KEY_LIST = "api_key_list.sql";
    API_KEY_REVOKE = "api_key_revoke.sql";
    API_KEY_USED = "api_key_used.sql";
    ASSET_AWAITED = "asset_awaited.sql";
    ASSET_GET = "asset_get.sql";
    ASSET_INSERT = "asset_insert.sql";
    ASSET_KNOWN = "asset_known.sql";
    ASSET_MOVE = "asset_move.sql";
    ASSET_PAGE = "asset_page.sql";
    ASSET_PUT_READY = "asset_put_ready.sql";
    AUDIT_CHAIN = "audit_chain.sql";
    AUDIT_HEAD = "audit_head.sql";
    AUDIT_INSERT = "audit_insert.sql";
    AUDIT_PAGE = "audit_page.sql";
    AUDIT_UNCHAINED = "audit_unchained.sql";
    CART_BOUGHT = "cart_bought.sql";
    CART_BOUGHT_COUPON = "cart_bought_coupon.sql";
    CART_BUNDLED = "cart_bundled.sql";
    CART_CHANGE = "cart_change.sql";
    CART_COUPON = "cart_coupon.sql";
    CART_DELETE = "cart_delete.sql";
    CART_FORGET = "cart_forget.sql";
    CART_GET = "cart_get.sql";
    CART_INSERT = "cart_insert.sql";
    CART_LINE_CLEAR = "cart_line_clear.sql";
    CART_LINE_FORGET = "cart_line_forget.sql";
    CART_LINE_PUT = "cart_line_put.sql";
    CART_LINE_REMOVE = "cart_line_remove.sql";
    CART_PRODUCTS = "cart_products.sql";
    CART_TAKE = "cart_take.sql";
    CONNECTED_COULD_CHARGE = "connected_could_charge.sql";
    CONNECTED_GET = "connected_get.sql";
    CONNECTED_PUT = "connected_put.sql";
    COUPON_ARCHIVE = "coupon_archive.sql";
    COUPON_FOR_ACCOUNT = "coupon_for_account.sql";
    COUPON_INSERT = "coupon_insert.sql";
    COUPON_PAGE = "coupon_page.sql";
    COUPON_RETURN = "coupon_return.sql";
    COUPON_USE_INSERT = "coupon_use_insert.sql";
    CUSTOMER_FIND = "customer_find.sql";
    CUSTOMER_PUT = "customer_put.sql";
    DEVICE_PUT = "device_put.sql";
    DISPUTE_PUT = "dispute_put.sql";
    DOMAIN_LIST = "domain_list.sql";
    DOMAIN_OWNER = "domain_owner.sql";
    DOMAIN_PUT = "domain_put.sql";
    DOWNLOAD_NOTE = "download_note.sql";
    DOWNLOAD_NOTE_USE = "download_note_use.sql";
    DOWNLOAD_SEEN = "download_seen.sql";
    DOWNLOAD_USE_RESUME = "download_use_resume.sql";
    DOWNLOAD_USE_SPEND = "download_use_spend.sql";
    EFFECT_OF_ORDER = "effect_of_order.sql";
    ENTITLEMENT_FOR_ASSETS = "entitlement_for_assets.sql";
    ENTITLEMENT_GRANT = "entitlement_grant.sql";
    ENTITLEMENT_LICENCE = "entitlement_licence.sql";
    ENTITLEMENT_PAGE = "entitlement_page.sql";
    GRANT_ASSET_INSERT = "grant_asset_insert.sql";
    GRANT_INSERT = "grant_insert.sql";
    GRANT_OPEN = "grant_open.sql";
    INVITE_USE = "invite_use.sql";
    INVITE_USER = "invite_user.sql";
    INVOICE_GET = "invoice_get.sql";
    INVOICE_PAGE = "invoice_page.sql";
    INVOICE_PUT = "invoice_put.sql";
    LEDGER_BALANCES = "ledger_balances.sql";
    LEDGER_BOOKS = "ledger_books.sql";
    LEDGER_IS_DUE = "ledger_is_due.sql";
    LOT_EXPIRE = "lot_expire.sql";
    LOT_LIST = "lot_list.sql";
    LOT_OF_PURCHASE = "lot_of_purchase.sql";
    MEMBERSHIP_LIST = "membership_list.sql";
    MEMBERSHIP_PUT = "membership_put.sql";
    MEMBERSHIP_REMOVE = "membership_remove.sql";
    OPERATION_INSERT = "operation_insert.sql";
    OPERATION_PAGE = "operation_page.sql";
    OPERATION_USAGE = "operation_usage.sql";
    ORDER_BILLED = "order_billed.sql";
    ORDER_BY_ID = "order_by_id.sql";
    ORDER_CANCEL = "order_cancel.sql";
    ORDER_CANCEL_FORGOTTEN = "order_cancel_forgotten.sql";
    ORDER_FORGOTTEN = "order_forgotten.sql";
    ORDER_GIVE_UP = "order_give_up.sql";
    ORDER_GIVES = "order_gives.sql";
    ORDER_INSERT = "order_insert.sql";
    ORDER_ITEM_INSERT = "order_item_insert.sql";
    ORDER_LINE_BILLED = "order_line_billed.sql";
    ORDER_LINE_INSERT = "order_line_insert.sql";
    ORDER_LINES = "order_lines.sql";
    ORDER_OF_QUOTE = "order_of_quote.sql";
    ORDER_PAGE = "order_page.sql";
    ORDER_PAY = "order_pay.sql";
    ORDER_PAY_BY_INTENT = "order_pay_by_intent.sql";
    ORDER_SET_INTENT = "order_set_intent.sql";
    ORDER_SET_PAYMENT = "order_set_payment.sql";
    ORDER_SET_SESSION = "order_set_session.sql";
    ORDER_TAX_PUT = "order_tax_put.sql";
    ORDER_TAXES = "order_taxes.sql";
    ORDER_UNPAID_OF_CART = "order_unpaid_of_cart.sql";
    OUTBOX_DUE = "outbox_due.sql";
    OUTBOX_HEARD = "outbox_heard.sql";
    OUTBOX_LATER = "outbox_later.sql";
    OUTBOX_OF_INVOICES = "outbox_of_invoices.sql";
    OUTBOX_OF_ORDER = "outbox_of_order.sql";
    OUTBOX_OF_PRORATIONS = "outbox_of_prorations.sql";
    OUTBOX_OF_USAGE = "outbox_of_usage.sql";
    OWNER_FIND = "owner_find.sql";
    OWNER_PUT = "owner_put.sql";
    PAYMENT_OF_INVOICE = "payment_of_invoice.sql";
    PAYMENT_PUT = "payment_put.sql";
    PAYMENT_SETTLE = "payment_settle.sql";
    PERSON_PUT = "person_put.sql";
    PRICE_ARCHIVE = "price_archive.sql";
    PRICE_INSERT = "price_insert.sql";
    PRICE_LIST_ALL = "price_list_all.sql";
    PRICE_LIST_PUT = "price_list_put.sql";
    PRICE_OF_PRODUCTS = "price_of_products.sql";
    PRICE_PAGE = "price_page.sql";
    PRODUCT_ASSET_CLEAR = "product_asset_clear.sql";
    PRODUCT_ASSET_PUT = "product_asset_put.sql";
    PRODUCT_CHANGE = "product_change.sql";
    PRODUCT_GET = "product_get.sql";
    PRODUCT_INSERT = "product_insert.sql";
    PRODUCT_KINDS = "product_kinds.sql";
    PRODUCT_ON_SALE = "product_on_sale.sql";
    PRODUCT_PAGE = "product_page.sql";
    PRODUCT_STOCK = "product_stock.sql";
    PURCHASE_PUT = "purchase_put.sql";
    PURCHASE_READ = "purchase_read.sql";
    QUOTE_FORGET = "quote_forget.sql";
    QUOTE_FORGET_STALE = "quote_forget_stale.sql";
    QUOTE_GET = "quote_get.sql";
    QUOTE_INSERT = "quote_insert.sql";
    RATE_ADMIT = "rate_admit.sql";
    RATE_FORGET = "rate_forget.sql";
    RATE_GIVE_BACK = "rate_give_back.sql";
    RATE_READ = "rate_read.sql";
    READY = "ready.sql";
    REFUND_OF_INVOICE = "refund_of_invoice.sql";
    REFUND_OF_ORDER = "refund_of_order.sql";
    REFUND_PUT = "refund_put.sql";
    REFUND_REQUEST_DONE = "refund_request_done.sql";
    REFUND_REQUEST_PUT = "refund_request_put.sql";
    SESSION_CONFIRM = "session_confirm.sql";
    SESSION_END = "session_end.sql";
    SESSION_END_OTHERS = "session_end_others.sql";
    SESSION_FIND = "session_find.sql";
    SESSION_INSERT = "session_insert.sql";
    SESSION_LEASE = "session_lease.sql";
    SESSION_LIST = "session_list.sql";
    SESSION_REISSUE = "session_reissue.sql";
    SESSION_ROTATE = "session_rotate.sql";
    SESSION_TOUCH = "session_touch.sql";
    STOCK_HOLD_INSERT = "stock_hold_insert.sql";
    STOCK_OF_ORDER = "stock_of_order.sql";
    STRIPE_EVENT_INSERT = "stripe_event_insert.sql";
    STRIPE_EVENT_KNOWN = "stripe_event_known.sql";
    SUBSCRIPTION_HOLD = "subscription_hold.sql";
    SUBSCRIPTION_ITEM = "subscription_item.sql";
    SUBSCRIPTION_LET_GO = "subscription_let_go.sql";
    SUBSCRIPTION_LIST = "subscription_list.sql";
    SUBSCRIPTION_PUT = "subscription_put.sql";
    TENANT_BY_HANDLE = "tenant_by_handle.sql";
    TENANT_BY_ID = "tenant_by_id.sql";
    TENANT_CHANGE = "tenant_change.sql";
    TENANT_COUNT = "tenant_count.sql";
    TENANT_INSERT = "tenant_insert.sql";
    TENANT_LIST = "tenant_list.sql";
    TOUCH_BY_PAYMENT = "touch_by_payment.sql";
    TOUCH_CLEAR = "touch_clear.sql";
    TOUCH_FORGOTTEN = "touch_forgotten.sql";
    TOUCH_ORDER = "touch_order.sql";
    TRANSFER_BY_SOURCE = "transfer_by_source.sql";
    TRANSFER_END = "transfer_end.sql";
    TRANSFER_PAGE = "transfer_page.sql";
    TRANSFER_POST = "transfer_post.sql";
    TRANSFER_RESERVE = "transfer_reserve.sql";
    TRANSFER_VOID_EXPIRED = "transfer_void_expired.sql";
    USAGE_EVENT_GET = "usage_event_get.sql";
    USAGE_EVENT_INSERT = "usage_event_insert.sql";
    USAGE_EXTRA_GRANT = "usage_extra_grant.sql";
    USAGE_PLAN = "usage_plan.sql";
    USAGE_WINDOW_OPEN = "usage_window_open.sql";
}

/// The id in a column.
fn read_id<T: FromStr<Err: Display>>(row: &Row, column: usize) -> Result<T, SqlError> {
    row.text(column)?.parse().map_err(|e| SqlError::Failed(format!("column {column} {e}")))
}

/// The name in a column, of a type whose names in JSON are those in the database.
fn read_word<T: DeserializeOwned>(row: &Row, column: usize) -> Result<T, SqlError> {
    let word = serde_json::Value::String(row.text(column)?.to_owned());
    serde_json::from_value(word).map_err(|e| SqlError::Failed(format!("column {column}: {e}")))
}

/// The JSON in a column.
fn read_json<T: DeserializeOwned>(row: &Row, column: usize) -> Result<T, SqlError> {
    let json = serde_json::from_str(row.text(column)?);
    json.map_err(|e| SqlError::Failed(format!("column {column}: {e}")))
}

#[cfg(test)]
mod shop_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod usage_tests;
