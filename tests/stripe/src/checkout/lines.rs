//! A session's lines, and what they come to.

use crate::{
    World,
    error::{Answer, Refusal},
    tax::Place,
    value::{Peek, merged},
};
use serde_json::{Value, json};

const LINES_MAX: usize = 100;
const QUANTITY_MAX: i64 = 999_999;
/// What the buyer may choose where nothing else is said.
const ADJUSTABLE_MAX_DEFAULT: i64 = 99;

impl World {
    /// Makes a session's lines, without their totals.
    pub(crate) fn lines_create(&mut self, params: &Value) -> Answer<Vec<String>> {
        let lines = params.list("line_items");
        let mode = params.text("mode");
        if lines.is_empty() {
            return Err(Refusal::missing("line_items"));
        }
        if lines.len() > LINES_MAX {
            return Err(Refusal::param("line_items", "There can be at most 100 line items."));
        }
        let mut items = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            items.push(self.line_create(line, params, &format!("line_items[{index}]"))?);
        }
        let prices = || items.iter().map(|item| self.at(item)["price"].clone());
        if mode == "subscription" && prices().all(|price| price["recurring"].is_null()) {
            let message = "You must provide at least one recurring price in `subscription` mode \
                           when using prices.";
            return Err(Refusal::param("line_items", message));
        }
        let currencies: Vec<Value> = prices().map(|price| price["currency"].clone()).collect();
        if currencies.windows(2).any(|pair| pair.first() != pair.last()) {
            let message = "You can not have more than one currency in a Checkout Session.";
            return Err(Refusal::param("line_items", message));
        }
        Ok(items)
    }

    fn line_create(&mut self, line: &Value, params: &Value, at: &str) -> Answer<String> {
        let price = match (line.opt("price"), line.get("price_data")) {
            (Some(id), None) => {
                let price = self.find("price", id, Some(&format!("{at}[price]")))?;
                if !price.is("active") {
                    let message = format!("The price specified is inactive: {id}.");
                    return Err(Refusal::param(format!("{at}[price]"), message));
                }
                price.clone()
            }
            (None, Some(data)) => {
                let id = self.price(data, &format!("{at}[price_data]"), false)?;
                self.copy(&id)
            }
            _ => {
                let message = "You must specify either `price` or `price_data` for each line item.";
                return Err(Refusal::param(at, message));
            }
        };
        if params.text("mode") == "payment" && !price["recurring"].is_null() {
            let message = "You specified `payment` mode but passed a recurring price. Either \
                           switch to `subscription` mode or use only one-time prices.";
            return Err(Refusal::param(format!("{at}[price]"), message));
        }
        let behavior = price.text("tax_behavior");
        if params["automatic_tax"].is("enabled") && behavior == "unspecified" {
            let message = "Tax behavior must be set on a price where automatic tax is enabled.";
            return Err(Refusal::param(format!("{at}[price_data][tax_behavior]"), message));
        }
        let is_metered = price["recurring"].text("usage_type") == "metered";
        let quantity = match line.get("quantity").and_then(Value::as_i64) {
            Some(_) if is_metered => {
                let message = "Quantity should not be specified where usage_type is metered.";
                return Err(Refusal::param(format!("{at}[quantity]"), message));
            }
            None if is_metered => 0,
            Some(quantity) if (1..=QUANTITY_MAX).contains(&quantity) => quantity,
            Some(_) => {
                let message = "This value must be greater than or equal to 1.";
                let refusal = Refusal::param(format!("{at}[quantity]"), message);
                return Err(refusal.code("parameter_invalid_integer"));
            }
            None => return Err(Refusal::missing(format!("{at}[quantity]"))),
        };
        let adjustable = match line.get("adjustable_quantity") {
            Some(adjustable) if adjustable.is("enabled") => json!({
                "enabled": true, "minimum": adjustable.or("minimum", 0.into()),
                "maximum": adjustable.or("maximum", ADJUSTABLE_MAX_DEFAULT.into()),
            }),
            _ => Value::Null,
        };
        let id = self.new_id("li");
        Ok(self.insert(json!({
            "id": id, "object": "item", "adjustable_quantity": adjustable, "amount_discount": 0,
            "amount_subtotal": 0, "amount_tax": 0, "amount_total": 0,
            "currency": price["currency"], "description": self.product_name(&price),
            "metadata": merged(&json!({}), line.get("metadata")), "price": price,
            "quantity": if is_metered { Value::Null } else { quantity.into() }, "taxes": [],
        })))
    }

    /// Works out what a session's lines and the session come to, for a buyer at a place.
    pub(crate) fn price_session(&mut self, id: &str, place: Option<&Place>) {
        let session = self.at(id);
        let is_taxed = session["automatic_tax"].is("enabled");
        let draft = self.drafts.get(id).cloned().unwrap_or_default();
        let is_trial = ["trial_end", "trial_period_days"]
            .into_iter()
            .any(|name| draft.subscription_data.has(name));
        let (mut subtotal, mut tax, mut total) = (0, 0, 0);
        for item in draft.items {
            let line = self.at(&item);
            let is_free = is_trial && !line["price"]["recurring"].is_null();
            let amount = line["price"].int("unit_amount") * line.int("quantity");
            let amount = if is_free { 0 } else { amount };
            let mut fields = json!({
                "amount_subtotal": amount, "amount_tax": 0, "amount_total": amount, "taxes": [],
            });
            if let Some(place) = place.filter(|_| is_taxed) {
                let taxed = self.tax(amount, line["price"].text("tax_behavior"), place);
                let on_top = if taxed.is_inclusive { 0 } else { taxed.amount };
                fields = json!({
                    "amount_subtotal": amount, "amount_tax": taxed.amount,
                    "amount_total": amount + on_top,
                    "taxes": [{
                        "amount": taxed.amount, "rate": taxed.rate,
                        "taxability_reason": taxed.reason, "taxable_amount": taxed.taxable,
                    }],
                });
            }
            subtotal += amount;
            tax += fields.int("amount_tax");
            total += fields.int("amount_total");
            self.set(&item, fields);
        }
        let mut automatic_tax = session["automatic_tax"].clone();
        if is_taxed {
            let status = if place.is_some() { "complete" } else { "requires_location_inputs" };
            automatic_tax["status"] = status.into();
        }
        let totals = json!({
            "amount_subtotal": subtotal, "amount_total": total, "automatic_tax": automatic_tax,
            "total_details": { "amount_discount": 0, "amount_shipping": 0, "amount_tax": tax },
        });
        self.set(id, totals);
    }

    /// Sets the quantities that a buyer chose, by the lines' ids.
    pub(crate) fn adjust(&mut self, session: &str, chosen: &[(String, i64)]) -> Answer<()> {
        for (id, quantity) in chosen {
            let Some(line) = self.lines(session).into_iter().find(|line| line.text("id") == id)
            else {
                return Err(Refusal::no_such("item", id, Some("quantities")));
            };
            let adjustable = &line["adjustable_quantity"];
            let bounds = adjustable.int("minimum").max(1)..=adjustable.int("maximum");
            let is_same = line.int("quantity") == *quantity;
            let is_allowed = adjustable.is("enabled") && bounds.contains(quantity);
            if !is_same && !is_allowed {
                let message = format!("The quantity of {id} cannot be {quantity}.");
                return Err(Refusal::param("quantities", message));
            }
            self.set(id, json!({ "quantity": quantity }));
        }
        Ok(())
    }
}
