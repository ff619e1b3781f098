//! A buyer is on the page: pays, pays later, is declined.

use crate::{
    World,
    act::Buyer,
    checkout::Draft,
    customers::{GOOD_CARD, address},
    error::{Answer, Refusal},
    invoices::Bill,
    payments::Outcome,
    subscriptions::Start,
    tax::Place,
    value::Peek,
};
use serde_json::{Value, json};

impl World {
    /// What a session would come to for a buyer who chose a country and quantities. The session
    /// is changed by it, as it is on Stripe's page.
    pub(crate) fn session_choose(&mut self, id: &str, buyer: &Buyer) -> Answer {
        let session = self.find("checkout.session", id, None)?;
        if session.text("status") != "open" {
            let message = format!(
                "This Checkout Session is no longer active. Its status is {}.",
                session.text("status")
            );
            return Err(Refusal::invalid(message));
        }
        let chosen: Vec<_> = buyer.quantities.clone().into_iter().collect();
        self.adjust(id, &chosen)?;
        let country = buyer.country.clone().unwrap_or_else(|| "US".to_owned());
        self.price_session(id, Some(&Place { country, state: buyer.state.clone() }));
        Ok(self.copy(id))
    }

    /// A buyer pays, or tries to.
    pub(crate) fn session_pay(&mut self, id: &str, buyer: &Buyer, outcome: Outcome) -> Answer {
        let session = self.session_choose(id, buyer)?;
        let draft = self.drafts.get(id).cloned().unwrap_or_default();
        let billing = billing(&session, buyer);
        if session.int("amount_total") > 0
            && let Outcome::Declines(_) = outcome
        {
            self.declined(&session, draft, outcome, &billing);
            return Ok(self.copy(id));
        }
        match session.text("mode") {
            "subscription" => self.subscribe(&session, draft, outcome, &billing),
            _ => self.purchase(&session, draft, outcome, &billing),
        }
        Ok(self.copy(id))
    }

    fn declined(&mut self, session: &Value, draft: Draft, outcome: Outcome, billing: &Value) {
        let intent = self.intent_of(session, &draft, session.opt("customer"));
        self.attempt(&intent, outcome, billing);
        self.drafts.insert(session.text("id").to_owned(), Draft { intent: Some(intent), ..draft });
    }

    /// The payment intent of a session: the one of an attempt before, or a new one.
    fn intent_of(&mut self, session: &Value, draft: &Draft, customer: Option<&str>) -> String {
        let amount = session.int("amount_total");
        let data = &draft.payment_intent_data;
        match draft.intent.clone() {
            Some(intent) => {
                self.set(&intent, json!({ "amount": amount, "customer": customer }));
                intent
            }
            None => self.intent(amount, session.text("currency"), customer, data),
        }
    }

    fn purchase(&mut self, session: &Value, draft: Draft, outcome: Outcome, billing: &Value) {
        let id = session.text("id");
        let is_invoiced = session["invoice_creation"].is("enabled");
        let is_kept = session.text("customer_creation") == "always" || is_invoiced;
        let customer = self.customer_of(session, &draft, billing, is_kept);
        let intent = (session.int("amount_total") > 0).then(|| {
            let intent = self.intent_of(session, &draft, customer.as_deref());
            self.set(&intent, json!({ "payment_method": GOOD_CARD }));
            self.attempt(&intent, outcome, billing);
            intent
        });
        let is_paid = outcome == Outcome::Succeeds || intent.is_none();
        let invoice = (is_invoiced && is_paid).then(|| self.new_id("in"));
        let fields = json!({
            "customer": customer, "payment_intent": intent, "invoice": invoice,
            "payment_status": paid_as(intent.is_some(), is_paid),
        });
        self.complete(id, fields, billing);
        if let Some(invoice) = invoice {
            self.invoice_of(id, &invoice);
        }
    }

    /// Writes the invoice of a session that was paid.
    pub(crate) fn invoice_of(&mut self, id: &str, invoice: &str) {
        let session = self.at(id);
        let (customer, now) = (session.text("customer").to_owned(), self.now.s);
        let lines = self.lines(id).iter().map(|line| Bill::line_of(line, (now, now))).collect();
        let bill = Bill {
            id: Some(invoice.to_owned()),
            reason: "manual",
            is_taxed: session["automatic_tax"].is("enabled"),
            place: Place::of(&session["customer_details"]["address"]),
            data: session["invoice_creation"]["invoice_data"].clone(),
            lines,
            ..Bill::new(&customer, session.text("currency"))
        };
        self.invoice_draft(bill);
        self.invoice_open(invoice);
        if let Some(intent) = session.opt("payment_intent") {
            self.payment_of(invoice, intent);
        }
        self.invoice_paid(invoice);
    }

