//! Connected accounts and payouts, the customer's portal, and the list of events.

use crate::{
    World,
    error::{Answer, Refusal},
    money,
    value::{Peek, merged},
};
use serde_json::{Value, json};

const LINK_S: i64 = 5 * 60;
const PAYOUT_S: i64 = 2 * 24 * 60 * 60;

impl World {
    pub(crate) fn account_create(&mut self, params: &Value) -> Answer {
        if params.has("type") && params.has("controller") {
            let message = "You may only specify one of these parameters: type, controller.";
            return Err(Refusal::param("type", message));
        }
        let id = self.new_id("acct").replace("acct_", "acct_1");
        let wanted = ["external_account", "tos_acceptance.date"];
        let capabilities = params.or("capabilities", json!({}));
        let capabilities: Value = capabilities
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| (name.clone(), Value::from("inactive")))
            .collect();
        let controller = json!({
            "fees": { "payer": "account" }, "is_controller": true,
            "losses": { "payments": "stripe" }, "requirement_collection": "stripe",
            "stripe_dashboard": { "type": "full" }, "type": "application",
        });
        self.insert(json!({
            "id": id, "object": "account", "business_profile": null,
            "business_type": params["business_type"],
            "capabilities": if capabilities.is_null() { json!({}) } else { capabilities },
            "charges_enabled": false, "controller": params.or("controller", controller),
            "country": params.or("country", "US".into()), "created": self.now.s,
            "default_currency": params.or("default_currency", "usd".into()),
            "details_submitted": false, "email": params["email"],
            "future_requirements": requirements(&[]), "groups": null,
            "metadata": merged(&json!({}), params.get("metadata")), "payouts_enabled": false,
            "requirements": requirements(&wanted), "settings": null, "tos_acceptance": {},
            "type": params.or("type", "none".into()),
        }));
        Ok(self.copy(&id))
    }

    pub(crate) fn account_link_create(&mut self, params: &Value) -> Answer {
        let account = params.text("account");
        self.find("account", account, Some("account"))?;
        for name in ["refresh_url", "return_url"] {
            if !params.has(name) {
                return Err(Refusal::missing(name));
            }
        }
        let back: String =
            form_urlencoded::byte_serialize(params.text("return_url").as_bytes()).collect();
        Ok(json!({
            "object": "account_link", "created": self.now.s, "expires_at": self.now.s + LINK_S,
            "url": format!("{}/onboard/{account}?return_url={back}", self.pages),
        }))
    }

    /// Stripe has checked an account. It tells so as that account.
    pub(crate) fn account_checked(
        &mut self,
        id: &str,
        charges_enabled: bool,
        payouts_enabled: bool,
    ) -> Answer {
        let found = self.object(id).filter(|found| found.text("object") == "account");
        let Some(account) = found.cloned() else {
            return Err(Refusal::no_such("account", id, Some("account")));
        };
        let active = if charges_enabled { "active" } else { "inactive" };
        let names = account["capabilities"].as_object().into_iter().flatten();
        let capabilities: serde_json::Map<String, Value> =
            names.map(|(name, _)| (name.clone(), active.into())).collect();
        let wanted: &[&str] = if payouts_enabled { &[] } else { &["external_account"] };
        let fields = json!({
            "charges_enabled": charges_enabled, "payouts_enabled": payouts_enabled,
            "details_submitted": true, "capabilities": capabilities,
            "requirements": requirements(wanted),
        });
        // The account's record is the platform's, the event is the account's.
        let before = self.set(id, fields);
        self.emit_changed("account.updated", id, before);
        Ok(self.object(id).cloned().unwrap_or_default())
    }

    pub(crate) fn payout_create(&mut self, params: &Value) -> Answer {
        let currency = money::currency(params.text("currency"), "currency")?;
        money::check(params.int("amount"), &currency, "amount")?;
        let id = self.payout_made(params, &currency, false);
        Ok(self.copy(&id))
    }

    /// Stripe pays out by itself.
    pub(crate) fn payout(&mut self, amount: i64, currency: &str, fails: bool) -> Answer {
        let currency = money::currency(currency, "currency")?;
        money::check(amount, &currency, "amount")?;
        let id = self.payout_made(&json!({ "amount": amount }), &currency, true);
        if fails {
            let message = "The bank account has been closed.";
            let fields = json!({
                "status": "failed", "failure_code": "account_closed", "failure_message": message,
            });
            self.set(&id, fields);
            self.emit("payout.failed", &id);
        } else {
            self.set(&id, json!({ "status": "paid" }));
            self.emit("payout.paid", &id);
        }
        Ok(self.copy(&id))
    }

    fn payout_made(&mut self, params: &Value, currency: &str, is_automatic: bool) -> String {
        let id = self.new_id("po");
        let destination = self.new_id("ba");
        self.insert(json!({
            "id": id, "object": "payout", "amount": params["amount"], "application_fee": null,
            "application_fee_amount": null, "arrival_date": self.now.s + PAYOUT_S,
            "automatic": is_automatic, "balance_transaction": null, "created": self.now.s,
            "currency": currency, "description": params["description"],
            "destination": destination, "failure_balance_transaction": null,
            "failure_code": null, "failure_message": null, "livemode": false,
            "metadata": merged(&json!({}), params.get("metadata")),
            "method": params.or("method", "standard".into()), "original_payout": null,
            "payout_method": null, "reconciliation_status": "in_progress", "reversed_by": null,
            "source_type": "card", "statement_descriptor": params["statement_descriptor"],
            "status": "pending", "trace_id": null, "type": "bank_account",
        }));
        self.emit("payout.created", &id);
        id
    }

    pub(crate) fn portal_create(&mut self, params: &Value) -> Answer {
        let customer = params.text("customer");
        self.find("customer", customer, Some("customer"))?;
        let id = self.new_id("bps");
        let configuration = self.new_id("bpc");
        self.insert(json!({
            "id": id, "object": "billing_portal.session",
            "configuration": params.or("configuration", configuration.into()),
            "created": self.now.s, "customer": customer, "customer_account": null, "flow": null,
            "livemode": false, "locale": params["locale"], "on_behalf_of": null,
            "return_url": params["return_url"], "url": format!("{}/portal/{id}", self.pages),
        }));
        Ok(self.copy(&id))
    }

    pub(crate) fn event(&self, id: &str) -> Answer {
        let found = self.events.iter().find(|event| event.text("id") == id);
        let found = found.filter(|event| event.opt("account") == self.now.account.as_deref());
        found.cloned().ok_or_else(|| Refusal::no_such("event", id, None))
    }

    pub(crate) fn event_page(&self, params: &Value) -> Answer {
        let types = params.list("types");
        let wanted = |event: &&Value| {
            event.opt("account") == self.now.account.as_deref()
                && params.opt("type").is_none_or(|kind| matches(kind, event.text("type")))
                && (types.is_empty() || types.contains(&event["type"]))
        };
        Self::page(self.events.iter().rev().filter(wanted), params, "/v1/events")
    }
}

/// Whether an event is of a kind: `charge.refunded`, or all that begin as `charge.*` says.
fn matches(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => kind.starts_with(start),
        None => kind == pattern,
    }
}

fn requirements(wanted: &[&str]) -> Value {
    json!({
        "alternatives": [], "current_deadline": null, "currently_due": wanted,
        "disabled_reason": (!wanted.is_empty()).then_some("requirements.past_due"),
        "errors": [], "eventually_due": wanted, "past_due": wanted, "pending_verification": [],
    })
}
