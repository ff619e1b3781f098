//! Form bodies with names in brackets, and what may stand in them.
//!
//! A body is read against the list of its endpoint's parameters: what is not in the list is
//! refused, and what is in it comes out typed. So an endpoint sees a number where Stripe says
//! number, and an app that misspells a name hears of it as it would from Stripe.

use crate::error::{Answer, Refusal};
use serde_json::{Map, Value};

/// What a parameter may be.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Int,
    Bool,
    /// A decimal number in a string.
    Decimal,
    /// One of a few words.
    One(&'static [&'static str]),
    /// Text by name: at most 50 entries, names of 40 characters, values of 500.
    Metadata,
    /// `[0]`, `[1]` and so on; or `[]`, as often as there are entries.
    List(&'static Kind),
    Group(&'static [Field]),
    /// What may be empty too, and then takes away what was there. It is read as null.
    Clear(&'static Kind),
    /// What must be there.
    Must(&'static Kind),
    /// One or the other, by whether it has parts.
    Parts(&'static Kind, &'static Kind),
}

/// A parameter's name and what it may be.
pub(crate) type Field = (&'static str, Kind);

const EXPAND: Kind = Kind::List(&Kind::Text);
const METADATA_ENTRIES_MAX: usize = 50;
const METADATA_NAME_CHARS_MAX: usize = 40;
const METADATA_VALUE_CHARS_MAX: usize = 500;

/// Reads a form against the list of what may be in it.
pub(crate) fn read(form: &str, fields: &[Field]) -> Answer {
    let mut tree = Map::new();
    for (name, value) in form_urlencoded::parse(form.as_bytes()) {
        let Some(path) = path(&name) else {
            return Err(unknown(&name));
        };
        grow(&mut tree, &path, &value, &name)?;
    }
    group(tree, fields, "").map_err(|refusal| Refusal { by_form: true, ..refusal })
}

/// `a[b][]` is `a`, `b` and an empty name.
fn path(name: &str) -> Option<Vec<&str>> {
    let Some((first, rest)) = name.split_once('[') else { return Some(vec![name]) };
    let rest = rest.strip_suffix(']')?;
    Some(std::iter::once(first).chain(rest.split("][")).collect())
}

fn grow(tree: &mut Map<String, Value>, path: &[&str], value: &str, name: &str) -> Answer<()> {
    let [first, rest @ ..] = path else { return Ok(()) };
    let first = if first.is_empty() { tree.len().to_string() } else { (*first).to_owned() };
    if rest.is_empty() {
        tree.insert(first, value.into());
        return Ok(());
    }
    let below = tree.entry(first).or_insert_with(|| Map::new().into());
    match below {
        Value::Object(below) => grow(below, rest, value, name),
        _ => Err(Refusal::param(name, format!("Invalid object: {name} is given twice"))),
    }
}

fn unknown(name: &str) -> Refusal {
    let message = format!("Received unknown parameter: {name}");
    Refusal::param(name, message).code("parameter_unknown")
}

fn below(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}[{name}]") }
}

fn group(mut tree: Map<String, Value>, fields: &[Field], at: &str) -> Answer {
    let mut out = Map::new();
    for (name, kind) in fields {
        match tree.remove(*name) {
            Some(value) => {
                out.insert((*name).to_owned(), one(value, *kind, &below(at, name))?);
            }
            None if matches!(kind, Kind::Must(_)) => return Err(Refusal::missing(below(at, name))),
            None => {}
        }
    }
    if at.is_empty()
        && let Some(expand) = tree.remove("expand")
    {
        out.insert("expand".to_owned(), one(expand, EXPAND, "expand")?);
    }
    match tree.keys().next() {
        Some(name) => Err(unknown(&below(at, name))),
        None => Ok(out.into()),
    }
}

fn one(value: Value, kind: Kind, at: &str) -> Answer {
    match (kind, value) {
        (Kind::Must(kind), value) => one(value, *kind, at),
        (Kind::Clear(_), Value::String(text)) if text.is_empty() => Ok(Value::Null),
        (Kind::Clear(kind), value) => one(value, *kind, at),
        (Kind::Parts(_, group), value @ Value::Object(_)) => one(value, *group, at),
        (Kind::Parts(plain, _), value) => one(value, *plain, at),
        (Kind::Group(fields), Value::Object(tree)) => group(tree, fields, at),
        (Kind::Metadata, Value::Object(tree)) => metadata(tree, at),
        (Kind::List(kind), Value::Object(tree)) => list(tree, *kind, at),
        (Kind::List(_) | Kind::Group(_) | Kind::Metadata, _) => {
            Err(Refusal::param(at, format!("Invalid {at}: it must be an array or a hash")))
        }
        (_, Value::String(text)) if text.is_empty() => Err(Refusal::param(
            at,
            format!(
                "You passed an empty string for '{at}'. We assume empty values are an attempt to \
                 unset a parameter; however '{at}' cannot be unset. You should remove '{at}' from \
                 your request or supply a non-empty value."
            ),
        )
        .code("parameter_invalid_empty")),
        (kind, Value::String(text)) => plain(text, kind, at),
        (_, _) => Err(Refusal::param(at, format!("Invalid string: {at}"))),
    }
}

fn plain(text: String, kind: Kind, at: &str) -> Answer {
    match kind {
        Kind::Int => match text.parse::<i64>() {
            Ok(number) => Ok(number.into()),
            Err(_) => Err(Refusal::param(at, format!("Invalid integer: {text}"))
                .code("parameter_invalid_integer")),
        },
        Kind::Bool => match text.as_str() {
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            _ => Err(Refusal::param(at, format!("Invalid boolean: {text}"))),
        },
        Kind::Decimal => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(text.into()),
            _ => Err(Refusal::param(at, format!("Invalid decimal: {text}"))),
        },
        Kind::One(words) if !words.contains(&text.as_str()) => {
            let words = words.join(", ");
            Err(Refusal::param(at, format!("Invalid {at}: must be one of {words}")))
        }
        _ => Ok(text.into()),
    }
}

fn list(tree: Map<String, Value>, kind: Kind, at: &str) -> Answer {
    let mut entries = Vec::new();
    for (index, value) in tree {
        let Ok(number) = index.parse::<u32>() else { return Err(unknown(&below(at, &index))) };
        entries.push((number, one(value, kind, &below(at, &index))?));
    }
    entries.sort_by_key(|(index, _)| *index);
    Ok(entries.into_iter().map(|(_, value)| value).collect())
}

fn metadata(tree: Map<String, Value>, at: &str) -> Answer {
    if tree.len() > METADATA_ENTRIES_MAX {
        return Err(Refusal::param(at, "Metadata can have at most 50 keys"));
    }
    for (name, value) in &tree {
        let Some(text) = value.as_str() else {
            return Err(Refusal::param(below(at, name), "Metadata values must be strings"));
        };
        if name.chars().count() > METADATA_NAME_CHARS_MAX {
            let message = "Metadata keys can be up to 40 characters";
            return Err(Refusal::param(below(at, name), message));
        }
        if text.chars().count() > METADATA_VALUE_CHARS_MAX {
            let message = "Metadata values can have up to 500 characters";
            return Err(Refusal::param(below(at, name), message));
        }
    }
    Ok(tree.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FIELDS: &[Field] = &[
        ("amount", Kind::Must(&Kind::Int)),
        ("mode", Kind::One(&["payment", "setup"])),
        ("enabled", Kind::Bool),
        ("metadata", Kind::Metadata),
        ("name", Kind::Clear(&Kind::Text)),
        ("created", Kind::Parts(&Kind::Int, &Kind::Group(&[("gte", Kind::Int)]))),
        ("items", Kind::List(&Kind::Group(&[("id", Kind::Must(&Kind::Text))]))),
    ];

    #[test]
    fn a_form_comes_out_typed() {
        let many: String = (0..12).map(|n| format!("&items[{n}][id]=i{n}")).collect();
        let form = format!(
            "amount=5&mode=setup&enabled=true&metadata[a]=b%20c&name=&created[gte]=7&expand[]=x{many}"
        );
        let read = read(&form, FIELDS).unwrap();
        assert_eq!(read["amount"], 5);
        assert_eq!(read["metadata"], json!({"a": "b c"}));
        assert_eq!(read["name"], Value::Null);
        assert_eq!(read["created"]["gte"], 7);
        assert_eq!(read["expand"], json!(["x"]));
        assert_eq!(read["items"][11]["id"], "i11");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (form, param, code) in [
            ("", "amount", Some("parameter_missing")),
            ("amount=x", "amount", Some("parameter_invalid_integer")),
            ("amount=", "amount", Some("parameter_invalid_empty")),
            ("amount=1&mode=other", "mode", None),
            ("amount=1&colour=red", "colour", Some("parameter_unknown")),
            ("amount=1&items[0][size]=1", "items[0][id]", Some("parameter_missing")),
            ("amount=1&items[0][id]=1&items[0][x]=1", "items[0][x]", Some("parameter_unknown")),
            ("amount=1&enabled=1", "enabled", None),
        ] {
            let refusal = read(form, FIELDS).unwrap_err();
            assert_eq!((refusal.param.as_deref(), refusal.code), (Some(param), code), "{form}");
            assert_eq!(refusal.status, 400);
        }
    }
}