    fn subscribe(&mut self, session: &Value, draft: Draft, outcome: Outcome, billing: &Value) {
        let id = session.text("id");
        let Some(customer) = self.customer_of(session, &draft, billing, true) else { return };
        let card = if outcome == Outcome::Waits { "pm_sepaDebit" } else { GOOD_CARD };
        self.keep_card(&customer, card);
        let start = Start {
            customer: &customer,
            lines: self.lines(id),
            data: &draft.subscription_data,
            is_taxed: session["automatic_tax"].is("enabled"),
            billing,
            outcome,
        };
        let subscription = self.subscription_start(start);
        let invoice = self.at(&subscription).text("latest_invoice").to_owned();
        let is_paid = self.at(&invoice).text("status") == "paid";
        let fields = json!({
            "customer": customer, "subscription": subscription, "invoice": invoice,
            "payment_status": paid_as(session.int("amount_total") > 0, is_paid),
        });
        self.complete(id, fields, billing);
    }

    fn complete(&mut self, id: &str, mut fields: Value, billing: &Value) {
        fields["status"] = "complete".into();
        fields["url"] = Value::Null;
        fields["customer_details"] = json!({
            "address": billing["address"], "business_name": null, "email": billing["email"],
            "individual_name": null, "name": billing["name"], "phone": billing["phone"],
            "tax_exempt": "none", "tax_ids": [],
        });
        self.set(id, fields);
        self.emit("checkout.session.completed", id);
    }

    /// The session's customer: the one it was made for, or one that is made of what was entered.
    fn customer_of(
        &mut self,
        session: &Value,
        draft: &Draft,
        billing: &Value,
        is_kept: bool,
    ) -> Option<String> {
        if let Some(customer) = session.opt("customer") {
            if draft.keeps_address {
                let fields = json!({ "address": billing["address"] });
                self.emit_set("customer.updated", customer, fields);
            }
            return Some(customer.to_owned());
        }
        if !is_kept {
            return None;
        }
        let customer = self.customer_create(billing).ok()?;
        customer.opt("id").map(str::to_owned)
    }

    /// A payment that waited for its bank has come, or has not.
    pub(crate) fn payment_ends(&mut self, intent: &str, outcome: Outcome) -> Answer {
        let found = self.find("payment_intent", intent, Some("payment"))?;
        if found.text("status") != "processing" {
            return Err(Refusal::invalid("This payment does not wait for its bank."));
        }
        self.attempt(intent, outcome, &json!({}));
        let of_intent = |payment: &&Value| payment["payment"].opt("payment_intent") == Some(intent);
        let invoice = self.all("invoice_payment").rev().find(of_intent);
        let invoice = invoice.map(|payment| payment.text("invoice").to_owned());
        if let Some(invoice) = &invoice {
            self.invoice_settled(invoice, outcome);
        }
        let session = self.all("checkout.session").find(|session| {
            session.opt("payment_intent") == Some(intent)
                || (invoice.is_some() && session.opt("invoice") == invoice.as_deref())
        });
        let Some(session) = session.cloned() else { return Ok(self.copy(intent)) };
        self.session_ends(&session, outcome);
        Ok(self.copy(session.text("id")))
    }

    fn session_ends(&mut self, session: &Value, outcome: Outcome) {
        let id = session.text("id");
        if outcome != Outcome::Succeeds {
            return self.emit("checkout.session.async_payment_failed", id);
        }
        let is_invoiced = session["invoice_creation"].is("enabled");
        let invoice = is_invoiced.then(|| self.new_id("in"));
        self.set(id, json!({ "payment_status": "paid" }));
        if let Some(invoice) = &invoice {
            self.set(id, json!({ "invoice": invoice }));
        }
        self.emit("checkout.session.async_payment_succeeded", id);
        if let Some(invoice) = invoice {
            self.invoice_of(id, &invoice);
        }
    }
}

fn paid_as(costs: bool, is_paid: bool) -> &'static str {
    match (costs, is_paid) {
        (false, _) => "no_payment_required",
        (true, true) => "paid",
        (true, false) => "unpaid",
    }
}

/// What the buyer entered, or would have.
fn billing(session: &Value, buyer: &Buyer) -> Value {
    let email = session["customer_details"].or("email", "buyer@example.com".into());
    let given = json!({
        "city": buyer.city, "country": buyer.country.as_deref().unwrap_or("US"),
        "line1": buyer.line1, "postal_code": buyer.postal_code, "state": buyer.state,
    });
    json!({
        "address": address(&given),
        "email": buyer.email.clone().map_or(email, Value::from),
        "name": buyer.name.as_deref().unwrap_or("A Buyer"), "phone": null,
    })
}
