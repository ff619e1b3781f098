//! Subscriptions: they begin, renew, go unpaid and end.

mod change;

use crate::{
    World,
    error::Answer,
    invoices::{Bill, Line},
    payments::Outcome,
    time::{Job, period_end},
    value::{Peek, list_of, merged},
};
use serde_json::{Value, json};

const DAY_S: i64 = 24 * 60 * 60;
/// How long the draft of a renewal waits before it is finalized.
const DRAFT_S: i64 = 60 * 60;

/// What a subscription begins with.
pub(crate) struct Start<'a> {
    pub customer: &'a str,
    /// The lines of the checkout session.
    pub lines: Vec<Value>,
    /// `subscription_data` of the session.
    pub data: &'a Value,
    pub is_taxed: bool,
    pub billing: &'a Value,
    pub outcome: Outcome,
}

impl World {
    /// A subscription begins, with its first invoice.
    pub(crate) fn subscription_start(&mut self, start: Start<'_>) -> String {
        let now = self.time_of(Some(start.customer));
        let trial = trial_end(start.data, now);
        let id = self.new_id("sub");
        let mut items = Vec::new();
        for line in start.lines.iter().filter(|line| !line["price"]["recurring"].is_null()) {
            let ends = trial.unwrap_or_else(|| period_end(now, now, &line["price"]["recurring"]));
            items.push(self.subscription_item(&id, line, (now, ends)));
        }
        self.subscription(&id, &start, items, trial);
        self.emit("customer.subscription.created", &id);
        let mut lines = self.period_lines(&id, trial.is_some());
        let once = start.lines.iter().filter(|line| line["price"]["recurring"].is_null());
        lines.extend(once.map(|line| Bill::line_of(line, (now, now))));
        let invoice = self.bill(&id, "subscription_create", lines);
        self.set(&id, json!({ "latest_invoice": invoice }));
        self.invoice_open(&invoice);
        // A bank that says later whether it pays is trusted until then.
        if start.outcome == Outcome::Waits {
            self.emit_set("customer.subscription.updated", &id, json!({ "status": "active" }));
        }
        self.invoice_collect(&invoice, start.outcome, start.billing);
        self.renewal(&id);
        id
    }

    fn subscription(&mut self, id: &str, start: &Start<'_>, items: Vec<Value>, trial: Option<i64>) {
        let customer = self.at(start.customer);
        let now = self.time_of(Some(start.customer));
        let currency = items.first().map(|item| item["price"]["currency"].clone());
        let billing_mode = json!({ "flexible": null, "type": "flexible" });
        self.insert(json!({
            "id": id, "object": "subscription", "application": null,
            "application_fee_percent": null,
            "automatic_tax": {
                "disabled_reason": null, "enabled": start.is_taxed,
                "liability": start.is_taxed.then(|| json!({ "type": "self" })),
            },
            "billing_cycle_anchor": trial.unwrap_or(now), "billing_cycle_anchor_config": null,
            "billing_mode": start.data.or("billing_mode", billing_mode), "billing_schedules": [],
            "billing_thresholds": null, "cancel_at": null, "cancel_at_period_end": false,
            "canceled_at": null,
            "cancellation_details": {
                "comment": null, "feedback": null, "feedback_option": null, "reason": null,
            },
            "collection_method": "charge_automatically", "created": now, "currency": currency,
            "customer": start.customer, "customer_account": null, "days_until_due": null,
            "default_payment_method": customer["invoice_settings"]["default_payment_method"],
            "default_source": null, "default_tax_rates": [],
            "description": start.data["description"], "discounts": [], "ended_at": null,
            "invoice_settings": {
                "account_tax_ids": null, "custom_fields": null, "description": null,
                "footer": null, "issuer": { "type": "self" },
            },
            "items": list_of(items, format!("/v1/subscription_items?subscription={id}")),
            "latest_invoice": null, "livemode": false, "managed_payments": null,
            "metadata": merged(&json!({}), start.data.get("metadata")),
            "next_pending_invoice_item_invoice": null, "on_behalf_of": null,
            "pause_collection": null,
            "payment_settings": {
                "payment_method_options": null, "payment_method_types": null,
                "save_default_payment_method": "off",
            },
            "pending_invoice_item_interval": null, "pending_setup_intent": null,
            "pending_update": null, "schedule": null, "start_date": now,
            "status": if trial.is_some() { "trialing" } else { "incomplete" },
            "test_clock": customer["test_clock"], "transfer_data": null, "trial_end": trial,
            "trial_settings": { "end_behavior": { "billing_cycle_anchor": null, "missing_payment_method": "create_invoice" } },
            "trial_start": trial.map(|_| now),
        }));
    }

