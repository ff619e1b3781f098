//! The words of the pages, from `locales/*.ftl` ([Fluent](https://projectfluent.org)).
//!
//! A locale is parsed when it is first asked for and kept for the life of the instance. `en-GB`
//! holds only what differs from `en-US`; the tests see to it that nothing else is missing anywhere.

use crate::Locale;
use fluent_bundle::{
    FluentArgs, FluentBundle, FluentResource, FluentValue, memoizer::MemoizerKind,
};
use std::{cell::OnceCell, fmt::Write as _};
use unic_langid::LanguageIdentifier;

const EN_US: &str = include_str!("../locales/en-US.ftl");
const EN_GB: &str = include_str!("../locales/en-GB.ftl");
const FR_FR: &str = include_str!("../locales/fr-FR.ftl");
const DE_DE: &str = include_str!("../locales/de-DE.ftl");

/// What a message has in the place of a name.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// A text, as it is.
    Text(&'a str),
    /// A number: chooses the plural, and is written as the locale does.
    Int(i64),
}

/// What can be an [`Arg`], also behind references, as templates pass it.
pub trait ToArg {
    /// This value as an argument.
    fn to_arg(&self) -> Arg<'_>;
}

impl<T: ToArg + ?Sized> ToArg for &T {
    fn to_arg(&self) -> Arg<'_> {
        (**self).to_arg()
    }
}

impl ToArg for str {
    fn to_arg(&self) -> Arg<'_> {
        Arg::Text(self)
    }
}

impl ToArg for String {
    fn to_arg(&self) -> Arg<'_> {
        Arg::Text(self)
    }
}

macro_rules! whole_numbers {
    ($($kind:ty)*) => {$(
        impl ToArg for $kind {
            fn to_arg(&self) -> Arg<'_> {
                Arg::Int(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )*};
}

whole_numbers!(i64 u64 u32 u16 usize);

type Bundle = FluentBundle<FluentResource>;

thread_local! {
    static BUNDLES: [OnceCell<Bundle>; 4] = const { [const { OnceCell::new() }; 4] };
}

/// The message `key` in the words of `locale`. What is missing shows as its key in brackets.
#[must_use]
pub fn t(locale: Locale, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    BUNDLES.with(|bundles| {
        let Some(cell) = bundles.get(locale as usize) else { return missing(key) };
        let bundle = cell.get_or_init(|| bundle(locale));
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return missing(key);
        };
        if args.is_empty() {
            return bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned();
        }
        let mut named = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            match arg {
                Arg::Text(text) => named.set(*name, *text),
                Arg::Int(number) => named.set(*name, *number),
            }
        }
        bundle.format_pattern(pattern, Some(&named), &mut Vec::new()).into_owned()
    })
}

fn missing(key: &str) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(text, "\u{27e6}{key}\u{27e7}");
    text
}

fn bundle(locale: Locale) -> Bundle {
    let tag: LanguageIdentifier = locale.as_str().parse().unwrap_or_default();
    let mut bundle = Bundle::new(vec![tag]);
    // Values stand in left-to-right languages and are escaped as text; marks around each of them
    // would be copied with what people copy.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match locale {
        Locale::EnUs | Locale::EnGb => grouped_en,
        Locale::FrFr => grouped_fr,
        Locale::DeDe => grouped_de,
    }));
    let (base, own) = sources(locale);
    for source in [Some(base), own].into_iter().flatten() {
        // A resource with errors is what could be read of it. The tests allow none.
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The file that holds everything, and the one that overrides some of it.
pub(crate) const fn sources(locale: Locale) -> (&'static str, Option<&'static str>) {
    match locale {
        Locale::EnUs => (EN_US, None),
        Locale::EnGb => (EN_US, Some(EN_GB)),
        Locale::FrFr => (FR_FR, None),
        Locale::DeDe => (DE_DE, None),
    }
}

fn grouped<M: MemoizerKind>(locale: Locale, value: &FluentValue, _: &M) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    // Only whole numbers are ever passed in, and all of them are below 2^53.
    Some(locale.int(number.value as i64))
}

fn grouped_en<M: MemoizerKind>(value: &FluentValue, memoizer: &M) -> Option<String> {
    grouped(Locale::EnUs, value, memoizer)
}

fn grouped_fr<M: MemoizerKind>(value: &FluentValue, memoizer: &M) -> Option<String> {
    grouped(Locale::FrFr, value, memoizer)
}

fn grouped_de<M: MemoizerKind>(value: &FluentValue, memoizer: &M) -> Option<String> {
    grouped(Locale::DeDe, value, memoizer)
}
