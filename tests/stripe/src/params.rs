//! The parameters of the endpoints: what npm `stripe` 23.1.0 types, as far as this stand-in means
//! something by it. What is not here is refused, as Stripe refuses what it does not know.

use crate::form::{
    Field,
    Kind::{self, Bool, Clear, Decimal, Group, Int, List, Metadata, Must, One, Parts, Text},
};

pub(crate) use account::{ACCOUNT, ACCOUNT_LINK, EVENTS, PAYOUT, PAYOUTS};

pub(crate) const NONE: &[Field] = &[];

const RANGE: Kind = Parts(&Int, &Group(&[("gt", Int), ("gte", Int), ("lt", Int), ("lte", Int)]));

/// A list's parameters, with those of its own.
macro_rules! listed {
    ($($field:expr),* $(,)?) => {
        &[
            ("limit", Int),
            ("starting_after", Text),
            ("ending_before", Text),
            ("created", RANGE),
            $($field),*
        ]
    };
}

mod account;

const ADDRESS: Kind = Group(&[
    ("city", Clear(&Text)),
    ("country", Clear(&Text)),
    ("line1", Clear(&Text)),
    ("line2", Clear(&Text)),
    ("postal_code", Clear(&Text)),
    ("state", Clear(&Text)),
]);
const SHIPPING: Kind = Group(&[
    ("address", Must(&ADDRESS)),
    ("name", Must(&Text)),
    ("phone", Text),
    ("carrier", Text),
    ("tracking_number", Text),
]);
const TAX_BEHAVIOR: Kind = One(&["exclusive", "inclusive", "unspecified"]);
const INTERVAL: Kind = Must(&One(&["day", "week", "month", "year"]));
const LOCALE: Kind = One(&[
    "auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr",
    "fr-CA", "hi-IN", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl",
    "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
]);
const AUTOMATIC_TAX: Kind = Group(&[("enabled", Must(&Bool))]);
const ENABLED: Kind = Group(&[("enabled", Must(&Bool))]);

pub(crate) const CUSTOMER: &[Field] = &[
    ("address", Clear(&ADDRESS)),
    ("description", Clear(&Text)),
    ("email", Clear(&Text)),
    ("invoice_settings", Group(&[("default_payment_method", Text)])),
    ("metadata", Clear(&Metadata)),
    ("name", Clear(&Text)),
    ("payment_method", Text),
    ("phone", Clear(&Text)),
    ("preferred_locales", List(&Text)),
    ("shipping", Clear(&SHIPPING)),
    ("tax_exempt", Clear(&One(&["none", "exempt", "reverse"]))),
    ("test_clock", Text),
];
pub(crate) const CUSTOMERS: &[Field] = listed![("email", Text)];

const PRODUCT_DATA: Kind = Group(&[
    ("description", Text),
    ("images", List(&Text)),
    ("metadata", Metadata),
    ("name", Must(&Text)),
    ("tax_code", Text),
    ("unit_label", Text),
]);
pub(crate) const PRODUCT: &[Field] = &[
    ("active", Bool),
    ("description", Text),
    ("id", Text),
    ("images", List(&Text)),
    ("metadata", Metadata),
    ("name", Must(&Text)),
    ("shippable", Bool),
    ("statement_descriptor", Text),
    ("tax_code", Text),
    ("unit_label", Text),
    ("url", Text),
];
pub(crate) const PRODUCTS: &[Field] = listed![("active", Bool)];
pub(crate) const PRICE: &[Field] = &[
    ("active", Bool),
    ("billing_scheme", One(&["per_unit"])),
    ("currency", Must(&Text)),
    ("lookup_key", Text),
    ("metadata", Metadata),
    ("nickname", Text),
    ("product", Text),
    ("product_data", PRODUCT_DATA),
    (
        "recurring",
        Group(&[
            ("interval", INTERVAL),
            ("interval_count", Int),
            ("meter", Text),
            ("usage_type", One(&["licensed", "metered"])),
        ]),
    ),
    ("tax_behavior", TAX_BEHAVIOR),
    ("unit_amount", Int),
    ("unit_amount_decimal", Decimal),
];
pub(crate) const PRICES: &[Field] =
    listed![("active", Bool), ("lookup_keys", List(&Text)), ("product", Text)];

/// A price that is made where it is used.
const PRICE_DATA: Kind = Group(&[
    ("currency", Must(&Text)),
    ("product", Text),
    ("product_data", PRODUCT_DATA),
    ("recurring", Group(&[("interval", INTERVAL), ("interval_count", Int)])),
    ("tax_behavior", TAX_BEHAVIOR),
    ("unit_amount", Int),
    ("unit_amount_decimal", Decimal),
]);

