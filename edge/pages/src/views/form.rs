//! What was wrong with a form, by field.

use crate::{Locale, ToArg, t};

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault<'a> {
    /// Nothing was given.
    Required,
    /// Longer than this many characters.
    TooLong(u32),
    /// Not of the form that the hint tells.
    Malformed,
    /// Less or more than is allowed.
    OutOfRange,
    /// Somebody else has it.
    Taken,
    /// None of the choices.
    UnknownChoice,
    /// Something that only a component can say; in English, completing "This field ...".
    Other(&'a str),
}

/// Everything that is wrong with a form: the fields' names and what is wrong with them.
pub type Faults<'a> = &'a [(&'a str, Fault<'a>)];

/// What is wrong with the field of this name, in words.
pub(crate) fn fault(locale: Locale, faults: &[(&str, Fault<'_>)], name: &str) -> Option<String> {
    faults.iter().find(|(field, _)| *field == name).map(|(_, fault)| fault.text(locale))
}

impl Fault<'_> {
    /// What is wrong, in words.
    pub(crate) fn text(&self, locale: Locale) -> String {
        match self {
            Fault::Required => t(locale, "fault-required", &[]),
            Fault::TooLong(max) => t(locale, "fault-too-long", &[("max", max.to_arg())]),
            Fault::Malformed => t(locale, "fault-malformed", &[]),
            Fault::OutOfRange => t(locale, "fault-out-of-range", &[]),
            Fault::Taken => t(locale, "fault-taken", &[]),
            Fault::UnknownChoice => t(locale, "fault-unknown-choice", &[]),
            Fault::Other(message) => t(locale, "fault-other", &[("message", message.to_arg())]),
        }
    }
}

impl crate::Page<'_> {
    /// What is wrong with a field, for its form.
    pub(crate) fn fault(&self, faults: &[(&str, Fault<'_>)], name: &str) -> Option<String> {
        fault(self.locale, faults, name)
    }
}
