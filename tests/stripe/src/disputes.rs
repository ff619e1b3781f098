//! Disputes: the buyer's bank takes money back.

use crate::{
    World,
    error::{Answer, Refusal},
    value::Peek,
};
use serde_json::{Value, json};

/// How long the merchant has to answer.
const EVIDENCE_S: i64 = 9 * 24 * 60 * 60;
/// What a lost or open dispute costs, in the currency's unit.
const FEE: i64 = 1500;

impl World {
    pub(crate) fn dispute(
        &mut self,
        payment: &str,
        amount: Option<i64>,
        reason: Option<&str>,
    ) -> Answer {
        let charge = self.charge_behind(payment).map(|charge| self.at(&charge));
        let Some(charge) = charge else {
            return Err(Refusal::no_such("payment", payment, Some("payment")));
        };
        let left = charge.int("amount") - charge.int("amount_refunded");
        let amount = amount.unwrap_or(left);
        if charge.text("status") != "succeeded"
            || charge.is("disputed")
            || !(1..=left).contains(&amount)
        {
            return Err(Refusal::invalid("This payment cannot be disputed."));
        }
        let id = self.new_id("du");
        let now = self.time_of(charge.opt("customer"));
        let mut evidence: Value =
            EVIDENCE.into_iter().map(|name| (name.to_owned(), Value::Null)).collect();
        evidence["enhanced_evidence"] = json!({});
        self.insert(json!({
            "id": id, "object": "dispute", "amount": amount, "balance_transactions": [],
            "charge": charge["id"], "created": now, "currency": charge["currency"],
            "enhanced_eligibility_types": [], "evidence": evidence,
            "evidence_details": {
                "due_by": now + EVIDENCE_S, "enhanced_eligibility": {}, "has_evidence": false,
                "past_due": false, "submission_count": 0, "submission_method": "not_submitted",
            },
            "intended_submission_method": null, "is_charge_refundable": false, "livemode": false,
            "metadata": {}, "network_reason_code": "10.4",
            "payment_intent": charge["payment_intent"],
            "payment_method_details": {
                "card": {
                    "brand": "visa", "case_type": "chargeback", "network": "visa",
                    "network_reason_code": "10",
                },
                "type": "card",
            },
            "reason": reason.unwrap_or("fraudulent"), "status": "needs_response",
        }));
        self.set(charge.text("id"), json!({ "disputed": true }));
        self.emit("charge.dispute.created", &id);
        let taken = json!({ "balance_transactions": [self.moved(&id, -amount, FEE)] });
        self.emit_set("charge.dispute.funds_withdrawn", &id, taken);
        Ok(self.copy(&id))
    }

    pub(crate) fn dispute_close(&mut self, id: &str, won: bool) -> Answer {
        let dispute = self.find("dispute", id, None)?.clone();
        if dispute.text("status") != "needs_response" {
            return Err(Refusal::invalid("This dispute is already closed."));
        }
        if won {
            let mut moved = dispute.list("balance_transactions").to_vec();
            moved.push(self.moved(id, dispute.int("amount"), -FEE));
            let fields = json!({ "status": "won", "balance_transactions": moved });
            self.emit_set("charge.dispute.funds_reinstated", id, fields);
        }
        let status = if won { "won" } else { "lost" };
        let before = json!({ "status": "needs_response" });
        self.set(id, before);
        self.emit_set("charge.dispute.closed", id, json!({ "status": status }));
        Ok(self.copy(id))
    }

    /// What a dispute moves in the merchant's balance.
    fn moved(&mut self, dispute: &str, amount: i64, fee: i64) -> Value {
        let found = self.at(dispute);
        json!({
            "id": self.new_id("txn"), "object": "balance_transaction", "amount": amount,
            "available_on": self.now.s, "balance_type": "payments", "created": self.now.s,
            "currency": found["currency"], "description": format!("Dispute {dispute}"),
            "exchange_rate": null, "fee": fee, "fee_details": [], "net": amount - fee,
            "reporting_category": "dispute", "source": dispute, "status": "pending",
            "type": "adjustment",
        })
    }
}

const EVIDENCE: [&str; 27] = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
];
