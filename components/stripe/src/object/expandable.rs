//! References that may have been expanded, and lists
//! ([expanding](https://docs.stripe.com/api/expanding_objects),
//! [pagination](https://docs.stripe.com/api/pagination)).

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, IgnoredAny},
};
use serde_json::Value;

/// Another object: its id, and the object itself where it was asked for or is sent along.
#[derive(Clone, Debug, PartialEq)]
pub struct Expandable<T> {
    /// The object's id.
    pub id: String,
    /// The object, if it was expanded.
    pub object: Option<Box<T>>,
}

/// Another object of which only the id matters here, expanded or not.
pub type Reference = Expandable<IgnoredAny>;

impl<'de, T: DeserializeOwned> Deserialize<'de> for Expandable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(id) => Ok(Self { id, object: None }),
            value @ Value::Object(_) => {
                let id = value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
                if id.is_empty() {
                    return Err(D::Error::missing_field("id"));
                }
                let object = serde_json::from_value(value).map_err(D::Error::custom)?;
                Ok(Self { id, object: Some(Box::new(object)) })
            }
            _ => Err(D::Error::custom("must be an id or an object")),
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub struct List<T> {
    /// What is on the page.
    #[serde(default = "Vec::new")]
    pub data: Vec<T>,
    /// Whether there is more behind the last one.
    #[serde(default)]
    pub has_more: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { data: Vec::new(), has_more: false }
    }
}
