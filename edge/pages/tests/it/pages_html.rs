//! The markup of every sample.

use crate::samples;
use pages::{AppKind, HomeView, Locale, OfflineView, Page, PlaygroundView};
use std::collections::BTreeSet;

const VOID: [&str; 7] = ["meta", "link", "input", "br", "hr", "path", "rect"];

fn each(check: impl Fn(Locale, &str, &str)) {
    for locale in Locale::ALL {
        for (name, html) in samples::all(locale).unwrap() {
            check(locale, &name, &html);
        }
    }
}

/// The tags of a page in order, as they are written. Text with a stray `<` fails here.
fn tags(html: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let mut quoted = false;
        let end = rest.char_indices().skip(1).find(|(_, c)| {
            quoted ^= *c == '"';
            assert!(quoted || *c != '<', "a stray < in {}", &rest[..rest.len().min(80)]);
            !quoted && *c == '>'
        });
        let (end, _) = end.unwrap();
        tags.push(&rest[..=end]);
        rest = &rest[end + 1..];
    }
    tags
}

fn name(tag: &str) -> &str {
    let inner = tag.trim_start_matches('<').trim_start_matches('/');
    inner.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap()
}

#[test]
fn tags_are_closed_in_order() {
    each(|locale, page, html| {
        let mut open = Vec::new();
        for tag in tags(html) {
            if tag.starts_with("<!") || VOID.contains(&name(tag)) {
                continue;
            }
            if tag.starts_with("</") {
                assert_eq!(open.pop(), Some(name(tag)), "{locale:?} {page}");
            } else {
                open.push(name(tag));
            }
        }
        assert!(open.is_empty(), "{locale:?} {page}: {open:?}");
    });
}

#[test]
fn every_page_has_one_heading_a_language_a_title_and_all_its_words() {
    each(|locale, page, html| {
        assert!(html.starts_with("<!doctype html>"), "{page}");
        assert!(
            html.contains(&format!("<html lang=\"{}\" dir=\"ltr\"", locale.as_str())),
            "{page}"
        );
        assert_eq!(html.matches("<h1").count(), 1, "{page}");
        assert_eq!(html.matches("<main").count(), 1, "{page}");
        assert!(!html.contains("<title> ·"), "{page}");
        assert!(!html.contains('\u{27e6}'), "{locale:?} {page} lacks a message");
        assert!(!html.contains("{$") && !html.contains("{ $"), "{locale:?} {page} lacks a value");
    });
}

#[test]
fn nothing_runs_that_has_no_nonce() {
    each(|_, page, html| {
        for tag in tags(html) {
            match name(tag) {
                "script" => {
                    assert!(
                        tag.starts_with("</") || (tag.contains("nonce=") && tag.contains("src=")),
                        "{page}: {tag}"
                    );
                }
                "style" => {
                    assert!(tag.starts_with("</") || tag.contains("nonce="), "{page}: {tag}")
                }
                _ => {
                    assert!(!tag.contains(" style="), "{page}: {tag}");
                    let names = tag.split('"').step_by(2).flat_map(str::split_whitespace);
                    for attribute in names.filter(|part| part.ends_with('=')) {
                        assert!(!attribute.starts_with("on"), "{page}: {tag}");
                    }
                    assert!(!tag.to_lowercase().contains("javascript:"), "{page}: {tag}");
                }
            }
        }
        assert!(!html.contains("</script><script"), "{page}");
    });
}

#[test]
fn hostile_text_stays_text() {
    each(|_, page, html| {
        assert!(!html.contains("<script>alert"), "{page}");
        assert!(!html.contains("alert(\""), "{page}");
    });
    let pages = samples::all(Locale::EnUs).unwrap();
    let (_, html) = pages.iter().find(|(name, _)| name == "account-hostile").unwrap();
    assert!(
        html.contains("&#60;script&#62;alert(&#34;Żółć &#38; &#39;co&#39;&#34;)&#60;/script&#62;")
    );
    assert!(html.contains("value=\"/account?cursor=&#60;b&#62;\""));
}

