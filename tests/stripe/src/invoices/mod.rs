//! Invoices: a draft, then open, then paid.

mod endpoints;
mod items;

pub(crate) use items::Item;

use crate::{
    World,
    customers::GOOD_CARD,
    payments::Outcome,
    tax::Place,
    time::Job,
    value::{Peek, list_of, merged},
};
use serde_json::{Value, json};

const DAY_S: i64 = 24 * 60 * 60;
/// When an invoice that could not be paid is tried again, after each attempt.
const RETRIES_S: [i64; 3] = [3 * DAY_S, 5 * DAY_S, 7 * DAY_S];

/// What an invoice is made of.
pub(crate) struct Bill {
    /// An id that was already given to it.
    pub id: Option<String>,
    pub customer: String,
    pub currency: String,
    /// Stripe's `billing_reason`.
    pub reason: &'static str,
    pub subscription: Option<String>,
    pub is_taxed: bool,
    /// Where the customer is, if it is not where its address says.
    pub place: Option<Place>,
    /// `description`, `footer`, `metadata`.
    pub data: Value,
    pub lines: Vec<Line>,
}

/// A line of an invoice.
pub(crate) struct Line {
    pub amount: i64,
    pub quantity: i64,
    pub description: String,
    pub price: Value,
    /// From when, and until when.
    pub period: (i64, i64),
    pub parent: Value,
    pub metadata: Value,
}

impl Bill {
    pub(crate) fn new(customer: &str, currency: &str) -> Self {
        Self {
            id: None,
            customer: customer.to_owned(),
            currency: currency.to_owned(),
            reason: "manual",
            subscription: None,
            is_taxed: false,
            place: None,
            data: json!({}),
            lines: Vec::new(),
        }
    }

    /// The line for a line of a checkout session.
    pub(crate) fn line_of(item: &Value, period: (i64, i64)) -> Line {
        Line {
            amount: item.int("amount_subtotal"),
            quantity: item.int("quantity"),
            description: item.text("description").to_owned(),
            price: item["price"].clone(),
            period,
            parent: json!({
                "type": "invoice_item_details", "subscription_item_details": null,
                "invoice_item_details": {
                    "invoice_item": null, "proration": false, "proration_details": null,
                    "subscription": null,
                },
            }),
            metadata: item["metadata"].clone(),
        }
    }
}

