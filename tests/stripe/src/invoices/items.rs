//! What is put down for a customer's next invoice: top-ups, and what a change in the middle of a
//! period costs or gives back.

use crate::{
    World,
    error::{Answer, Refusal},
    invoices::Line,
    money,
    value::{Peek, merged},
};
use serde_json::{Value, json};

/// Something to put down.
pub(crate) struct Item<'a> {
    pub customer: &'a str,
    pub amount: i64,
    pub quantity: i64,
    pub description: String,
    pub price: Value,
    pub period: (i64, i64),
    pub subscription: Option<&'a str>,
    pub is_proration: bool,
    pub metadata: Value,
}

impl World {
    pub(crate) fn invoice_item_create(&mut self, params: &Value) -> Answer {
        let customer = params.text("customer").to_owned();
        self.find("customer", &customer, Some("customer"))?;
        let price = self.item_price(params)?;
        let quantity = params.or("quantity", 1.into()).as_i64().unwrap_or(1);
        let amount = price.int("unit_amount") * quantity;
        if let Some(id) = params.opt("subscription") {
            self.find("subscription", id, Some("subscription"))?;
        }
        let invoice = match params.opt("invoice") {
            Some(id) => Some(self.find("invoice", id, Some("invoice"))?.clone()),
            None => None,
        };
        if invoice.as_ref().is_some_and(|invoice| invoice.text("status") != "draft") {
            let refusal = Refusal::param("invoice", "The invoice is no longer editable.");
            return Err(refusal.code("invoice_not_editable"));
        }
        let now = self.time_of(Some(&customer));
        let period = &params["period"];
        let name = self.product_name(&price);
        let item = Item {
            customer: &customer,
            amount,
            quantity,
            description: params.or("description", name.into()).as_str().unwrap_or_default().into(),
            price,
            period: (
                period.or("start", now.into()).as_i64().unwrap_or(now),
                period.or("end", now.into()).as_i64().unwrap_or(now),
            ),
            subscription: params.opt("subscription"),
            is_proration: false,
            metadata: params["metadata"].clone(),
        };
        let id = self.item(&item);
        if let Some(invoice) = invoice {
            self.add_line(&invoice, &id);
        }
        Ok(self.copy(&id))
    }

    /// The price of an item: one that is there, one that is made, or a plain amount.
    fn item_price(&mut self, params: &Value) -> Answer {
        if let Some(price) = params["pricing"].opt("price") {
            return self.find("price", price, Some("pricing[price]")).cloned();
        }
        if let Some(data) = params.get("price_data") {
            let id = self.price(data, "price_data", false)?;
            return Ok(self.copy(&id));
        }
        let Some(amount) = params.get("amount").and_then(Value::as_i64) else {
            return Err(Refusal::missing("amount"));
        };
        let Some(currency) = params.opt("currency") else {
            return Err(Refusal::missing("currency"));
        };
        let currency = money::currency(currency, "currency")?;
        // What is given back is a negative amount.
        money::check(amount.abs(), &currency, "amount")?;
        let name = params.or("description", "Invoice item".into());
        let mut data = json!({
            "currency": currency, "unit_amount": amount.abs(), "product_data": { "name": name },
        });
        if let Some(behavior) = params.get("tax_behavior") {
            data["tax_behavior"] = behavior.clone();
        }
        let id = self.price(&data, "", false)?;
        let mut price = self.copy(&id);
        price["unit_amount"] = amount.into();
        price["unit_amount_decimal"] = amount.to_string().into();
        self.set(&id, price.clone());
        Ok(price)
    }

    /// Puts something down for a customer's next invoice, and tells of it.
    pub(crate) fn item(&mut self, item: &Item<'_>) -> String {
        let id = self.new_id("ii");
        let price = &item.price;
        let (start, end) = item.period;
        self.insert(json!({
            "id": id, "object": "invoiceitem", "amount": item.amount,
            "currency": price["currency"], "customer": item.customer, "customer_account": null,
            "date": self.time_of(Some(item.customer)), "description": item.description,
            "discountable": !item.is_proration, "discounts": [], "invoice": null,
            "livemode": false, "metadata": merged(&json!({}), Some(&item.metadata)),
            "net_amount": item.amount,
            "parent": item.subscription.map(|subscription| json!({
                "type": "subscription_details",
                "subscription_details": { "subscription": subscription },
            })),
            "period": { "end": end, "start": start },
            "pricing": {
                "price_details": { "price": price["id"], "product": price["product"] },
                "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"],
            },
            "proration": item.is_proration, "quantity": item.quantity,
            "quantity_decimal": item.quantity.to_string(), "tax_rates": [],
            "test_clock": self.at(item.customer)["test_clock"],
        }));
        self.emit("invoiceitem.created", &id);
        id
    }

    /// What was put down for a customer and is on no invoice: for a subscription, what is its own
    /// or nobody's; else what is nobody's.
    pub(crate) fn pending(&self, customer: &str, subscription: Option<&str>) -> Vec<Value> {
        let items = self.all("invoiceitem").filter(|item| {
            let of = item["parent"]["subscription_details"].opt("subscription");
            item.text("customer") == customer
                && item["invoice"].is_null()
                && (of.is_none() || of == subscription)
        });
        items.cloned().collect()
    }

    /// An item's line.
    pub(crate) fn line_for(&self, item: &Value) -> Line {
        let of = item["parent"]["subscription_details"].opt("subscription");
        Line {
            amount: item.int("amount"),
            quantity: item.int("quantity"),
            description: item.text("description").to_owned(),
            price: self.copy(item["pricing"]["price_details"].text("price")),
            period: (item["period"].int("start"), item["period"].int("end")),
            parent: json!({
                "type": "invoice_item_details", "subscription_item_details": null,
                "invoice_item_details": {
                    "invoice_item": item["id"], "proration": item["proration"],
                    "proration_details": null, "subscription": of,
                },
            }),
            metadata: item["metadata"].clone(),
        }
    }

    /// Notes on which invoice items are.
    pub(crate) fn invoiced(&mut self, items: &[Value], invoice: &str) {
        for item in items {
            self.set(item.text("id"), json!({ "invoice": invoice }));
        }
    }

    fn add_line(&mut self, invoice: &Value, item: &str) {
        let id = invoice.text("id");
        let item = self.copy(item);
        let line = self.line_for(&item);
        let line = self.line(id, line);
        let mut lines = invoice["lines"].list("data").to_vec();
        for known in &mut lines {
            let price = self.at(known["pricing"]["price_details"].text("price"));
            known["behavior"] = price["tax_behavior"].clone();
        }
        lines.push(line);
        self.set(id, json!({ "currency": item["currency"] }));
        let customer = self.at(invoice.text("customer"));
        let place = crate::tax::Place::of(&customer["address"]);
        let place = place.filter(|_| invoice["automatic_tax"].is("enabled"));
        self.invoice_total(id, lines, place.as_ref());
        self.invoiced(&[item], id);
        self.emit("invoice.updated", id);
    }

    pub(crate) fn invoice_items(&self, params: &Value) -> Answer {
        self.page_of("invoiceitem", params, "/v1/invoiceitems", |item| {
            params.opt("customer").is_none_or(|customer| item.text("customer") == customer)
                && params.opt("invoice").is_none_or(|invoice| item.opt("invoice") == Some(invoice))
                && (!params.is("pending") || item["invoice"].is_null())
        })
    }
}
