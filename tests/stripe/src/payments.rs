//! Payment intents and charges.

use crate::{
    World,
    customers::BAD_CARD,
    error::{Answer, Refusal},
    money,
    value::{Peek, merged},
};
use serde_json::{Value, json};

/// How an attempt to pay goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    Succeeds,
    /// The bank says no, with a `decline_code`.
    Declines(&'static str),
    /// The bank will say so in some days.
    Waits,
    /// The bank wants to see the buyer first.
    Asks,
}

impl Outcome {
    /// What Stripe's test cards do (<https://docs.stripe.com/testing>).
    pub(crate) fn of(card: &str) -> Answer<Self> {
        match card {
            "pm_card_chargeDeclined" | BAD_CARD => Ok(Self::Declines("generic_decline")),
            "pm_card_visa_chargeDeclinedInsufficientFunds"
            | "pm_card_chargeDeclinedInsufficientFunds" => Ok(Self::Declines("insufficient_funds")),
            "pm_card_authenticationRequired" => Ok(Self::Asks),
            "pm_usBankAccount" | "pm_sepaDebit" => Ok(Self::Waits),
            card if card.starts_with("pm_card_") => Ok(Self::Succeeds),
            card => Err(Refusal::no_such("PaymentMethod", card, Some("payment_method"))),
        }
    }
}

impl World {
    pub(crate) fn intent_create(&mut self, params: &Value) -> Answer {
        let currency = money::currency(params.text("currency"), "currency")?;
        let amount = params.int("amount");
        money::check(amount, &currency, "amount")?;
        if amount == 0 {
            let message = "This value must be greater than or equal to 1.";
            let refusal = Refusal::param("amount", message);
            return Err(refusal.code("parameter_invalid_integer"));
        }
        if let Some(customer) = params.opt("customer") {
            self.find("customer", customer, Some("customer"))?;
        }
        if let Some(card) = params.opt("payment_method") {
            Outcome::of(card)?;
        }
        let id = self.intent(amount, &currency, params.opt("customer"), params);
        if !params.is("confirm") {
            return Ok(self.copy(&id));
        }
        self.confirm(&id, params)
    }

    /// Makes a payment intent, and tells of it. Its description, metadata and so on are in `data`.
    pub(crate) fn intent(
        &mut self,
        amount: i64,
        currency: &str,
        customer: Option<&str>,
        data: &Value,
    ) -> String {
        let id = self.new_id("pi");
        let secret = self.new_id("secret");
        let card = data.opt("payment_method");
        let status =
            if card.is_some() { "requires_confirmation" } else { "requires_payment_method" };
        self.insert(json!({
            "id": id, "object": "payment_intent",
            "allowed_payment_method_types": data["allowed_payment_method_types"],
            "amount": amount, "amount_capturable": 0, "amount_details": { "tip": {} },
            "amount_received": 0, "application": null,
            "application_fee_amount": data["application_fee_amount"],
            "automatic_payment_methods": data["automatic_payment_methods"],
            "canceled_at": null, "cancellation_reason": null,
            "capture_method": data.or("capture_method", "automatic_async".into()),
            "client_secret": format!("{id}_{secret}"), "confirmation_method": "automatic",
            "created": self.time_of(customer), "currency": currency, "customer": customer,
            "customer_account": null, "description": data["description"],
            "excluded_payment_method_types": null, "last_payment_error": null,
            "latest_charge": null, "livemode": false, "managed_payments": null,
            "metadata": merged(&json!({}), data.get("metadata")), "next_action": null,
            "on_behalf_of": data["on_behalf_of"], "payment_method": card,
            "payment_method_configuration_details": null, "payment_method_options": {},
            "payment_method_types": ["card"], "payment_record": null, "processing": null,
            "receipt_email": data["receipt_email"], "review": null,
            "setup_future_usage": data["setup_future_usage"], "shipping": data["shipping"],
            "source": null, "statement_descriptor": data["statement_descriptor"],
            "statement_descriptor_suffix": data["statement_descriptor_suffix"], "status": status,
            "transfer_data": data["transfer_data"], "transfer_group": data["transfer_group"],
        }));
        self.emit("payment_intent.created", &id);
        id
    }

