//! Customers.

use crate::{
    World,
    error::Answer,
    value::{Peek, merged},
};
use serde_json::{Value, json};

/// A card that pays.
pub(crate) const GOOD_CARD: &str = "pm_card_visa";
/// A card that can be kept and is then declined.
pub(crate) const BAD_CARD: &str = "pm_card_chargeCustomerFail";

const PLAIN: [&str; 8] = [
    "address",
    "description",
    "email",
    "name",
    "phone",
    "preferred_locales",
    "shipping",
    "tax_exempt",
];

impl World {
    pub(crate) fn customer_create(&mut self, params: &Value) -> Answer {
        let clock = params.opt("test_clock");
        if let Some(clock) = clock {
            self.find("test_helpers.test_clock", clock, Some("test_clock"))?;
        }
        let id = self.new_id("cus");
        let prefix: String = id.chars().rev().take(8).collect::<String>().to_uppercase();
        let card = params["invoice_settings"].or("default_payment_method", Value::Null);
        self.insert(json!({
            "id": id, "object": "customer", "address": address(&params["address"]), "balance": 0,
            "created": clock.map_or(self.now.s, |clock| self.at(clock).int("frozen_time")),
            "currency": null, "customer_account": null, "default_source": null,
            "delinquent": false, "description": params["description"], "discount": null,
            "email": params["email"], "invoice_prefix": prefix,
            "invoice_settings": {
                "custom_fields": null, "default_payment_method": params.or("payment_method", card),
                "footer": null, "rendering_options": null,
            },
            "livemode": false, "metadata": merged(&json!({}), params.get("metadata")),
            "name": params["name"], "next_invoice_sequence": 1, "phone": params["phone"],
            "preferred_locales": params.or("preferred_locales", json!([])),
            "shipping": params["shipping"], "tax_exempt": params.or("tax_exempt", "none".into()),
            "test_clock": clock,
        }));
        self.emit("customer.created", &id);
        Ok(self.copy(&id))
    }

    pub(crate) fn customer_update(&mut self, id: &str, params: &Value) -> Answer {
        let customer = self.find("customer", id, None)?.clone();
        let mut changes =
            json!({ "metadata": merged(&customer["metadata"], params.get("metadata")) });
        for name in PLAIN.into_iter().filter(|name| params.has(name)) {
            changes[name] = match name {
                "address" => address(&params[name]),
                _ => params[name].clone(),
            };
        }
        if let Some(card) = params["invoice_settings"].get("default_payment_method") {
            changes["invoice_settings"] = customer["invoice_settings"].clone();
            changes["invoice_settings"]["default_payment_method"] = card.clone();
        }
        self.emit_set("customer.updated", id, changes);
        Ok(self.copy(id))
    }

    /// Deletes a customer, whose subscriptions end.
    pub(crate) fn customer_delete(&mut self, id: &str) -> Answer {
        self.find("customer", id, Some("id"))?;
        let is_live = |subscription: &&Value| {
            let is_over = ["canceled", "incomplete_expired"].contains(&subscription.text("status"));
            subscription.text("customer") == id && !is_over
        };
        let live = self.all("subscription").filter(is_live);
        let live: Vec<_> = live.map(|subscription| subscription.text("id").to_owned()).collect();
        for subscription in live {
            self.subscription_cancel(&subscription, &json!({}))?;
        }
        self.emit("customer.deleted", id);
        self.set(id, json!({ "deleted": true }));
        Ok(json!({ "id": id, "object": "customer", "deleted": true }))
    }

    /// Keeps a card for what is due later.
    pub(crate) fn keep_card(&mut self, customer: &str, card: &str) {
        let mut settings = self.at(customer)["invoice_settings"].clone();
        settings["default_payment_method"] = card.into();
        self.set(customer, json!({ "invoice_settings": settings }));
    }

    /// The time where a customer is: its test clock's, or everyone's.
    pub(crate) fn time_of(&self, customer: Option<&str>) -> i64 {
        let clock = customer.and_then(|id| self.get(id)).and_then(|found| found.opt("test_clock"));
        clock.map_or(self.now.s, |clock| self.at(clock).int("frozen_time"))
    }
}

/// An address with all its fields.
pub(crate) fn address(address: &Value) -> Value {
    if address.is_null() {
        return Value::Null;
    }
    json!({
        "city": address["city"], "country": address["country"], "line1": address["line1"],
        "line2": address["line2"], "postal_code": address["postal_code"],
        "state": address["state"],
    })
}
