use std::fmt;

/// One thing wrong with an input, and where.
///
/// The message completes the sentence "`field` ...", is written for the person who sent the input,
/// and never repeats a value that could be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Path of the field as its author wrote it: `messages[2].content`.
    pub field: String,
    /// What is wrong with it: `must not be empty`.
    pub message: String,
}

impl FieldError {
    /// An error at `field`.
    #[must_use]
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }

    /// The same error seen from one level further out: `name` becomes `models.demo-echo.name`.
    #[must_use]
    pub fn within(mut self, outer: &str) -> Self {
        self.field = if self.field.is_empty() {
            outer.to_owned()
        } else if self.field.starts_with('[') {
            format!("{outer}{}", self.field)
        } else {
            format!("{outer}.{}", self.field)
        };
        self
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.message)
    }
}

impl std::error::Error for FieldError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_grow_outwards() {
        let error =
            FieldError::new("content", "must not be empty").within("[2]").within("messages");
        assert_eq!(error.to_string(), "`messages[2].content` must not be empty");
        assert_eq!(FieldError::new("", "is missing").within("model").field, "model");
    }
}