    /// An item of a subscription, for a line of a session or what is like it.
    fn subscription_item(&mut self, id: &str, line: &Value, period: (i64, i64)) -> Value {
        let price = &line["price"];
        let recurring = &price["recurring"];
        json!({
            "id": self.new_id("si"), "object": "subscription_item", "billing_thresholds": null,
            "created": period.0, "current_period_end": period.1,
            "current_period_start": period.0, "current_trial": null, "discounts": [],
            "metadata": merged(&json!({}), line.get("metadata")),
            "plan": {
                "id": price["id"], "object": "plan", "active": price["active"],
                "amount": price["unit_amount"], "amount_decimal": price["unit_amount_decimal"],
                "billing_scheme": "per_unit", "created": price["created"],
                "currency": price["currency"], "interval": recurring["interval"],
                "interval_count": recurring["interval_count"], "livemode": false,
                "metadata": price["metadata"], "meter": recurring["meter"],
                "nickname": price["nickname"], "product": price["product"], "tiers_mode": null,
                "transform_usage": null, "trial_period_days": null,
                "usage_type": recurring["usage_type"],
            },
            "price": price, "quantity": line["quantity"], "subscription": id, "tax_rates": [],
        })
    }

    /// The lines for the period that a subscription is in: what is licensed, ahead.
    fn period_lines(&self, id: &str, is_trial: bool) -> Vec<Line> {
        let subscription = self.at(id);
        let items = subscription["items"].list("data").iter();
        let licensed =
            items.filter(|item| item["price"]["recurring"].text("usage_type") != "metered");
        let lines = licensed.map(|item| {
            let quantity = item.int("quantity");
            let amount = if is_trial { 0 } else { item["price"].int("unit_amount") * quantity };
            let name = self.product_name(&item["price"]);
            let description = if is_trial {
                format!("Trial period for {name}")
            } else {
                format!("{quantity} × {name}")
            };
            item_line(item, amount, quantity, description)
        });
        lines.collect()
    }

    /// The lines for what was used in the period that ends.
    fn usage_lines(&self, id: &str) -> Vec<Line> {
        let subscription = self.at(id);
        let items = subscription["items"].list("data").iter();
        let metered =
            items.filter(|item| item["price"]["recurring"].text("usage_type") == "metered");
        let lines = metered.map(|item| {
            let (from, to) = (item.int("current_period_start"), item.int("current_period_end"));
            let meter = item["price"]["recurring"].text("meter");
            let used = self.used(meter, subscription.text("customer"), from, to);
            let amount = item["price"].int("unit_amount") * used;
            let name = self.product_name(&item["price"]);
            item_line(item, amount, used, format!("{used} × {name}"))
        });
        lines.collect()
    }

    /// The draft of a subscription's invoice.
    fn bill(&mut self, id: &str, reason: &'static str, lines: Vec<Line>) -> String {
        let subscription = self.at(id);
        let bill = Bill {
            reason,
            subscription: Some(id.to_owned()),
            is_taxed: subscription["automatic_tax"].is("enabled"),
            lines,
            ..Bill::new(subscription.text("customer"), subscription.text("currency"))
        };
        self.invoice_draft(bill)
    }

    /// Notes when a subscription's period ends.
    fn renewal(&mut self, id: &str) {
        let subscription = self.at(id);
        let ends =
            subscription["items"].list("data").iter().map(|item| item.int("current_period_end"));
        let Some(ends) = ends.min() else { return };
        self.due(subscription.text("test_clock"), ends, Job::Renew(id.to_owned()));
    }