impl World {
    /// Writes a draft, and tells of it.
    pub(crate) fn invoice_draft(&mut self, bill: Bill) -> String {
        let id = bill.id.clone().unwrap_or_else(|| self.new_id("in"));
        let customer = self.at(&bill.customer);
        let now = self.time_of(Some(&bill.customer));
        let subscription = bill.subscription.as_deref().map(|id| self.at(id));
        let parent = subscription.as_ref().map(|subscription| {
            json!({
                "type": "subscription_details", "quote_details": null,
                "subscription_details": {
                    "metadata": subscription["metadata"], "subscription": subscription["id"],
                },
            })
        });
        let status = bill.is_taxed.then_some("requires_location_inputs");
        self.insert(json!({
            "id": id, "object": "invoice", "account_country": "US", "account_name": "Sandbox",
            "account_tax_ids": null, "amount_overpaid": 0, "amount_paid": 0, "amount_shipping": 0,
            "application": null, "attempt_count": 0, "attempted": false, "auto_advance": true,
            "automatic_tax": {
                "disabled_reason": null, "enabled": bill.is_taxed, "liability": null,
                "provider": bill.is_taxed.then_some("stripe"), "status": status,
            },
            "automatically_finalizes_at": null, "billing_reason": bill.reason,
            "collection_method": "charge_automatically", "created": now,
            "currency": bill.currency, "custom_fields": null, "customer": bill.customer,
            "customer_account": null, "customer_address": customer["address"],
            "customer_email": customer["email"], "customer_name": customer["name"],
            "customer_phone": customer["phone"], "customer_shipping": customer["shipping"],
            "customer_tax_exempt": customer["tax_exempt"], "customer_tax_ids": [],
            "default_payment_method": null, "default_source": null, "default_tax_rates": [],
            "description": bill.data["description"], "discounts": [], "due_date": null,
            "effective_at": null, "ending_balance": null, "footer": bill.data["footer"],
            "from_invoice": null, "hosted_invoice_url": null, "invoice_pdf": null,
            "issuer": { "type": "self" }, "last_finalization_error": null,
            "latest_revision": null, "livemode": false,
            "metadata": merged(&json!({}), bill.data.get("metadata")),
            "next_payment_attempt": null, "number": null, "on_behalf_of": null, "parent": parent,
            "payment_settings": {
                "default_mandate": null, "payment_method_options": null,
                "payment_method_types": null,
            },
            "period_end": now, "period_start": now, "post_payment_credit_notes_amount": 0,
            "pre_payment_credit_notes_amount": 0, "receipt_number": null, "rendering": null,
            "shipping_cost": null, "shipping_details": null,
            "starting_balance": customer["balance"], "statement_descriptor": null,
            "status": "draft",
            "status_transitions": {
                "finalized_at": null, "marked_uncollectible_at": null, "paid_at": null,
                "voided_at": null,
            },
            "test_clock": customer["test_clock"], "total_discount_amounts": [],
            "total_pretax_credit_amounts": [], "webhooks_delivered_at": now,
        }));
        let place = bill.place.clone().or_else(|| Place::of(&customer["address"]));
        let lines = bill.lines.into_iter().map(|line| self.line(&id, line)).collect();
        self.invoice_total(&id, lines, place.filter(|_| bill.is_taxed).as_ref());
        self.emit("invoice.created", &id);
        id
    }

