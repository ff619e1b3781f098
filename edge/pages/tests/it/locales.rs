//! The locales say the same things, and all that the pages ask for.

use fluent_syntax::{ast, parser};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Messages by key: their text as written, and the names in them.
fn messages(locale: &str) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let path = root().join("locales").join(format!("{locale}.ftl"));
    let source = fs::read_to_string(&path).unwrap();
    let resource = parser::parse(source.as_str()).unwrap_or_else(|(_, errors)| {
        panic!("{}: {errors:?}", path.display());
    });
    let mut found = BTreeMap::new();
    for entry in resource.body {
        let ast::Entry::Message(message) = entry else { continue };
        assert!(message.attributes.is_empty(), "{} has attributes", message.id.name);
        let pattern = message.value.unwrap();
        let mut names = BTreeSet::new();
        names_of(&pattern, &mut names);
        let text = format!("{pattern:?}");
        let earlier = found.insert(message.id.name.to_owned(), (text, names));
        assert!(earlier.is_none(), "{locale} says {} twice", message.id.name);
    }
    found
}

fn names_of(pattern: &ast::Pattern<&str>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let ast::PatternElement::Placeable { expression } = element else { continue };
        let inline = match expression {
            ast::Expression::Inline(inline) => inline,
            ast::Expression::Select { selector, variants } => {
                for variant in variants {
                    names_of(&variant.value, names);
                }
                selector
            }
        };
        match inline {
            ast::InlineExpression::VariableReference { id } => names.insert(id.name.to_owned()),
            other => panic!("only names stand in messages, not {other:?}"),
        };
    }
}

fn sources(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, texts);
        } else {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// What stands in quotes in the code and the templates.
fn literals() -> BTreeSet<String> {
    let mut texts = Vec::new();
    sources(&root().join("src"), &mut texts);
    sources(&root().join("templates"), &mut texts);
    texts.iter().flat_map(|text| text.split('"')).map(str::to_owned).collect()
}

/// What is asked for by `t("…")` and its like.
fn asked() -> BTreeSet<String> {
    let mut texts = Vec::new();
    sources(&root().join("src"), &mut texts);
    sources(&root().join("templates"), &mut texts);
    let mut keys = BTreeSet::new();
    for text in &texts {
        for call in ["t(\"", "t1(\"", "t2(\"", "t(locale, \""] {
            for (at, _) in text.match_indices(call) {
                let before = text[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                    continue;
                }
                keys.extend(text[at + call.len()..].split('"').next().map(str::to_owned));
            }
        }
    }
    keys
}

#[test]
fn every_key_is_said_and_every_message_is_asked_for() {
    let base = messages("en-US");
    let asked = asked();
    assert!(asked.len() > 150, "{}", asked.len());
    for key in &asked {
        assert!(base.contains_key(key), "no locale says {key}");
    }
    let literals = literals();
    for key in base.keys() {
        assert!(literals.contains(key), "nothing asks for {key}");
    }
}

#[test]
fn french_and_german_say_all_of_it_with_the_same_names() {
    let base = messages("en-US");
    for locale in ["fr-FR", "de-DE"] {
        let own = messages(locale);
        let (keys, base_keys): (Vec<_>, Vec<_>) = (own.keys().collect(), base.keys().collect());
        assert_eq!(keys, base_keys, "{locale}");
        for (key, (_, names)) in &own {
            assert_eq!(names, &base[key].1, "{locale}: {key}");
        }
    }
}

#[test]
fn british_english_holds_what_differs_and_no_more() {
    let base = messages("en-US");
    let own = messages("en-GB");
    for (key, (text, names)) in &own {
        let (base_text, base_names) = &base[key];
        assert_ne!(text, base_text, "{key} is the same as in en-US");
        assert_eq!(names, base_names, "{key}");
    }
    // What the British write otherwise must not be left to the Americans.
    const AMERICAN: [&str; 22] = [
        "color",
        "center",
        "catalog",
        "dialog",
        "recogniz",
        "organiz",
        "authoriz",
        "customiz",
        "personaliz",
        "canceled",
        "canceling",
        "labeled",
        "favorite",
        "behavior",
        "honor",
        "gray",
        "license",
        "enroll",
        "fulfill",
        "analyz",
        "traveler",
        "theater",
    ];
    for (key, (text, _)) in &base {
        let text = text.to_lowercase();
        if AMERICAN.iter().any(|word| text.contains(word)) {
            assert!(own.contains_key(key), "{key} is spelled as in the United States");
        }
    }
    for (key, (text, _)) in &own {
        let text = text.to_lowercase().replace("catalogue", "").replace("dialogue", "");
        assert!(!AMERICAN.iter().any(|word| text.contains(word)), "{key}");
    }
}

#[test]
fn quotes_and_spaces_are_each_languages_own() {
    let read =
        |locale: &str| fs::read_to_string(root().join(format!("locales/{locale}.ftl"))).unwrap();
    for (number, line) in
        read("fr-FR").lines().enumerate().filter(|(_, line)| !line.starts_with('#'))
    {
        let text = line.split_once(" = ").map_or(line, |(_, text)| text);
        let is_wrong =
            [" ?", " !", " ;", " :", "« ", " »", "'"].iter().any(|wrong| text.contains(wrong));
        assert!(!is_wrong, "fr-FR line {}: {line}", number + 1);
    }
    for locale in ["en-US", "en-GB", "de-DE"] {
        for line in read(locale).lines().filter(|line| !line.starts_with('#')) {
            assert!(!line.contains('\''), "{locale}: {line}");
        }
    }
    // German is polite: it says "Sie", and never "du".
    for line in read("de-DE").lines() {
        let has_du = line
            .split(|c: char| !c.is_alphabetic())
            .any(|word| matches!(word, "du" | "dein" | "deine" | "dir" | "dich"));
        assert!(!has_du, "{line}");
    }
}