#[test]
fn ids_are_unique_and_what_is_referred_to_exists() {
    each(|locale, page, html| {
        let tags = tags(html);
        let attribute = |tag: &str, name: &str| -> Option<String> {
            let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
            tag[start..].split('"').next().map(str::to_owned)
        };
        let ids: Vec<_> = tags.iter().filter_map(|tag| attribute(tag, "id")).collect();
        let known: BTreeSet<_> = ids.iter().cloned().collect();
        assert_eq!(ids.len(), known.len(), "{locale:?} {page}: {ids:?}");
        for tag in &tags {
            for name in ["for", "aria-describedby", "aria-labelledby"] {
                for id in attribute(tag, name).unwrap_or_default().split_whitespace() {
                    assert!(known.contains(id), "{page}: {name}={id}");
                }
            }
            if let Some(anchor) = attribute(tag, "href").filter(|href| href.starts_with('#')) {
                assert!(known.contains(&anchor[1..]), "{page}: {anchor}");
            }
        }
    });
}

#[test]
fn every_form_that_posts_carries_its_token() {
    each(|_, page, html| {
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            if form.contains("method=\"post\"") {
                assert!(form.contains("name=\"_csrf\""), "{page}: {form}");
            } else {
                assert!(
                    form.contains("method=\"get\"") || form.contains("method=\"dialog\""),
                    "{page}"
                );
            }
        }
    });
}

#[test]
fn pages_are_small() {
    each(|locale, page, html| {
        assert!(html.len() <= 30 * 1024, "{locale:?} {page} has {} bytes", html.len());
    });
}

/// As much as the account page is given at once. More needs shorter rows, or further pages.
#[test]
fn a_well_used_account_is_small_too() {
    let theme = AppKind::Family.theme();
    for locale in Locale::ALL {
        let mut view = samples::full_account("build server");
        let (session, key, transfer) = (view.sessions[1], view.keys[0], view.transfers[0]);
        view.sessions.resize(8, session);
        view.keys.resize(8, key);
        view.transfers.resize(20, transfer);
        let len = view.render(&samples::page(locale, AppKind::Family, &theme, None)).unwrap().len();
        assert!(len <= 30 * 1024, "{locale:?}: {len}");
    }
}

#[test]
fn choices_are_shown_as_they_were_made() {
    let theme = AppKind::Saas.theme();
    let page = samples::page(Locale::FrFr, AppKind::Saas, &theme, None);
    let page = Page { scheme: pages::Scheme::Dark, ..page };
    let html = HomeView.render(&page).unwrap();
    assert!(html.contains("data-scheme=\"dark\""));
    assert!(html.contains("<option value=\"fr-FR\" lang=\"fr-FR\" selected>"));
    assert!(html.contains("<option value=\"dark\" selected>"));
    assert_eq!(html.matches(" selected").count(), 2);
    assert!(html.contains(&theme.css()));
}

#[test]
fn a_page_for_nobody_names_nobody() {
    let theme = AppKind::Saas.theme();
    let html =
        OfflineView.render(&samples::page(Locale::EnUs, AppKind::Saas, &theme, None)).unwrap();
    assert!(!html.contains("/auth/logout") && html.contains("name=\"_csrf\" value=\"\""));
}

#[test]
fn an_empty_playground_has_no_form_to_ask() {
    let theme = AppKind::Saas.theme();
    let page = samples::page(Locale::EnUs, AppKind::Saas, &theme, None);
    let view = PlaygroundView {
        models: Vec::new(),
        selected: "",
        prompt: "",
        turns: Vec::new(),
        spent: None,
        error: None,
        available: 0,
    };
    assert!(!view.render(&page).unwrap().contains("action=\"/playground\""));
}

#[test]
fn numbers_agree_with_their_nouns() {
    let say =
        |locale, count: i64| pages::t(locale, "tokens-count", &[("count", pages::Arg::Int(count))]);
    assert_eq!(say(Locale::EnGb, 1), "1 token");
    assert_eq!(say(Locale::EnUs, 0), "0 tokens");
    assert_eq!(say(Locale::FrFr, 0), "0 jeton");
    assert_eq!(say(Locale::FrFr, 1_200), "1\u{202f}200 jetons");
    assert_eq!(say(Locale::DeDe, 12_345), "12.345 Tokens");
    assert_eq!(pages::t(Locale::EnGb, "scheme", &[]), "Colour scheme");
    assert_eq!(pages::t(Locale::EnGb, "language", &[]), "Language");
    assert_eq!(pages::t(Locale::EnUs, "no-such-key", &[]), "\u{27e6}no-such-key\u{27e7}");
}