    fn line(&mut self, invoice: &str, line: Line) -> Value {
        let (start, end) = line.period;
        let price = &line.price;
        let details = line.parent["subscription_item_details"].opt("subscription");
        let details = details.or(line.parent["invoice_item_details"].opt("subscription"));
        json!({
            "id": self.new_id("il"), "object": "line_item", "amount": line.amount,
            "currency": price["currency"], "description": line.description,
            "discount_amounts": [], "discountable": true, "discounts": [], "invoice": invoice,
            "livemode": false, "metadata": merged(&json!({}), Some(&line.metadata)),
            "parent": line.parent, "period": { "end": end, "start": start },
            "pretax_credit_amounts": [],
            "pricing": {
                "price_details": { "price": price["id"], "product": price["product"] },
                "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"],
            },
            "quantity": line.quantity, "quantity_decimal": line.quantity.to_string(),
            "subscription": details, "subtotal": line.amount, "taxes": [],
            // Taken away again when the taxes are known.
            "behavior": price["tax_behavior"],
        })
    }

    /// Sets an invoice's lines with their taxes, and what they come to.
    pub(crate) fn invoice_total(&mut self, id: &str, lines: Vec<Value>, place: Option<&Place>) {
        let (mut subtotal, mut inclusive, mut exclusive) = (0, 0, 0);
        let mut totals: Vec<Value> = Vec::new();
        let mut done = Vec::new();
        for mut line in lines {
            let behavior = line["behavior"].take();
            if let Some(fields) = line.as_object_mut() {
                fields.remove("behavior");
            }
            subtotal += line.int("amount");
            if let Some(place) = place {
                let behavior = behavior.as_str().unwrap_or("exclusive");
                let taxed = self.tax(line.int("amount"), behavior, place);
                let name = if taxed.is_inclusive { "inclusive" } else { "exclusive" };
                *(if taxed.is_inclusive { &mut inclusive } else { &mut exclusive }) += taxed.amount;
                let tax = json!({
                    "amount": taxed.amount, "tax_behavior": name,
                    "tax_rate_details": { "tax_rate": taxed.rate["id"] },
                    "taxability_reason": taxed.reason, "taxable_amount": taxed.taxable,
                    "type": "tax_rate_details",
                });
                line["taxes"] = json!([tax]);
                let of_rate = |t: &&mut Value| t["tax_rate_details"] == tax["tax_rate_details"];
                match totals.iter_mut().find(of_rate) {
                    Some(total) => {
                        total["amount"] = (total.int("amount") + taxed.amount).into();
                        let taxable = total.int("taxable_amount") + taxed.taxable;
                        total["taxable_amount"] = taxable.into();
                    }
                    None => totals.push(tax),
                }
            }
            done.push(line);
        }
        let total = subtotal + exclusive;
        let due = (total + self.at(id).int("starting_balance")).max(0);
        let mut automatic_tax = self.at(id)["automatic_tax"].clone();
        if place.is_some() {
            automatic_tax["status"] = "complete".into();
        }
        let fields = json!({
            "amount_due": due, "amount_remaining": due, "automatic_tax": automatic_tax,
            "lines": list_of(done, format!("/v1/invoices/{id}/lines")), "subtotal": subtotal,
            "subtotal_excluding_tax": subtotal - inclusive, "total": total,
            "total_excluding_tax": subtotal - inclusive, "total_taxes": totals,
        });
        self.set(id, fields);
    }

    /// Finalizes a draft: it has a number, links, and cannot be changed any more.
    pub(crate) fn invoice_open(&mut self, id: &str) {
        let invoice = self.at(id);
        let customer = self.at(invoice.text("customer"));
        let now = self.time_of(customer.opt("id"));
        let sequence = customer.int("next_invoice_sequence").max(1);
        let owed = customer.int("balance") + invoice.int("total");
        let due = owed.max(0);
        let next = json!({ "next_invoice_sequence": sequence + 1, "balance": owed.min(0) });
        self.set(customer.text("id"), next);
        let mut transitions = invoice["status_transitions"].clone();
        transitions["finalized_at"] = now.into();
        let url = format!("{}/invoice/{id}", self.pages);
        let fields = json!({
            "status": "open", "effective_at": now, "ending_balance": owed.min(0),
            "amount_due": due, "amount_remaining": due, "automatically_finalizes_at": null,
            "number": format!("{}-{sequence:04}", customer.text("invoice_prefix")),
            "invoice_pdf": format!("{url}/pdf"), "hosted_invoice_url": url,
            "status_transitions": transitions,
        });
        self.set(id, fields);
        self.emit("invoice.finalized", id);
    }

    /// Notes which payment intent is to pay an invoice.
    pub(crate) fn payment_of(&mut self, invoice: &str, intent: &str) -> String {
        let found = self.at(intent);
        let is_paid = found.text("status") == "succeeded";
        let paid_at = is_paid.then_some(self.now.s);
        let id = self.new_id("inpay");
        self.insert(json!({
            "id": id, "object": "invoice_payment",
            "amount_paid": is_paid.then(|| found["amount"].clone()),
            "amount_requested": found["amount"], "created": found["created"],
            "currency": found["currency"], "invoice": invoice, "is_default": true,
            "livemode": false,
            "payment": { "payment_intent": intent, "type": "payment_intent" },
            "status": if is_paid { "paid" } else { "open" },
            "status_transitions": { "canceled_at": null, "paid_at": paid_at },
        }))
    }

    /// Collects an open invoice: by a card, or out of the customer's balance.
    pub(crate) fn invoice_collect(&mut self, id: &str, outcome: Outcome, billing: &Value) {
        let invoice = self.at(id);
        let due = invoice.int("amount_remaining");
        if due == 0 {
            return self.invoice_paid(id);
        }
        let customer = self.at(invoice.text("customer"));
        let known = self.all("invoice_payment").rev().find(|payment| payment.text("invoice") == id);
        let known = known.and_then(|payment| payment["payment"].opt("payment_intent"));
        let intent = match known.map(str::to_owned) {
            Some(intent) => intent,
            None => {
                let description = match invoice.text("billing_reason") {
                    "subscription_create" => "Subscription creation",
                    "manual" => "Payment for Invoice",
                    _ => "Subscription update",
                };
                let card =
                    customer["invoice_settings"].or("default_payment_method", GOOD_CARD.into());
                let data = json!({ "description": description, "payment_method": card });
                let currency = invoice.text("currency");
                let intent = self.intent(due, currency, customer.opt("id"), &data);
                self.payment_of(id, &intent);
                intent
            }
        };
        let attempts = invoice.int("attempt_count") + 1;
        self.set(id, json!({ "attempted": true, "attempt_count": attempts }));
        self.attempt(&intent, outcome, billing);
        if outcome != Outcome::Waits {
            self.invoice_settled(id, outcome);
        }
    }

    /// An attempt to pay an invoice has ended.
    pub(crate) fn invoice_settled(&mut self, id: &str, outcome: Outcome) {
        if outcome == Outcome::Succeeds {
            return self.invoice_paid(id);
        }
        let invoice = self.at(id);
        let customer = self.at(invoice.text("customer"));
        let attempts = usize::try_from(invoice.int("attempt_count")).unwrap_or_default();
        let wait = attempts.checked_sub(1).and_then(|tried| RETRIES_S.get(tried));
        let next = wait.map(|wait| self.time_of(customer.opt("id")) + wait);
        let has_subscription = !invoice["parent"].is_null();
        let next = next.filter(|_| has_subscription);
        self.set(id, json!({ "next_payment_attempt": next }));
        self.emit("invoice.payment_failed", id);
        if let Some(at) = next {
            self.due(customer.text("test_clock"), at, Job::Retry(id.to_owned()));
        }
        if let Some(subscription) = subscription_of(&invoice) {
            self.subscription_unpaid(subscription, next.is_none());
        }
    }

    /// An invoice is paid.
    pub(crate) fn invoice_paid(&mut self, id: &str) {
        let invoice = self.at(id);
        let now = self.time_of(invoice.opt("customer"));
        let mut transitions = invoice["status_transitions"].clone();
        transitions["paid_at"] = now.into();
        let fields = json!({
            "status": "paid", "amount_paid": invoice["amount_due"], "amount_remaining": 0,
            "attempted": true, "next_payment_attempt": null, "auto_advance": false,
            "status_transitions": transitions,
        });
        self.set(id, fields);
        let payment =
            self.all("invoice_payment").rev().find(|payment| payment.text("invoice") == id);
        let payment = payment.cloned();
        if let Some(subscription) = subscription_of(&invoice) {
            self.subscription_paid(subscription);
        }
        self.emit("invoice.paid", id);
        self.emit("invoice.payment_succeeded", id);
        if let Some(payment) = payment {
            let fields = json!({
                "status": "paid", "amount_paid": payment["amount_requested"],
                "status_transitions": { "canceled_at": null, "paid_at": now },
            });
            self.set(payment.text("id"), fields);
            self.emit("invoice_payment.paid", payment.text("id"));
        }
    }

    /// A draft that was left open for an hour is finalized and collected.
    pub(crate) fn bill_due(&mut self, id: &str) {
        if self.at(id).text("status") == "draft" {
            self.invoice_open(id);
            self.collect_by_card(id);
        }
    }

    /// An invoice is tried again.
    pub(crate) fn bill_again(&mut self, id: &str) {
        if self.at(id).text("status") == "open" {
            self.collect_by_card(id);
        }
    }

    /// Collects an invoice by the card that the customer has left.
    pub(crate) fn collect_by_card(&mut self, id: &str) {
        let customer = self.at(self.at(id).text("customer"));
        let card = customer["invoice_settings"].text("default_payment_method").to_owned();
        let outcome = match Outcome::of(&card) {
            Ok(Outcome::Asks) => Outcome::Declines("authentication_required"),
            Ok(outcome) => outcome,
            Err(_) => Outcome::Declines("generic_decline"),
        };
        self.invoice_collect(id, outcome, &customer);
    }
}

/// The subscription that an invoice is for.
fn subscription_of(invoice: &Value) -> Option<&str> {
    invoice["parent"]["subscription_details"].opt("subscription")
}