    pub(crate) fn intent_confirm(&mut self, id: &str, params: &Value) -> Answer {
        self.find("payment_intent", id, None)?;
        self.confirm(id, params)
    }

    fn confirm(&mut self, id: &str, params: &Value) -> Answer {
        let intent = self.at(id);
        match intent.text("status") {
            "requires_payment_method" | "requires_confirmation" => {}
            // The buyer has been seen.
            "requires_action" => {
                self.attempt(id, Outcome::Succeeds, &json!({}));
                return Ok(self.copy(id));
            }
            status => return Err(unexpected(&intent, "confirm", status)),
        }
        let card = params.opt("payment_method").or(intent.opt("payment_method"));
        let Some(card) = card else {
            let message = "You cannot confirm this PaymentIntent because it's missing a payment \
                           method.";
            let refusal = Refusal {
                details: json!({ "payment_intent": intent }),
                ..Refusal::invalid(message)
            };
            return Err(refusal.code("payment_intent_unexpected_state"));
        };
        let outcome = Outcome::of(card)?;
        self.set(id, json!({ "payment_method": card }));
        self.attempt(id, outcome, &json!({}));
        match outcome {
            Outcome::Declines(code) => Err(Refusal::declined(code, self.copy(id))),
            _ => Ok(self.copy(id)),
        }
    }

    pub(crate) fn intent_cancel(&mut self, id: &str, params: &Value) -> Answer {
        let intent = self.find("payment_intent", id, None)?.clone();
        let status = intent.text("status");
        if matches!(status, "succeeded" | "canceled" | "processing") {
            return Err(unexpected(&intent, "cancel", status));
        }
        let fields = json!({
            "status": "canceled", "canceled_at": self.now.s, "next_action": null,
            "cancellation_reason": params["cancellation_reason"],
        });
        self.set(id, fields);
        self.emit("payment_intent.canceled", id);
        Ok(self.copy(id))
    }

    /// Attempts a payment, or ends one that waits for its bank. `billing` is what the buyer
    /// entered: `address`, `email`, `name`, `phone`.
    pub(crate) fn attempt(&mut self, id: &str, outcome: Outcome, billing: &Value) {
        if outcome == Outcome::Asks {
            let action = json!({
                "type": "redirect_to_url",
                "redirect_to_url": { "return_url": null, "url": format!("{}/", self.pages) },
            });
            self.set(id, json!({ "status": "requires_action", "next_action": action }));
            return self.emit("payment_intent.requires_action", id);
        }
        let intent = self.at(id);
        let charge = match intent.opt("latest_charge") {
            Some(charge) if intent.text("status") == "processing" => charge.to_owned(),
            _ => self.charge(&intent, billing),
        };
        let after =
            json!({ "latest_charge": charge, "next_action": null, "last_payment_error": null });
        self.set(id, after);
        match outcome {
            Outcome::Succeeds => self.charged(id, &charge),
            Outcome::Declines(code) => self.refused(id, &charge, code),
            Outcome::Waits | Outcome::Asks => {
                self.emit("charge.pending", &charge);
                self.set(id, json!({ "status": "processing" }));
                self.emit("payment_intent.processing", id);
            }
        }
    }

    fn charged(&mut self, id: &str, charge: &str) {
        let amount = self.at(id).int("amount");
        let fields = json!({
            "status": "succeeded", "paid": true, "captured": true, "amount_captured": amount,
        });
        self.set(charge, fields);
        self.emit("charge.succeeded", charge);
        self.set(id, json!({ "status": "succeeded", "amount_received": amount }));
        self.emit("payment_intent.succeeded", id);
    }

    fn refused(&mut self, id: &str, charge: &str, code: &str) {
        let message = "Your card was declined.";
        let outcome = json!({
            "advice_code": null, "network_advice_code": null, "network_decline_code": null,
            "network_status": "declined_by_network", "reason": code, "risk_level": "normal",
            "risk_score": 7, "type": "issuer_declined",
            "seller_message": "The bank did not return any further details.",
        });
        let fields = json!({
            "status": "failed", "paid": false, "outcome": outcome,
            "failure_code": "card_declined", "failure_message": message,
        });
        self.set(charge, fields);
        self.emit("charge.failed", charge);
        let error = json!({
            "type": "card_error", "code": "card_declined", "decline_code": code,
            "message": message, "charge": charge,
        });
        let status = "requires_payment_method";
        self.set(id, json!({ "status": status, "last_payment_error": error }));
        self.emit("payment_intent.payment_failed", id);
    }