const LINE_ITEM: Kind = Group(&[
    ("adjustable_quantity", Group(&[("enabled", Must(&Bool)), ("maximum", Int), ("minimum", Int)])),
    ("metadata", Metadata),
    ("price", Text),
    ("price_data", PRICE_DATA),
    ("quantity", Int),
]);
const INVOICE_CREATION: Kind = Group(&[
    ("enabled", Must(&Bool)),
    ("invoice_data", Group(&[("description", Text), ("footer", Text), ("metadata", Metadata)])),
]);
const PAYMENT_INTENT_DATA: Kind = Group(&[
    ("application_fee_amount", Int),
    ("capture_method", One(&["automatic", "automatic_async"])),
    ("description", Text),
    ("metadata", Metadata),
    ("on_behalf_of", Text),
    ("receipt_email", Text),
    ("setup_future_usage", One(&["off_session", "on_session"])),
    ("shipping", SHIPPING),
    ("statement_descriptor", Text),
    ("statement_descriptor_suffix", Text),
    ("transfer_data", Group(&[("amount", Int), ("destination", Must(&Text))])),
    ("transfer_group", Text),
]);
const SUBSCRIPTION_DATA: Kind = Group(&[
    ("application_fee_percent", Decimal),
    ("billing_mode", Group(&[("type", Must(&One(&["classic", "flexible"])))])),
    ("description", Text),
    ("metadata", Metadata),
    ("proration_behavior", One(&["create_prorations", "none"])),
    ("trial_end", Int),
    ("trial_period_days", Int),
]);
pub(crate) const SESSION: &[Field] = &[
    ("allow_promotion_codes", Bool),
    ("allowed_payment_method_types", List(&Text)),
    ("automatic_tax", AUTOMATIC_TAX),
    ("billing_address_collection", One(&["auto", "required"])),
    ("cancel_url", Text),
    ("client_reference_id", Text),
    (
        "consent_collection",
        Group(&[
            ("promotions", One(&["auto", "none"])),
            ("terms_of_service", One(&["none", "required"])),
        ]),
    ),
    ("currency", Text),
    ("customer", Text),
    ("customer_creation", One(&["always", "if_required"])),
    ("customer_email", Text),
    (
        "customer_update",
        Group(&[
            ("address", One(&["auto", "never"])),
            ("name", One(&["auto", "never"])),
            ("shipping", One(&["auto", "never"])),
        ]),
    ),
    ("expires_at", Int),
    ("invoice_creation", INVOICE_CREATION),
    ("line_items", List(&LINE_ITEM)),
    ("locale", LOCALE),
    ("metadata", Metadata),
    ("mode", Must(&One(&["payment", "setup", "subscription"]))),
    ("origin_context", One(&["mobile_app", "web"])),
    ("payment_intent_data", PAYMENT_INTENT_DATA),
    ("payment_method_collection", One(&["always", "if_required"])),
    ("phone_number_collection", ENABLED),
    ("redirect_on_completion", One(&["always", "if_required", "never"])),
    ("return_url", Text),
    ("shipping_address_collection", Group(&[("allowed_countries", Must(&List(&Text)))])),
    ("submit_type", One(&["auto", "book", "donate", "pay", "subscribe"])),
    ("subscription_data", SUBSCRIPTION_DATA),
    ("success_url", Text),
    (
        "tax_id_collection",
        Group(&[("enabled", Must(&Bool)), ("required", One(&["if_supported", "never"]))]),
    ),
    ("ui_mode", One(&["elements", "embedded_page", "form", "hosted_page"])),
];
pub(crate) const SESSIONS: &[Field] = listed![
    ("customer", Text),
    ("payment_intent", Text),
    ("status", One(&["complete", "expired", "open"])),
    ("subscription", Text),
];
pub(crate) const PAGED: &[Field] = listed![];

pub(crate) const PAYMENT_INTENT: &[Field] = &[
    ("allowed_payment_method_types", List(&Text)),
    ("amount", Must(&Int)),
    ("application_fee_amount", Int),
    (
        "automatic_payment_methods",
        Group(&[("enabled", Must(&Bool)), ("allow_redirects", One(&["always", "never"]))]),
    ),
    ("capture_method", One(&["automatic", "automatic_async"])),
    ("confirm", Bool),
    ("currency", Must(&Text)),
    ("customer", Text),
    ("description", Text),
    ("metadata", Metadata),
    ("off_session", Bool),
    ("on_behalf_of", Text),
    ("payment_method", Text),
    ("receipt_email", Text),
    ("return_url", Text),
    ("setup_future_usage", One(&["off_session", "on_session"])),
    ("shipping", SHIPPING),
    ("statement_descriptor", Text),
    ("statement_descriptor_suffix", Text),
    ("transfer_data", Group(&[("amount", Int), ("destination", Must(&Text))])),
    ("transfer_group", Text),
];
pub(crate) const CONFIRM: &[Field] = &[
    ("off_session", Bool),
    ("payment_method", Text),
    ("receipt_email", Clear(&Text)),
    ("return_url", Text),
    ("setup_future_usage", One(&["off_session", "on_session"])),
];
pub(crate) const CANCEL_INTENT: &[Field] = &[(
    "cancellation_reason",
    One(&["abandoned", "duplicate", "fraudulent", "requested_by_customer"]),
)];
pub(crate) const PAYMENT_INTENTS: &[Field] = listed![("customer", Text)];
pub(crate) const CHARGES: &[Field] = listed![("customer", Text), ("payment_intent", Text)];
pub(crate) const BY_CHARGE: &[Field] = listed![("charge", Text), ("payment_intent", Text)];
pub(crate) const REFUND: &[Field] = &[
    ("amount", Int),
    ("charge", Text),
    ("metadata", Clear(&Metadata)),
    ("payment_intent", Text),
    ("reason", One(&["duplicate", "fraudulent", "requested_by_customer"])),
    ("refund_application_fee", Bool),
    ("reverse_transfer", Bool),
];

