//! The objects, and the events that tell of their changes.

use crate::{
    World,
    error::{Answer, Refusal},
    value::Peek,
};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// An object and the connected account that it belongs to.
pub(crate) struct Entry {
    pub account: Option<String>,
    pub value: Arc<Value>,
}

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// How many characters of an id come of each of its two numbers.
const HALF_CHARS: usize = 10;
/// What SplitMix64 adds for each number.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// The version of Stripe's API that npm `stripe` 23.1.0 asks for.
pub(crate) const API_VERSION: &str = "2026-10-28.endive";

impl World {
    /// An id that was not given before.
    pub(crate) fn new_id(&mut self, prefix: &str) -> String {
        let mut id = format!("{prefix}_");
        for half in 0..2_u64 {
            // SplitMix64, which gives each number of a sequence another number.
            let mut z = self.seed.wrapping_add((self.given * 2 + half).wrapping_mul(GOLDEN));
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            for _ in 0..HALF_CHARS {
                let letter = ALPHABET.get((z % 62) as usize).copied().unwrap_or(b'0');
                id.push(char::from(letter));
                z /= 62;
            }
        }
        // The number itself stands last, and so no two ids are the same.
        id.push_str(&format!("{:04x}", self.given));
        self.given += 1;
        id
    }

    /// Keeps an object under its id.
    pub(crate) fn insert(&mut self, value: Value) -> String {
        let (id, kind) = (value.text("id").to_owned(), value.text("object").to_owned());
        self.kinds.entry(kind).or_default().push(id.clone());
        let entry = Entry { account: self.now.account.clone(), value: Arc::new(value) };
        self.objects.insert(id.clone(), entry);
        id
    }

    /// An object of the account that asks.
    pub(crate) fn get(&self, id: &str) -> Option<&Value> {
        let entry = self.objects.get(id)?;
        (entry.account == self.now.account).then_some(&entry.value)
    }

    /// An object that is known to be there, as it is at this moment.
    pub(crate) fn at(&self, id: &str) -> Arc<Value> {
        let entry = self.objects.get(id).filter(|entry| entry.account == self.now.account);
        entry.map(|entry| entry.value.clone()).unwrap_or_default()
    }

    /// A copy of an object that is known to be there.
    pub(crate) fn copy(&self, id: &str) -> Value {
        self.get(id).cloned().unwrap_or_default()
    }

    /// An object of a kind, or Stripe's answer that there is none.
    pub(crate) fn find(&self, kind: &str, id: &str, param: Option<&str>) -> Answer<&Value> {
        match self.get(id) {
            // What was deleted can still be looked at, and not used.
            Some(value) if param.is_some() && value.is("deleted") => {
                Err(Refusal::no_such(kind, id, param))
            }
            Some(value) if value.text("object") == kind => Ok(value),
            _ => Err(Refusal::no_such(kind, id, param)),
        }
    }

    /// All objects of a kind, oldest first.
    pub(crate) fn all<'a>(&'a self, kind: &str) -> impl DoubleEndedIterator<Item = &'a Value> {
        let ids = self.kinds.get(kind).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| self.get(id))
    }

    /// Sets fields of an object, and returns what those that changed were before.
    pub(crate) fn set(&mut self, id: &str, fields: Value) -> Value {
        let mut before = Map::new();
        let Some(entry) = self.objects.get_mut(id) else { return before.into() };
        let object = Arc::make_mut(&mut entry.value);
        if let Value::Object(fields) = fields {
            for (name, value) in fields {
                let field = &mut object[name.as_str()];
                if *field != value {
                    before.insert(name, std::mem::replace(field, value));
                }
            }
        }
        before.into()
    }

    /// Tells of an object as it is now.
    pub(crate) fn emit(&mut self, kind: &str, id: &str) {
        let mut data = Map::new();
        data.insert("object".to_owned(), self.shown(&self.at(id)));
        self.emit_data(kind, data);
    }

    /// Sets fields of an object, and tells of it with what those fields were before.
    pub(crate) fn emit_set(&mut self, kind: &str, id: &str, fields: Value) {
        let before = self.set(id, fields);
        self.emit_changed(kind, id, before);
    }

    /// Tells of an object as it is now, with what its fields were before.
    pub(crate) fn emit_changed(&mut self, kind: &str, id: &str, before: Value) {
        let object = self.object(id).cloned().unwrap_or_default();
        let mut data = Map::new();
        data.insert("object".to_owned(), object);
        data.insert("previous_attributes".to_owned(), before);
        self.emit_data(kind, data);
    }

    fn emit_data(&mut self, kind: &str, data: Map<String, Value>) {
        let id = self.new_id("evt");
        let mut event = json!({
            "id": id, "object": "event", "api_version": API_VERSION, "created": self.now.s,
            "livemode": false, "pending_webhooks": 1, "type": kind,
            "request": { "id": self.now.request, "idempotency_key": self.now.idempotency_key },
        });
        event["data"] = data.into();
        if let Some(account) = &self.now.account {
            event["account"] = account.as_str().into();
        }
        self.events.push(event);
    }

    /// An object without what Stripe shows only when it is asked to expand it.
    pub(crate) fn shown(&self, value: &Value) -> Value {
        let mut value = value.clone();
        if value.text("object") == "item"
            && let Some(fields) = value.as_object_mut()
        {
            fields.remove("taxes");
        }
        value
    }
}
