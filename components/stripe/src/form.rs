//! Stripe's bracketed form encoding: `line_items[0][price_data][currency]=eur`.
//!
//! The escaping is `form_urlencoded`'s; only the names with their brackets are made here. `serde_qs`
//! does both, but it wants a type for every nested object of a request, and can fail.

use form_urlencoded::Serializer;
use std::fmt::Display;

/// A form under construction.
pub struct Form(Serializer<'static, String>);

impl Default for Form {
    fn default() -> Self {
        Self(Serializer::new(String::new()))
    }
}

impl Form {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The outermost fields.
    pub fn fields(&mut self) -> Fields<'_> {
        Fields { form: self, path: String::new() }
    }

    /// The form as a body or as a query.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.0.finish()
    }
}

/// The fields of one object within a form.
pub struct Fields<'a> {
    form: &'a mut Form,
    path: String,
}

impl Fields<'_> {
    /// Writes one field.
    pub fn put(&mut self, name: impl Display, value: impl Display) -> &mut Self {
        let name = self.name(name);
        self.form.0.append_pair(&name, &value.to_string());
        self
    }

    /// Writes a field that has a value, and leaves out one that has none.
    pub fn maybe(&mut self, name: impl Display, value: Option<impl Display>) -> &mut Self {
        if let Some(value) = value {
            self.put(name, value);
        }
        self
    }

    /// Writes a list of plain values, with their positions as names.
    pub fn list(
        &mut self,
        name: impl Display,
        values: impl IntoIterator<Item = impl Display>,
    ) -> &mut Self {
        let mut fields = self.at(name);
        for (index, value) in values.into_iter().enumerate() {
            fields.put(index, value);
        }
        self
    }

    /// The fields of the object `name` within this one; a position is a name too.
    pub fn at(&mut self, name: impl Display) -> Fields<'_> {
        let path = self.name(name);
        Fields { form: self.form, path }
    }

    fn name(&self, name: impl Display) -> String {
        if self.path.is_empty() { name.to_string() } else { format!("{}[{name}]", self.path) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_names_stand_in_brackets() {
        let mut form = Form::new();
        let mut fields = form.fields();
        fields.put("mode", "payment").maybe("locale", None::<&str>).list("expand", ["a", "b.c"]);
        fields.at("line_items").at(0).at("price_data").put("currency", "eur");
        let decoded: Vec<_> = form_urlencoded::parse(form.finish().as_bytes())
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            decoded,
            [
                "mode=payment",
                "expand[0]=a",
                "expand[1]=b.c",
                "line_items[0][price_data][currency]=eur"
            ]
        );
    }

    #[test]
    fn values_cannot_break_out_of_their_field() {
        let mut form = Form::new();
        form.fields().at("metadata").put("note", "a&b=c d+e%é\n");
        assert_eq!(form.finish(), "metadata%5Bnote%5D=a%26b%3Dc+d%2Be%25%C3%A9%0A");
    }
}
