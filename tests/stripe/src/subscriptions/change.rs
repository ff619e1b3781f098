//! A subscription is changed or cancelled in the middle of its period.

use crate::{
    World,
    error::{Answer, Refusal},
    invoices::Item,
    payments::Outcome,
    tax::rounded,
    time::period_end,
    value::{Peek, list_of, merged},
};
use serde_json::{Value, json};

impl World {
    pub(crate) fn subscription_update(&mut self, id: &str, params: &Value) -> Answer {
        let before = self.live(id)?;
        let is_paid_now = params.opt("proration_behavior") == Some("always_invoice");
        if is_paid_now && params.opt("payment_behavior") == Some("error_if_incomplete") {
            let customer = self.at(before.text("customer"));
            let card = customer["invoice_settings"].text("default_payment_method");
            if !matches!(Outcome::of(card), Ok(Outcome::Succeeds)) {
                return Err(Refusal::declined("generic_decline", Value::Null));
            }
        }
        let mut fields = json!({
            "metadata": merged(&before["metadata"], params.get("metadata")),
        });
        for name in ["default_payment_method", "description"] {
            if let Some(value) = params.get(name) {
                fields[name] = value.clone();
            }
        }
        if let Some(tax) = params.get("automatic_tax") {
            fields["automatic_tax"] = before["automatic_tax"].clone();
            fields["automatic_tax"]["enabled"] = tax["enabled"].clone();
        }
        let mut details = before["cancellation_details"].clone();
        for name in ["comment", "feedback"] {
            if let Some(value) = params["cancellation_details"].get(name) {
                details[name] = value.clone();
            }
        }
        if let Some(cancels) = params.get("cancel_at_period_end").and_then(Value::as_bool) {
            let items = before["items"].list("data").iter();
            let ends = items.map(|item| item.int("current_period_end")).min();
            let now = self.time_of(before.opt("customer"));
            details["reason"] = cancels.then_some("cancellation_requested").into();
            fields["cancel_at_period_end"] = cancels.into();
            fields["cancel_at"] = cancels.then_some(ends).into();
            fields["canceled_at"] = cancels.then_some(now).into();
        }
        fields["cancellation_details"] = details;
        let items = self.items_changed(&before, params)?;
        let url = format!("/v1/subscription_items?subscription={id}");
        fields["items"] = list_of(items.clone(), url);
        let behavior = params.or("proration_behavior", "create_prorations".into());
        if behavior != "none" {
            self.prorate(&before, &items);
        }
        if behavior == "always_invoice" {
            // The change stands before it is paid, or is not.
            self.set(id, json!({ "items": fields["items"] }));
            let latest = self.bill_now(&before);
            fields["latest_invoice"] = latest.unwrap_or_else(|| before["latest_invoice"].clone());
            fields["items"] = self.at(id)["items"].clone();
        }
        let after = self.set(id, fields);
        let mut was = after;
        if before["items"] != self.at(id)["items"] {
            was["items"] = before["items"].clone();
        }
        self.emit_changed("customer.subscription.updated", id, was);
        Ok(self.copy(id))
    }

    pub(crate) fn subscription_cancel(&mut self, id: &str, params: &Value) -> Answer {
        let before = self.live(id)?;
        if params.is("prorate") {
            self.prorate(&before, &[]);
        }
        if params.is("invoice_now") {
            self.bill_now(&before);
        }
        let mut details = before["cancellation_details"].clone();
        for name in ["comment", "feedback"] {
            if let Some(value) = params["cancellation_details"].get(name) {
                details[name] = value.clone();
            }
        }
        self.set(id, json!({ "cancellation_details": details }));
        self.subscription_end(id, "cancellation_requested");
        Ok(self.copy(id))
    }

    fn live(&self, id: &str) -> Answer {
        let found = self.find("subscription", id, None)?;
        match found.text("status") {
            "canceled" | "incomplete_expired" => Err(Refusal::no_such("subscription", id, None)),
            _ => Ok(found.clone()),
        }
    }

