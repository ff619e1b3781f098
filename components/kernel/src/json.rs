use crate::FieldError;
use serde::de::DeserializeOwned;

/// Reads JSON so that an error names the field.
///
/// # Errors
/// A [`FieldError`] with the path of the first field that does not fit; the path is empty when the
/// bytes are no JSON at all.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FieldError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() {
            FieldError::new(if path == "." { String::new() } else { path }, data_message(&inner))
        } else {
            FieldError::new("", format!("is not valid JSON: {inner}"))
        }
    })?;
    json.end().map_err(|error| FieldError::new("", format!("is not valid JSON: {error}")))?;
    Ok(value)
}

/// serde's message without its position: the path says where, and the position is that of a body
/// which the caller's library wrote and the caller never sees.
fn data_message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    format!("is not as expected: {message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Outer {
        #[allow(dead_code)]
        inner: Vec<u32>,
    }

    fn error(json: &str) -> String {
        read_json::<Outer>(json.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_the_field_or_the_position() {
        assert_eq!(
            error(r#"{"inner": [1, "2"]}"#),
            "`inner[1]` is not as expected: invalid type: string \"2\", expected u32"
        );
        assert_eq!(error("{}"), "`` is not as expected: missing field `inner`");
        assert!(error("{").starts_with("`` is not valid JSON: EOF while parsing"));
        assert!(error(r#"{"inner": []} x"#).starts_with("`` is not valid JSON: trailing"));
    }
}
