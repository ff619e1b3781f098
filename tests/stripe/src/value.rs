//! Small words for JSON.

use serde_json::{Map, Value, json};

/// Reads fields that are known to be there, or takes their absence as nothing.
pub(crate) trait Peek {
    /// A text, or an empty one.
    fn text(&self, name: &str) -> &str;
    /// A text, if there is one.
    fn opt(&self, name: &str) -> Option<&str>;
    /// A number, or nought.
    fn int(&self, name: &str) -> i64;
    /// Whether a field is true.
    fn is(&self, name: &str) -> bool;
    /// A list, or an empty one.
    fn list(&self, name: &str) -> &[Value];
    /// Whether a field was given.
    fn has(&self, name: &str) -> bool;
    /// A field as it is, or another value where it is null or absent.
    fn or(&self, name: &str, other: Value) -> Value;
}

impl Peek for Value {
    fn text(&self, name: &str) -> &str {
        self.opt(name).unwrap_or_default()
    }

    fn opt(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    fn int(&self, name: &str) -> i64 {
        self.get(name).and_then(Value::as_i64).unwrap_or_default()
    }

    fn is(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Bool(true))
    }

    fn list(&self, name: &str) -> &[Value] {
        self.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn or(&self, name: &str, other: Value) -> Value {
        self.get(name).filter(|value| !value.is_null()).cloned().unwrap_or(other)
    }
}

/// A list that is part of an object.
pub(crate) fn list_of(data: Vec<Value>, url: String) -> Value {
    let mut list = json!({ "object": "list", "has_more": false, "url": url });
    list["data"] = data.into();
    list
}

/// Metadata with changes: an empty value takes a name away, and null takes all.
pub(crate) fn merged(metadata: &Value, changes: Option<&Value>) -> Value {
    let mut merged = metadata.as_object().cloned().unwrap_or_default();
    match changes {
        Some(Value::Null) => merged = Map::new(),
        Some(Value::Object(changes)) => {
            for (name, value) in changes {
                if value == "" {
                    merged.remove(name);
                } else {
                    merged.insert(name.clone(), value.clone());
                }
            }
        }
        _ => {}
    }
    merged.into()
}
