//! What connected accounts, payouts and events are asked with.

use super::RANGE;
use crate::form::{
    Field,
    Kind::{Bool, Clear, Group, Int, List, Metadata, Must, One, Text},
};

pub(crate) const ACCOUNT: &[Field] = &[
    ("business_type", One(&["company", "government_entity", "individual", "non_profit"])),
    (
        "capabilities",
        Group(&[
            ("card_payments", Group(&[("requested", Bool)])),
            ("transfers", Group(&[("requested", Bool)])),
        ]),
    ),
    (
        "controller",
        Group(&[
            ("fees", Group(&[("payer", One(&["account", "application"]))])),
            ("losses", Group(&[("payments", One(&["application", "stripe"]))])),
            ("requirement_collection", One(&["application", "stripe"])),
            ("stripe_dashboard", Group(&[("type", One(&["express", "full", "none"]))])),
        ]),
    ),
    ("country", Text),
    ("default_currency", Text),
    ("email", Text),
    ("metadata", Clear(&Metadata)),
    ("type", One(&["custom", "express", "standard"])),
];
pub(crate) const ACCOUNT_LINK: &[Field] = &[
    ("account", Must(&Text)),
    ("collect", One(&["currently_due", "eventually_due"])),
    ("refresh_url", Text),
    ("return_url", Text),
    ("type", Must(&One(&["account_onboarding", "account_update"]))),
];
pub(crate) const PAYOUT: &[Field] = &[
    ("amount", Must(&Int)),
    ("currency", Must(&Text)),
    ("description", Text),
    ("metadata", Metadata),
    ("method", One(&["instant", "standard"])),
    ("statement_descriptor", Text),
];
pub(crate) const PAYOUTS: &[Field] =
    listed![("status", One(&["paid", "pending", "in_transit", "canceled", "failed"]))];
pub(crate) const EVENTS: &[Field] =
    listed![("delivery_success", Bool), ("type", Text), ("types", List(&Text))];
