//! Reading a request whose errors must name the field as the client wrote it.

use kernel::FieldError;
use serde_json::{Map, Value};

/// Why a field may not point to what a provider keeps, even where the provider could.
pub const KEPT: &str = "must not name what a provider keeps: it would be shared by all tenants";

/// An object of a request, and where in the request it stands.
///
/// Fields are taken out as they are read, so what is left at the end is what nobody knew.
pub struct Fields {
    at: String,
    map: Map<String, Value>,
}

/// An error of what only a provider of the client's own format can be asked. It is kept until it is
/// known whether the request goes to one.
#[derive(Default)]
pub struct Untold(pub Option<FieldError>);

impl Untold {
    /// Notes that a field cannot be said in another format. The first one counts.
    pub fn note(&mut self, field: impl Into<String>) {
        let message = "can only be asked of a provider that has this API itself";
        self.0.get_or_insert_with(|| FieldError::new(field, message));
    }
}

impl Fields {
    /// Notes the first of the fields that nobody has read, but for those that may be passed over.
    pub fn pass_over(&self, names: &[&str], untold: &mut Untold) {
        for name in self.left().filter(|name| !names.contains(name)) {
            untold.note(name);
        }
    }

    /// A whole request.
    pub fn new(map: Map<String, Value>) -> Self {
        Self { at: String::new(), map }
    }

    /// An object that stands at `at`.
    pub fn at(at: String, value: Value) -> Result<Self, FieldError> {
        match value {
            Value::Object(map) => Ok(Self { at, map }),
            _ => Err(FieldError::new(at, "must be an object")),
        }
    }

    /// The path of a field, or of the object itself when `name` is empty.
    pub fn path(&self, name: &str) -> String {
        match (self.at.is_empty(), name.is_empty()) {
            (true, _) => name.to_owned(),
            (false, true) => self.at.clone(),
            (false, false) => format!("{}.{name}", self.at),
        }
    }

    pub fn error(&self, name: &str, message: &str) -> FieldError {
        FieldError::new(self.path(name), message)
    }

    /// Takes a field; one that is `null` is not there.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name).filter(|value| !value.is_null())
    }

    pub fn text(&mut self, name: &str) -> Result<Option<String>, FieldError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.error(name, "must be a text")),
        }
    }

    pub fn need_text(&mut self, name: &str) -> Result<String, FieldError> {
        let text = self.text(name)?;
        text.ok_or_else(|| self.error(name, "must be given"))
    }

    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, FieldError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.error(name, "must be true or false")),
        }
    }

    /// A number between 0 and `most`.
    pub fn number(&mut self, name: &str, most: f64) -> Result<Option<f64>, FieldError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let number = value.as_f64().filter(|number| (0.0..=most).contains(number));
        let error = || self.error(name, &format!("must be between 0 and {most}"));
        number.ok_or_else(error).map(Some)
    }

    /// A whole number above zero.
    pub fn count(&mut self, name: &str) -> Result<Option<u32>, FieldError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
        let count = count.filter(|count| *count > 0);
        count.ok_or_else(|| self.error(name, "must be a whole number above zero")).map(Some)
    }

    pub fn object(&mut self, name: &str) -> Result<Option<Self>, FieldError> {
        let path = self.path(name);
        self.take(name).map(|value| Self::at(path, value)).transpose()
    }

    /// A list of objects, of which there may be at most `most`.
    pub fn objects(&mut self, name: &str, most: usize) -> Result<Option<Vec<Self>>, FieldError> {
        let path = self.path(name);
        self.take(name).map(|value| objects(&path, value, most)).transpose()
    }

    /// A list of texts.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>, FieldError> {
        let Some(value) = self.take(name) else { return Ok(Vec::new()) };
        serde_json::from_value(value).map_err(|_| self.error(name, "must be a list of texts"))
    }

    /// The names of what has not been taken.
    pub fn left(&self) -> impl Iterator<Item = &str> {
        self.map.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str())
    }

    /// What has not been taken.
    pub fn into_map(self) -> Map<String, Value> {
        self.map
    }
}

/// A list of objects that stands at `at`.
pub fn objects(at: &str, value: Value, most: usize) -> Result<Vec<Fields>, FieldError> {
    let Value::Array(values) = value else {
        return Err(FieldError::new(at, "must be a list"));
    };
    if values.len() > most {
        return Err(FieldError::new(at, format!("must have at most {most} entries")));
    }
    let object = |(index, value)| Fields::at(format!("{at}[{index}]"), value);
    values.into_iter().enumerate().map(object).collect()
}
