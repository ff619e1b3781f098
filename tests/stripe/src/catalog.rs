//! Products and prices.

use crate::{
    World,
    error::{Answer, Refusal},
    money,
    value::{Peek, merged},
};
use serde_json::{Value, json};

impl World {
    pub(crate) fn product_create(&mut self, params: &Value) -> Answer {
        if let Some(id) = params.opt("id")
            && self.object(id).is_some()
        {
            let refusal = Refusal::param("id", "Product already exists.");
            return Err(refusal.code("resource_already_exists"));
        }
        let id = self.product(params, true);
        self.emit("product.created", &id);
        Ok(self.copy(&id))
    }

    fn product(&mut self, params: &Value, is_active: bool) -> String {
        let id = params.opt("id").map_or_else(|| self.new_id("prod"), str::to_owned);
        self.insert(json!({
            "id": id, "object": "product", "active": params.or("active", is_active.into()),
            "created": self.now.s, "default_price": null, "description": params["description"],
            "images": params.or("images", json!([])), "livemode": false, "marketing_features": [],
            "metadata": merged(&json!({}), params.get("metadata")), "name": params["name"],
            "package_dimensions": null, "shippable": params["shippable"],
            "statement_descriptor": params["statement_descriptor"],
            "tax_code": params["tax_code"], "tax_details": null, "type": "service",
            "unit_label": params["unit_label"], "updated": self.now.s, "url": params["url"],
        }))
    }

    pub(crate) fn price_create(&mut self, params: &Value) -> Answer {
        let id = self.price(params, "", true)?;
        self.emit("price.created", &id);
        Ok(self.copy(&id))
    }

    /// Makes a price, and its product where `product_data` describes one. `at` is where the
    /// parameters stand in the request.
    pub(crate) fn price(&mut self, params: &Value, at: &str, is_active: bool) -> Answer<String> {
        let field = |name: &str| match at {
            "" => name.to_owned(),
            at => format!("{at}[{name}]"),
        };
        let currency = money::currency(params.text("currency"), &field("currency"))?;
        let recurring = match params.get("recurring") {
            None => Value::Null,
            Some(recurring) => json!({
                "interval": recurring["interval"],
                "interval_count": recurring.or("interval_count", 1.into()),
                "meter": recurring["meter"], "trial_period_days": null,
                "usage_type": recurring.or("usage_type", "licensed".into()),
            }),
        };
        if recurring.text("usage_type") == "metered" {
            let meter = recurring
                .opt("meter")
                .ok_or_else(|| Refusal::missing(format!("{}[meter]", field("recurring"))))?;
            self.find("billing.meter", meter, Some("recurring[meter]"))?;
        }
        let amount = match (params.get("unit_amount"), params.opt("unit_amount_decimal")) {
            (Some(_), Some(_)) => {
                let message = "You may only specify one of these parameters: unit_amount, \
                               unit_amount_decimal.";
                return Err(Refusal::param(field("unit_amount"), message));
            }
            (Some(amount), None) => amount.as_i64().unwrap_or_default(),
            (None, Some(decimal)) => decimal.parse().map_err(|_| {
                let message = "The sandbox takes whole units only.";
                Refusal::param(field("unit_amount_decimal"), message)
            })?,
            (None, None) => return Err(Refusal::missing(field("unit_amount"))),
        };
        money::check(amount, &currency, &field("unit_amount"))?;
        let product = match (params.opt("product"), params.get("product_data")) {
            (Some(product), None) => {
                self.find("product", product, Some(&field("product")))?;
                product.to_owned()
            }
            (None, Some(data)) => self.product(data, is_active),
            _ => {
                let message = "You must specify either `product` or `product_data`.";
                return Err(Refusal::param(field("product"), message));
            }
        };
        let id = self.new_id("price");
        let kind = if recurring.is_null() { "one_time" } else { "recurring" };
        Ok(self.insert(json!({
            "id": id, "object": "price", "active": params.or("active", is_active.into()),
            "billing_scheme": "per_unit", "created": self.now.s, "currency": currency,
            "custom_unit_amount": null, "livemode": false, "lookup_key": params["lookup_key"],
            "metadata": merged(&json!({}), params.get("metadata")),
            "nickname": params["nickname"], "product": product, "recurring": recurring,
            "tax_behavior": params.or("tax_behavior", "unspecified".into()),
            "tiers_mode": null, "transform_quantity": null, "type": kind,
            "unit_amount": amount, "unit_amount_decimal": amount.to_string(),
        })))
    }

    /// What a price's product is called.
    pub(crate) fn product_name(&self, price: &Value) -> String {
        self.at(price.text("product")).text("name").to_owned()
    }
}