    /// A subscription's period has ended.
    pub(crate) fn renew(&mut self, id: &str, at_s: i64) {
        let subscription = self.at(id);
        let is_over = matches!(subscription.text("status"), "canceled" | "incomplete_expired");
        let ends =
            subscription["items"].list("data").iter().map(|item| item.int("current_period_end"));
        if is_over || ends.min() != Some(at_s) {
            return;
        }
        if subscription.is("cancel_at_period_end") {
            return self.subscription_end(id, "cancellation_requested");
        }
        let used = self.usage_lines(id);
        let anchor = subscription.int("billing_cycle_anchor");
        let mut items = subscription["items"].clone();
        for item in items["data"].as_array_mut().into_iter().flatten() {
            if item.int("current_period_end") <= at_s {
                let ends = period_end(anchor, at_s, &item["price"]["recurring"]);
                item["current_period_start"] = at_s.into();
                item["current_period_end"] = ends.into();
            }
        }
        let mut before = self.set(id, json!({ "items": items }));
        let mut lines = self.period_lines(id, false);
        lines.extend(used);
        let pending = self.pending(subscription.text("customer"), Some(id));
        lines.extend(pending.iter().map(|item| self.line_for(item)));
        let invoice = self.bill(id, "subscription_cycle", lines);
        self.invoiced(&pending, &invoice);
        let mut fields = json!({ "latest_invoice": invoice });
        if subscription.text("status") == "trialing" {
            fields["status"] = "active".into();
        }
        let more = self.set(id, fields);
        for (name, value) in more.as_object().into_iter().flatten() {
            before[name.as_str()] = value.clone();
        }
        self.emit_changed("customer.subscription.updated", id, before);
        let finalizes = at_s + DRAFT_S;
        self.set(&invoice, json!({ "automatically_finalizes_at": finalizes }));
        self.due(subscription.text("test_clock"), finalizes, Job::Finalize(invoice));
        self.renewal(id);
    }

    /// The latest invoice was paid: a subscription that waited for it is active.
    pub(crate) fn subscription_paid(&mut self, id: &str) {
        if matches!(self.at(id).text("status"), "incomplete" | "past_due" | "unpaid") {
            self.emit_set("customer.subscription.updated", id, json!({ "status": "active" }));
        }
    }

    /// An invoice could not be paid: the subscription is past due, and ends with the last attempt.
    pub(crate) fn subscription_unpaid(&mut self, id: &str, is_last: bool) {
        let status = self.at(id).text("status").to_owned();
        if matches!(status.as_str(), "canceled" | "incomplete_expired") {
            return;
        }
        if is_last {
            return self.subscription_end(id, "payment_failed");
        }
        if status != "past_due" {
            self.emit_set("customer.subscription.updated", id, json!({ "status": "past_due" }));
        }
    }

    /// A subscription ends.
    pub(crate) fn subscription_end(&mut self, id: &str, reason: &str) {
        let subscription = self.at(id);
        let now = self.time_of(subscription.opt("customer"));
        let mut details = subscription["cancellation_details"].clone();
        details["reason"] = reason.into();
        let fields = json!({
            "status": "canceled", "ended_at": now,
            "canceled_at": subscription.or("canceled_at", now.into()),
            "cancellation_details": details,
        });
        self.set(id, fields);
        self.emit("customer.subscription.deleted", id);
    }

    pub(crate) fn subscriptions(&self, params: &Value) -> Answer {
        self.page_of("subscription", params, "/v1/subscriptions", |subscription| {
            let status = subscription.text("status");
            let of_price = |price: &str| {
                let mut items = subscription["items"].list("data").iter();
                items.any(|item| item["price"].text("id") == price)
            };
            let is_wanted = match params.opt("status") {
                None => status != "canceled",
                Some("all") => true,
                Some("ended") => matches!(status, "canceled" | "incomplete_expired"),
                Some(wanted) => status == wanted,
            };
            is_wanted
                && params.opt("price").is_none_or(of_price)
                && ["customer", "test_clock"].into_iter().all(|name| {
                    params.opt(name).is_none_or(|value| subscription.opt(name) == Some(value))
                })
        })
    }
}

fn trial_end(data: &Value, now: i64) -> Option<i64> {
    let days = data.get("trial_period_days").and_then(Value::as_i64);
    let ends = data.get("trial_end").and_then(Value::as_i64);
    ends.or(days.map(|days| now + days * DAY_S)).filter(|ends| *ends > now)
}

fn item_line(item: &Value, amount: i64, quantity: i64, description: String) -> Line {
    Line {
        amount,
        quantity,
        description,
        price: item["price"].clone(),
        period: (item.int("current_period_start"), item.int("current_period_end")),
        parent: json!({
            "type": "subscription_item_details", "invoice_item_details": null,
            "subscription_item_details": {
                "invoice_item": null, "proration": false, "proration_details": null,
                "subscription": item["subscription"], "subscription_item": item["id"],
            },
        }),
        metadata: item["metadata"].clone(),
    }
}
