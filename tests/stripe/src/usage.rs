//! Meters and what is reported to them.

use crate::{
    World,
    error::{Answer, Refusal},
    value::Peek,
};
use serde_json::{Value, json};

const HOUR_S: i64 = 60 * 60;
const DAY_S: i64 = 24 * HOUR_S;
/// How old a report may be, and how far ahead.
const PAST_S: i64 = 35 * DAY_S;
const AHEAD_S: i64 = 5 * 60;
/// For how long an identifier is remembered.
const IDENTIFIER_S: i64 = DAY_S;

/// A report of usage.
#[derive(Clone)]
pub(crate) struct Reported {
    account: Option<String>,
    meter: String,
    identifier: String,
    customer: String,
    value: i64,
    timestamp: i64,
    reported_at: i64,
}

impl World {
    pub(crate) fn meter_create(&mut self, params: &Value) -> Answer {
        let name = params.text("event_name");
        let is_same = |meter: &Value| meter.text("event_name") == name;
        if self.all("billing.meter").any(is_same) {
            let message = format!("An active meter already exists for event_name `{name}`.");
            let refusal = Refusal::param("event_name", message);
            return Err(refusal.code("resource_already_exists"));
        }
        let id = self.new_id("mtr_test");
        let mapping = json!({ "event_payload_key": "stripe_customer_id", "type": "by_id" });
        self.insert(json!({
            "id": id, "object": "billing.meter", "created": self.now.s,
            "customer_mapping": params.or("customer_mapping", mapping),
            "default_aggregation": params["default_aggregation"],
            "display_name": params["display_name"], "event_name": name,
            "event_time_window": params["event_time_window"], "livemode": false,
            "status": "active", "status_transitions": { "deactivated_at": null },
            "updated": self.now.s,
            "value_settings": params.or("value_settings", json!({ "event_payload_key": "value" })),
        }));
        self.emit("billing.meter.created", &id);
        Ok(self.copy(&id))
    }

    pub(crate) fn meter_event_create(&mut self, params: &Value) -> Answer {
        let name = params.text("event_name");
        let meter = self.all("billing.meter").find(|meter| meter.text("event_name") == name);
        let Some(meter) = meter.cloned() else {
            let message = format!("No active meter found for event_name `{name}`.");
            return Err(Refusal::param("event_name", message));
        };
        let key = meter["customer_mapping"].text("event_payload_key");
        let Some(customer) = params["payload"].opt(key).map(str::to_owned) else {
            return Err(Refusal::missing(format!("payload[{key}]")));
        };
        let param = format!("payload[{key}]");
        self.find("customer", &customer, Some(&param))?;
        let key = meter["value_settings"].text("event_payload_key");
        let value = params["payload"].opt(key).and_then(|text| text.parse::<i64>().ok());
        let is_count = meter["default_aggregation"].text("formula") == "count";
        let Some(value) = value.filter(|value| *value >= 0).or(is_count.then_some(1)) else {
            let message = "The value of a meter event must be a whole number.";
            return Err(Refusal::param(format!("payload[{key}]"), message));
        };
        let now = self.time_of(Some(&customer));
        let timestamp = params.or("timestamp", now.into()).as_i64().unwrap_or_default();
        if timestamp < now - PAST_S || timestamp > now + AHEAD_S {
            let message = "The timestamp must be within the past 35 calendar days or up to 5 \
                           minutes in the future.";
            return Err(Refusal::param("timestamp", message));
        }
        let identifier = params.opt("identifier").map_or_else(|| self.new_id("id"), str::to_owned);
        let is_known = |known: &&Reported| {
            known.identifier == identifier
                && known.account == self.now.account
                && self.now.s - known.reported_at < IDENTIFIER_S
        };
        if self.meter_events.iter().any(|known| is_known(&known)) {
            let message = format!("An event already exists with identifier {identifier}.");
            return Err(Refusal::param("identifier", message));
        }
        self.meter_events.push(Reported {
            account: self.now.account.clone(),
            meter: meter.text("id").to_owned(),
            identifier: identifier.clone(),
            customer,
            value,
            timestamp,
            reported_at: self.now.s,
        });
        Ok(json!({
            "object": "billing.meter_event", "created": self.now.s, "event_name": name,
            "identifier": identifier, "livemode": false, "payload": params["payload"],
            "timestamp": timestamp,
        }))
    }

    /// What a customer used in `[from, to)`.
    pub(crate) fn used(&self, meter: &str, customer: &str, from: i64, to: i64) -> i64 {
        let counted = self.meter_events.iter().filter(|event| {
            event.meter == meter
                && event.customer == customer
                && (from..to).contains(&event.timestamp)
        });
        match self.at(meter)["default_aggregation"].text("formula") {
            "count" => counted.fold(0, |count, _| count + 1),
            "last" => counted.max_by_key(|event| event.timestamp).map_or(0, |event| event.value),
            _ => counted.map(|event| event.value).sum(),
        }
    }

    pub(crate) fn meter_summaries(&self, meter: &str, params: &Value) -> Answer {
        self.find("billing.meter", meter, None)?;
        let (from, to) = (params.int("start_time"), params.int("end_time"));
        let used = self.used(meter, params.text("customer"), from, to);
        let summary = json!({
            "id": format!("mtrusg_{from}"), "object": "billing.meter_event_summary",
            "aggregated_value": used, "end_time": to, "livemode": false, "meter": meter,
            "start_time": from,
        });
        let url = format!("/v1/billing/meters/{meter}/event_summaries");
        Ok(json!({ "object": "list", "data": [summary], "has_more": false, "url": url }))
    }
}
