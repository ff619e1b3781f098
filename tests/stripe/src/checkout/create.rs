//! A session is asked for.

use crate::{
    World,
    checkout::Draft,
    error::{Answer, Refusal},
    tax::Place,
    time::Job,
    value::{Peek, merged},
};
use serde_json::{Value, json};

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 60 * MINUTE_S;
/// The least time that a session is open, and the most, which is the default.
const OPEN_MIN_S: i64 = 30 * MINUTE_S;
const OPEN_MAX_S: i64 = 24 * HOUR_S;
/// How far a clock that asks for the least or the most may be off.
const OPEN_LEEWAY_S: i64 = MINUTE_S;

impl World {
    pub(crate) fn session_create(&mut self, params: &Value) -> Answer {
        check_places(params)?;
        check_mode(params)?;
        let expires_at = params.or("expires_at", (self.now.s + OPEN_MAX_S).into());
        let expires_at = expires_at.as_i64().unwrap_or_default();
        let open = expires_at - self.now.s;
        if !(OPEN_MIN_S - OPEN_LEEWAY_S..=OPEN_MAX_S + OPEN_LEEWAY_S).contains(&open) {
            let message = "The `expires_at` timestamp must be between 30 minutes and 24 hours \
                           from Checkout Session creation.";
            return Err(Refusal::param("expires_at", message));
        }
        let customer = match params.opt("customer") {
            Some(id) => Some(self.find("customer", id, Some("customer"))?.clone()),
            None => None,
        };
        let keeps_address = params["customer_update"].text("address") == "auto";
        let place = customer.as_ref().and_then(|customer| Place::of(&customer["address"]));
        let is_taxed = params["automatic_tax"].is("enabled");
        if is_taxed && customer.is_some() && place.is_none() && !keeps_address {
            let message = "Automatic tax calculation in Checkout requires a valid address on the \
                           Customer. Add a valid address to the Customer or set either \
                           'customer_update[address]' to 'auto' or 'customer_update[shipping]' to \
                           'auto' to save the address entered in Checkout to the Customer.";
            let refusal = Refusal::param("customer", message);
            return Err(refusal.code("customer_tax_location_invalid"));
        }
        let items = self.lines_create(params)?;
        let id = self.session(params, &items, customer.as_ref(), expires_at);
        let draft = Draft {
            items,
            payment_intent_data: params["payment_intent_data"].clone(),
            subscription_data: params["subscription_data"].clone(),
            keeps_address,
            intent: None,
        };
        self.drafts.insert(id.clone(), draft);
        self.price_session(&id, place.as_ref());
        self.due("", expires_at, Job::Expire(id.clone()));
        Ok(self.copy(&id))
    }

