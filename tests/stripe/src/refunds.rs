//! Refunds.

use crate::{
    World,
    error::{Answer, Refusal},
    money,
    value::{Peek, merged},
};
use serde_json::{Value, json};

impl World {
    pub(crate) fn refund_create(&mut self, params: &Value) -> Answer {
        let charge = self.refundable(params)?;
        let left = charge.int("amount") - charge.int("amount_refunded");
        let (id, currency) = (charge.text("id"), charge.text("currency"));
        if left == 0 {
            let message = format!("Charge {id} has already been refunded.");
            return Err(Refusal::invalid(message).code("charge_already_refunded"));
        }
        let amount = params.or("amount", left.into()).as_i64().unwrap_or_default();
        money::check(amount, currency, "amount")?;
        if amount == 0 {
            let refusal = Refusal::param("amount", "Invalid positive integer");
            return Err(refusal.code("parameter_invalid_integer"));
        }
        if amount > left {
            let message = format!(
                "Refund amount ({}) is greater than unrefunded amount on charge ({})",
                money::readable(amount, currency),
                money::readable(left, currency)
            );
            return Err(Refusal::param("amount", message));
        }
        let refund = self.new_id("re");
        self.insert(json!({
            "id": refund, "object": "refund", "amount": amount, "balance_transaction": null,
            "charge": id, "created": self.time_of(charge.opt("customer")), "currency": currency,
            "customer": charge["customer"], "customer_account": null,
            "destination_details": {
                "type": "card",
                "card": { "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund" },
            },
            "metadata": merged(&json!({}), params.get("metadata")),
            "payment_intent": charge["payment_intent"], "payment_method": charge["payment_method"],
            "reason": params["reason"], "receipt_number": null, "source_transfer_reversal": null,
            "status": "succeeded", "transfer_reversal": null,
        }));
        self.emit("refund.created", &refund);
        let fields = json!({
            "amount_refunded": charge.int("amount_refunded") + amount, "refunded": amount == left,
        });
        self.emit_set("charge.refunded", id, fields);
        let answer = self.copy(&refund);
        // The bank's reference comes a moment later.
        let details = json!({
            "type": "card",
            "card": {
                "reference": "4242424242", "reference_status": "available",
                "reference_type": "acquirer_reference_number", "type": "refund",
            },
        });
        self.emit_set("refund.updated", &refund, json!({ "destination_details": details }));
        Ok(answer)
    }

    /// The charge that a refund is asked for, if there is anything to refund.
    fn refundable(&self, params: &Value) -> Answer<Value> {
        let charge = match (params.opt("charge"), params.opt("payment_intent")) {
            (Some(id), _) => self.find("charge", id, Some("charge"))?,
            (None, Some(id)) => {
                let intent = self.find("payment_intent", id, Some("payment_intent"))?;
                match intent.opt("latest_charge").and_then(|charge| self.get(charge)) {
                    Some(charge) => charge,
                    None => {
                        let message = format!(
                            "This PaymentIntent ({id}) does not have a successful charge to refund."
                        );
                        return Err(Refusal::param("payment_intent", message));
                    }
                }
            }
            (None, None) => {
                let message = "One of the following params should be provided for this request: \
                               payment_intent or charge.";
                return Err(Refusal::invalid(message).code("parameter_missing"));
            }
        };
        let id = charge.text("id");
        if charge.text("status") != "succeeded" {
            let message = format!("Charge {id} is not refundable: it has not succeeded.");
            return Err(Refusal::invalid(message).code("charge_not_refundable"));
        }
        let is_open =
            |dispute: &Value| dispute.text("charge") == id && dispute.text("status") != "won";
        if self.all("dispute").any(is_open) {
            let message = format!("Charge {id} has been charged back; cannot issue a refund.");
            return Err(Refusal::invalid(message).code("charge_disputed"));
        }
        Ok(charge.clone())
    }
}
