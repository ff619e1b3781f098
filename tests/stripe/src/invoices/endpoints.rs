//! The endpoints of invoices.

use crate::{
    World,
    error::{Answer, Refusal},
    invoices::{Bill, subscription_of},
    payments::Outcome,
    value::{Peek, merged},
};
use serde_json::{Value, json};

impl World {
    pub(crate) fn invoices(&self, params: &Value) -> Answer {
        self.page_of("invoice", params, "/v1/invoices", |invoice| {
            params.opt("customer").is_none_or(|customer| invoice.text("customer") == customer)
                && params.opt("status").is_none_or(|status| invoice.text("status") == status)
                && params.opt("subscription").is_none_or(|id| subscription_of(invoice) == Some(id))
        })
    }

    pub(crate) fn invoice_lines(&self, id: &str, params: &Value) -> Answer {
        let invoice = self.find("invoice", id, None)?;
        let url = format!("/v1/invoices/{id}/lines");
        Self::page(invoice["lines"].list("data").iter(), params, &url)
    }

    /// Writes a draft, of what was put down for the customer.
    pub(crate) fn invoice_create(&mut self, params: &Value) -> Answer {
        let customer = self.find("customer", params.text("customer"), Some("customer"))?.clone();
        let takes = params.text("pending_invoice_items_behavior") == "include";
        let pending = if takes { self.pending(customer.text("id"), None) } else { Vec::new() };
        let first = pending.first().map(|item| item["currency"].clone());
        let currency = params.or("currency", first.unwrap_or_else(|| "usd".into()));
        let bill = Bill {
            is_taxed: params["automatic_tax"].is("enabled"),
            data: json!({
                "description": params["description"], "footer": params["footer"],
                "metadata": merged(&json!({}), params.get("metadata")),
            }),
            lines: pending.iter().map(|item| self.line_for(item)).collect(),
            ..Bill::new(customer.text("id"), currency.as_str().unwrap_or_default())
        };
        let id = self.invoice_draft(bill);
        self.set(&id, json!({ "auto_advance": params.is("auto_advance") }));
        self.invoiced(&pending, &id);
        Ok(self.copy(&id))
    }

    pub(crate) fn invoice_finalize(&mut self, id: &str, _params: &Value) -> Answer {
        let invoice = self.find("invoice", id, None)?;
        if invoice.text("status") != "draft" {
            let message = "This invoice is already finalized, you can't re-finalize a \
                           non-draft invoice.";
            return Err(Refusal::invalid(message).code("invoice_not_editable"));
        }
        self.invoice_open(id);
        if self.at(id).int("amount_due") == 0 {
            self.invoice_paid(id);
        }
        Ok(self.copy(id))
    }

    pub(crate) fn invoice_pay(&mut self, id: &str, params: &Value) -> Answer {
        let invoice = self.find("invoice", id, None)?.clone();
        match invoice.text("status") {
            "draft" => self.invoice_open(id),
            "open" => {}
            "paid" => return Err(Refusal::invalid("Invoice is already paid")),
            status => {
                let message = format!("This invoice can't be paid: it is {status}.");
                return Err(Refusal::invalid(message));
            }
        }
        let customer = self.at(invoice.text("customer"));
        let card = params.opt("payment_method");
        let card = card.or(customer["invoice_settings"].opt("default_payment_method"));
        let Some(card) = card else {
            let message = "Cannot charge customer that has no active card";
            return Err(Refusal { status: 402, ..Refusal::invalid(message) }.code("missing"));
        };
        let outcome = Outcome::of(card)?;
        self.invoice_collect(id, outcome, &customer);
        match outcome {
            Outcome::Declines(code) if self.at(id).text("status") == "open" => {
                let charge = self.charge_behind(id).map(|charge| self.at(&charge));
                let intent = charge.unwrap_or_default().text("payment_intent").to_owned();
                Err(Refusal::declined(code, self.copy(&intent)))
            }
            _ => Ok(self.copy(id)),
        }
    }

    pub(crate) fn invoice_void(&mut self, id: &str, _params: &Value) -> Answer {
        let invoice = self.find("invoice", id, None)?.clone();
        if invoice.text("status") != "open" {
            let message = "You can only void an open invoice.";
            return Err(Refusal::invalid(message).code("status_transition_invalid"));
        }
        let mut transitions = invoice["status_transitions"].clone();
        transitions["voided_at"] = self.time_of(invoice.opt("customer")).into();
        self.set(id, json!({ "status": "void", "status_transitions": transitions }));
        self.emit("invoice.voided", id);
        Ok(self.copy(id))
    }
}