    fn session(
        &mut self,
        params: &Value,
        items: &[String],
        customer: Option<&Value>,
        expires_at: i64,
    ) -> String {
        let id = self.new_id("cs_test");
        let ui_mode = params.or("ui_mode", "hosted_page".into());
        let is_hosted = ui_mode == "hosted_page";
        let secret = (!is_hosted).then(|| format!("{id}_{}", self.new_id("secret")));
        let url = is_hosted.then(|| format!("{}/pay/{id}", self.pages));
        let line = items.first().map(|item| self.at(item)).unwrap_or_default();
        let is_payment = params.text("mode") == "payment";
        let creation = params.or("customer_creation", "if_required".into());
        let is_taxed = params["automatic_tax"].is("enabled");
        let liability = json!({ "type": "self" });
        let email = customer.map_or(Value::Null, |customer| customer["email"].clone());
        let email = params.or("customer_email", email);
        let details = json!({
            "address": null, "business_name": null, "email": email, "individual_name": null,
            "name": null, "phone": null, "tax_exempt": "none", "tax_ids": null,
        });
        let invoice_data = &params["invoice_creation"]["invoice_data"];
        let mut tax_ids = params.or("tax_id_collection", json!({ "enabled": false }));
        tax_ids["required"] = tax_ids.or("required", "never".into());
        let mut session = json!({
            "id": id, "object": "checkout.session", "adaptive_pricing": { "enabled": false },
            "after_expiration": null, "allow_promotion_codes": params["allow_promotion_codes"],
            "allowed_payment_method_types": params["allowed_payment_method_types"],
            "amount_subtotal": 0, "amount_total": 0,
            "automatic_tax": {
                "enabled": is_taxed, "liability": is_taxed.then_some(liability),
                "provider": is_taxed.then_some("stripe"), "status": null,
            },
            "billing_address_collection": params["billing_address_collection"],
            "cancel_url": params["cancel_url"],
            "client_reference_id": params["client_reference_id"], "client_secret": secret,
            "collected_information": null, "consent": null,
            "consent_collection": params["consent_collection"], "created": self.now.s,
            "currency": line.or("currency", params["currency"].clone()),
            "currency_conversion": null, "custom_fields": [],
            "custom_text": {
                "after_submit": null, "shipping_address": null, "submit": null,
                "terms_of_service_acceptance": null,
            },
            "customer": params["customer"], "customer_account": null,
            "customer_creation": (is_payment && customer.is_none()).then_some(creation),
            "customer_details": if email.is_null() { Value::Null } else { details },
            "customer_email": params["customer_email"], "discounts": [],
            "expires_at": expires_at, "integration_identifier": null, "invoice": null,
            "invoice_creation": is_payment.then(|| json!({
                "enabled": params["invoice_creation"].is("enabled"),
                "invoice_data": {
                    "account_tax_ids": null, "custom_fields": null,
                    "description": invoice_data["description"], "footer": invoice_data["footer"],
                    "issuer": null, "metadata": invoice_data.or("metadata", json!({})),
                    "rendering_options": null,
                },
            })),
            "livemode": false, "locale": params["locale"], "managed_payments": null,
            "metadata": merged(&json!({}), params.get("metadata")), "mode": params["mode"],
            "origin_context": params["origin_context"], "payment_intent": null,
            "payment_link": null,
            "payment_method_collection": params.or("payment_method_collection", "if_required".into()),
            "payment_method_configuration_details": null, "payment_method_options": {},
            "payment_method_types": ["card"], "payment_status": "unpaid", "permissions": null,
            "phone_number_collection": params.or("phone_number_collection", json!({"enabled": false})),
            "recovered_from": null,
            "saved_payment_method_options": null,
            "setup_intent": null,
            "shipping_address_collection": params["shipping_address_collection"],
            "shipping_cost": null, "shipping_options": [], "status": "open",
            "submit_type": params["submit_type"], "subscription": null,
            "success_url": params["success_url"],
            "tax_id_collection": tax_ids,
            "total_details": null, "ui_mode": ui_mode, "url": url, "wallet_options": null,
        });
        if !is_hosted {
            session["redirect_on_completion"] =
                params.or("redirect_on_completion", "always".into());
            if let Some(url) = params.get("return_url") {
                session["return_url"] = url.clone();
            }
        }
        self.insert(session)
    }
}

/// Checks where the buyer is sent afterwards.
fn check_places(params: &Value) -> Answer<()> {
    let is_hosted = params.or("ui_mode", "hosted_page".into()) == "hosted_page";
    if is_hosted && !params.has("success_url") {
        return Err(Refusal::missing("success_url"));
    }
    if is_hosted && params.has("return_url") {
        let message = "`return_url` is not supported when `ui_mode` is `hosted_page`.";
        return Err(Refusal::param("return_url", message));
    }
    let only_hosted = ["success_url", "cancel_url"];
    if let Some(name) = only_hosted.into_iter().find(|name| !is_hosted && params.has(name)) {
        let message = format!("`{name}` is only supported when `ui_mode` is `hosted_page`.");
        return Err(Refusal::param(name, message));
    }
    let returns = params.text("redirect_on_completion") != "never";
    if !is_hosted && returns && !params.has("return_url") {
        return Err(Refusal::missing("return_url"));
    }
    for name in ["success_url", "cancel_url", "return_url"] {
        if let Some(url) = params.opt(name)
            && !["http://", "https://"].iter().any(|scheme| url.starts_with(scheme))
        {
            return Err(Refusal::param(name, "Not a valid URL").code("url_invalid"));
        }
    }
    Ok(())
}

/// Checks that the parameters fit the mode.
fn check_mode(params: &Value) -> Answer<()> {
    let mode = params.text("mode");
    if mode == "setup" {
        return Err(Refusal::param("mode", "The sandbox does not know setup mode."));
    }
    let of = [
        ("payment_intent_data", "payment"),
        ("invoice_creation", "payment"),
        ("customer_creation", "payment"),
        ("submit_type", "payment"),
        ("subscription_data", "subscription"),
        ("payment_method_collection", "subscription"),
    ];
    if let Some((name, of)) = of.into_iter().find(|(name, of)| params.has(name) && *of != mode) {
        let message = format!("You can not pass `{name}` in `{mode}` mode, only in `{of}` mode.");
        return Err(Refusal::param(name, message));
    }
    if params.has("customer") && params.has("customer_email") {
        let message = "You may only specify one of these parameters: customer, customer_email.";
        return Err(Refusal::param("customer_email", message));
    }
    if params.has("customer_update") && !params.has("customer") {
        let message = "`customer_update` can only be used with `customer`.";
        return Err(Refusal::param("customer_update", message));
    }
    Ok(())
}