    fn items_changed(&mut self, subscription: &Value, params: &Value) -> Answer<Vec<Value>> {
        let mut items = subscription["items"].list("data").to_vec();
        for (index, change) in params.list("items").iter().enumerate() {
            let at = format!("items[{index}]");
            let price = match (change.opt("price"), change.get("price_data")) {
                (Some(id), _) => {
                    Some(self.find("price", id, Some(&format!("{at}[price]")))?.clone())
                }
                (None, Some(data)) => {
                    let id = self.price(data, &format!("{at}[price_data]"), false)?;
                    Some(self.copy(&id))
                }
                (None, None) => None,
            };
            if price.as_ref().is_some_and(|price| price["recurring"].is_null()) {
                let message = "The price specified is set to `type=one_time` but this field only \
                               accepts prices with `type=recurring`.";
                return Err(Refusal::param(format!("{at}[price]"), message));
            }
            let quantity = change.get("quantity").and_then(Value::as_i64);
            if quantity.is_some_and(|quantity| quantity < 0) {
                let refusal =
                    Refusal::param(format!("{at}[quantity]"), "Invalid non-negative integer");
                return Err(refusal.code("parameter_invalid_integer"));
            }
            let Some(id) = change.opt("id") else {
                let price = price.ok_or_else(|| Refusal::missing(format!("{at}[price]")))?;
                items.push(self.item_added(subscription, price, quantity.unwrap_or(1)));
                continue;
            };
            let Some(place) = items.iter().position(|item| item.text("id") == id) else {
                return Err(Refusal::no_such("subscription_item", id, Some(&format!("{at}[id]"))));
            };
            if change.is("deleted") {
                items.remove(place);
            } else if let Some(item) = items.get_mut(place) {
                if let Some(price) = price {
                    item["plan"]["id"] = price["id"].clone();
                    item["plan"]["amount"] = price["unit_amount"].clone();
                    item["price"] = price;
                }
                if let Some(quantity) = quantity {
                    item["quantity"] = quantity.into();
                }
                item["metadata"] = merged(&item["metadata"], change.get("metadata"));
            }
        }
        if items.is_empty() {
            let message = "A subscription must have at least one active plan.";
            return Err(Refusal::param("items", message));
        }
        Ok(items)
    }

    fn item_added(&mut self, subscription: &Value, price: Value, quantity: i64) -> Value {
        let now = self.time_of(subscription.opt("customer"));
        let anchor = subscription.int("billing_cycle_anchor");
        let ends = period_end(anchor, now, &price["recurring"]);
        let line = json!({ "price": price, "quantity": quantity });
        self.subscription_item(subscription.text("id"), &line, (now, ends))
    }

    /// Puts down what a change gives back and costs for the rest of the period.
    fn prorate(&mut self, subscription: &Value, after: &[Value]) {
        let before = subscription["items"].list("data");
        let costs = |item: &Value| item["price"].int("unit_amount") * item.int("quantity");
        let is_in = |items: &[Value], item: &Value| {
            let same = |other: &Value| other["id"] == item["id"] && costs(other) == costs(item);
            items.iter().any(same)
        };
        for item in before.iter().filter(|item| !is_in(after, item)) {
            self.proration(subscription, item, -costs(item), "Unused time on");
        }
        for item in after.iter().filter(|item| !is_in(before, item)) {
            self.proration(subscription, item, costs(item), "Remaining time on");
        }
    }

    fn proration(&mut self, subscription: &Value, item: &Value, whole: i64, what: &str) {
        let (start, end) = (item.int("current_period_start"), item.int("current_period_end"));
        let now = self.time_of(subscription.opt("customer")).clamp(start, end);
        let trialing = subscription.text("status") == "trialing";
        if end == start || trialing || item["price"]["recurring"].text("usage_type") == "metered" {
            return;
        }
        let part = i128::from(whole) * i128::from(end - now);
        let amount = i64::try_from(part).map_or(whole, |part| rounded(part, end - start));
        let quantity = item.int("quantity");
        let name = self.product_name(&item["price"]);
        self.item(&Item {
            customer: subscription.text("customer"),
            amount,
            quantity,
            description: format!("{what} {quantity} × {name}"),
            price: item["price"].clone(),
            period: (now, end),
            subscription: subscription.opt("id"),
            is_proration: true,
            metadata: json!({}),
        });
    }

    /// Invoices at once what was put down for a subscription, if anything was.
    fn bill_now(&mut self, subscription: &Value) -> Option<Value> {
        let id = subscription.text("id");
        let pending = self.pending(subscription.text("customer"), Some(id));
        if pending.is_empty() {
            return None;
        }
        let lines = pending.iter().map(|item| self.line_for(item)).collect();
        let invoice = self.bill(id, "subscription_update", lines);
        self.invoiced(&pending, &invoice);
        self.invoice_open(&invoice);
        self.collect_by_card(&invoice);
        Some(invoice.into())
    }
}