pub(crate) const SUBSCRIPTION_UPDATE: &[Field] = &[
    ("automatic_tax", AUTOMATIC_TAX),
    ("cancel_at_period_end", Bool),
    ("cancellation_details", Group(&[("comment", Clear(&Text)), ("feedback", Clear(&Text))])),
    ("default_payment_method", Text),
    ("description", Clear(&Text)),
    (
        "items",
        List(&Group(&[
            ("id", Text),
            ("deleted", Bool),
            ("metadata", Clear(&Metadata)),
            ("price", Text),
            ("price_data", PRICE_DATA),
            ("quantity", Int),
        ])),
    ),
    ("metadata", Clear(&Metadata)),
    ("off_session", Bool),
    (
        "payment_behavior",
        One(&["allow_incomplete", "error_if_incomplete", "pending_if_incomplete"]),
    ),
    ("proration_behavior", One(&["always_invoice", "create_prorations", "none"])),
];
pub(crate) const SUBSCRIPTION_CANCEL: &[Field] = &[
    ("cancellation_details", Group(&[("comment", Clear(&Text)), ("feedback", Clear(&Text))])),
    ("invoice_now", Bool),
    ("prorate", Bool),
];
pub(crate) const SUBSCRIPTIONS: &[Field] = listed![
    ("customer", Text),
    ("price", Text),
    (
        "status",
        One(&[
            "active",
            "all",
            "canceled",
            "ended",
            "incomplete",
            "incomplete_expired",
            "past_due",
            "paused",
            "trialing",
            "unpaid",
        ]),
    ),
    ("test_clock", Text),
];
pub(crate) const INVOICE: &[Field] = &[
    ("auto_advance", Bool),
    ("automatic_tax", AUTOMATIC_TAX),
    ("collection_method", One(&["charge_automatically"])),
    ("currency", Text),
    ("customer", Must(&Text)),
    ("description", Text),
    ("footer", Text),
    ("metadata", Clear(&Metadata)),
    ("pending_invoice_items_behavior", One(&["exclude", "include"])),
];
pub(crate) const INVOICE_FINALIZE: &[Field] = &[("auto_advance", Bool)];
pub(crate) const INVOICE_PAY: &[Field] = &[("off_session", Bool), ("payment_method", Text)];
pub(crate) const INVOICES: &[Field] = listed![
    ("customer", Text),
    ("status", One(&["draft", "open", "paid", "uncollectible", "void"])),
    ("subscription", Text),
];
pub(crate) const INVOICE_ITEM: &[Field] = &[
    ("amount", Int),
    ("currency", Text),
    ("customer", Must(&Text)),
    ("description", Text),
    ("discountable", Bool),
    ("invoice", Text),
    ("metadata", Clear(&Metadata)),
    ("period", Group(&[("end", Must(&Int)), ("start", Must(&Int))])),
    ("price_data", PRICE_DATA),
    ("pricing", Group(&[("price", Must(&Text))])),
    ("quantity", Int),
    ("subscription", Text),
    ("tax_behavior", TAX_BEHAVIOR),
];
pub(crate) const INVOICE_ITEMS: &[Field] =
    listed![("customer", Text), ("invoice", Text), ("pending", Bool)];

pub(crate) const PORTAL: &[Field] =
    &[("configuration", Text), ("customer", Must(&Text)), ("locale", LOCALE), ("return_url", Text)];
pub(crate) const METER: &[Field] = &[
    (
        "customer_mapping",
        Group(&[("event_payload_key", Must(&Text)), ("type", Must(&One(&["by_id"])))]),
    ),
    ("default_aggregation", Must(&Group(&[("formula", Must(&One(&["count", "last", "sum"])))]))),
    ("display_name", Must(&Text)),
    ("event_name", Must(&Text)),
    ("event_time_window", One(&["day", "hour"])),
    ("value_settings", Group(&[("event_payload_key", Must(&Text))])),
];
pub(crate) const METER_EVENT: &[Field] = &[
    ("event_name", Must(&Text)),
    ("identifier", Text),
    ("payload", Must(&Metadata)),
    ("timestamp", Int),
];
pub(crate) const METER_SUMMARIES: &[Field] =
    listed![("customer", Must(&Text)), ("end_time", Must(&Int)), ("start_time", Must(&Int)),];
pub(crate) const CLOCK: &[Field] =
    &[("customer", Text), ("frozen_time", Must(&Int)), ("name", Text)];
pub(crate) const CLOCK_ADVANCE: &[Field] = &[("frozen_time", Must(&Int))];