    /// The charge of an attempt, before it is known how it goes.
    fn charge(&mut self, intent: &Value, billing: &Value) -> String {
        let id = self.new_id("ch");
        self.insert(json!({
            "id": id, "object": "charge", "amount": intent["amount"], "amount_captured": 0,
            "amount_refunded": 0, "application": null, "application_fee": null,
            "application_fee_amount": intent["application_fee_amount"],
            "balance_transaction": null,
            "billing_details": {
                "address": billing.or("address", crate::customers::address(&json!({}))),
                "email": billing["email"], "name": billing["name"], "phone": billing["phone"],
                "tax_id": null,
            },
            "calculated_statement_descriptor": "SANDBOX", "captured": false,
            "created": self.time_of(intent.opt("customer")), "currency": intent["currency"],
            "customer": intent["customer"], "description": intent["description"],
            "disputed": false, "failure_balance_transaction": null, "failure_code": null,
            "failure_message": null, "fraud_details": {}, "livemode": false,
            "metadata": intent["metadata"], "on_behalf_of": intent["on_behalf_of"],
            "outcome": {
                "advice_code": null, "network_advice_code": null, "network_decline_code": null,
                "network_status": "approved_by_network", "reason": null, "risk_level": "normal",
                "risk_score": 7, "seller_message": "Payment complete.", "type": "authorized",
            },
            "paid": false, "payment_intent": intent["id"],
            "payment_method": intent.or("payment_method", crate::customers::GOOD_CARD.into()),
            "payment_method_details": {
                "type": "card",
                "card": {
                    "amount_authorized": intent["amount"], "authorization_code": null,
                    "brand": "visa",
                    "checks": {
                        "address_line1_check": null, "address_postal_code_check": null,
                        "cvc_check": "pass",
                    },
                    "country": "US", "electronic_commerce_indicator": null, "exp_month": 12,
                    "exp_year": 2034, "fingerprint": "sandboxsandbox", "funding": "credit",
                    "installments": null, "last4": "4242", "mandate": null, "network": "visa",
                    "network_transaction_id": null, "regulated_status": "unregulated",
                    "three_d_secure": null, "transaction_link_id": null, "wallet": null,
                },
            },
            "radar_options": {}, "receipt_email": intent["receipt_email"],
            "receipt_number": null, "receipt_url": null, "refunded": false, "review": null,
            "shipping": intent["shipping"], "source": null, "source_transfer": null,
            "statement_descriptor": intent["statement_descriptor"],
            "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
            "status": "pending", "transfer_data": intent["transfer_data"],
            "transfer_group": intent["transfer_group"],
        }))
    }

    /// The charge behind an id of a charge, payment intent, checkout session, invoice or
    /// subscription.
    pub(crate) fn charge_behind(&self, id: &str) -> Option<String> {
        let found = self.get(id)?;
        match found.text("object") {
            "charge" => Some(id.to_owned()),
            "payment_intent" => found.opt("latest_charge").map(str::to_owned),
            "checkout.session" => {
                let next = found.opt("payment_intent").or(found.opt("invoice"))?;
                self.charge_behind(next)
            }
            "subscription" => self.charge_behind(found.opt("latest_invoice")?),
            "invoice" => {
                let paid = |payment: &&Value| payment.text("invoice") == id;
                let payment = self.all("invoice_payment").rev().find(paid)?;
                self.charge_behind(payment["payment"].opt("payment_intent")?)
            }
            _ => None,
        }
    }
}

fn unexpected(intent: &Value, verb: &str, status: &str) -> Refusal {
    let message =
        format!("You cannot {verb} this PaymentIntent because it has a status of {status}.");
    let details = json!({ "payment_intent": intent });
    Refusal { details, ..Refusal::invalid(message) }.code("payment_intent_unexpected_state")
}
