//! Checkout sessions: what is asked for, what it costs, and how a buyer pays it.

mod create;
mod lines;
mod pay;

use crate::{
    World,
    error::{Answer, Refusal},
    value::{Peek, list_of},
};
use serde_json::{Value, json};

/// What a session keeps for the moment when it is paid.
#[derive(Clone, Default)]
pub(crate) struct Draft {
    /// The ids of its lines.
    pub items: Vec<String>,
    pub payment_intent_data: Value,
    pub subscription_data: Value,
    /// Whether the buyer's address becomes the customer's.
    pub keeps_address: bool,
    /// The payment intent of an attempt that was declined.
    pub intent: Option<String>,
}

impl World {
    /// A session's lines, without what is only shown when it is asked for.
    pub(crate) fn line_items_of(&self, session: &str) -> Value {
        let lines: Vec<Value> = self.lines(session).iter().map(|line| self.shown(line)).collect();
        list_of(lines, format!("/v1/checkout/sessions/{session}/line_items"))
    }

    pub(crate) fn line_items(&self, session: &str, params: &Value) -> Answer {
        self.find("checkout.session", session, None)?;
        let lines = self.lines(session);
        let url = format!("/v1/checkout/sessions/{session}/line_items");
        Self::page(lines.iter(), params, &url)
    }

    pub(crate) fn session_expire(&mut self, id: &str, _params: &Value) -> Answer {
        let session = self.find("checkout.session", id, None)?;
        if session.text("status") != "open" {
            let message = format!(
                "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout \
                 Session has a status of `{}`.",
                session.text("status")
            );
            return Err(Refusal::invalid(message));
        }
        self.expire(id);
        Ok(self.copy(id))
    }

    /// Ends a session that nobody has paid.
    pub(crate) fn expire(&mut self, id: &str) {
        if self.at(id).text("status") == "open" {
            self.set(id, json!({ "status": "expired", "url": null, "client_secret": null }));
            self.emit("checkout.session.expired", id);
        }
    }
}
