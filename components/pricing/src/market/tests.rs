use super::*;
use crate::testing::markets;

fn chosen(country: Option<&str>, region: Option<&str>, choice: Option<&str>) -> String {
    markets().choose(country, region, choice).id.clone()
}

#[test]
fn a_country_is_in_its_market() {
    for (country, region, id) in [
        ("DE", None, "de"),
        ("de", None, "de"),
        ("DE", Some("BY"), "de"),
        ("CA", Some("ON"), "ca-on"),
        ("CA", Some("CA-QC"), "ca-qc"),
        ("CA", Some("??"), "ca"),
        ("CA", None, "ca"),
        ("LI", None, "ch"),
        ("MC", None, "fr"),
        ("US", Some("CA"), "us"),
    ] {
        assert_eq!(chosen(Some(country), region, None), id, "{country} {region:?}");
    }
}

#[test]
fn whatever_is_not_known_is_in_the_default() {
    for country in ["XX", "T1", "", "ZZ", "AQ", "germany", "D\u{c9}", "-"] {
        assert_eq!(chosen(Some(country), None, None), "world", "{country:?}");
    }
    assert_eq!(chosen(None, None, None), "world");
    assert_eq!(chosen(None, Some("ON"), None), "world");
}

#[test]
fn the_users_own_choice_wins_where_it_is_one() {
    assert_eq!(chosen(Some("DE"), None, Some("ch")), "ch");
    assert_eq!(chosen(Some("DE"), None, Some(" LI ")), "ch");
    assert_eq!(chosen(Some("DE"), None, Some("CA-ON")), "ca-on");
    assert_eq!(chosen(Some("DE"), None, Some("us-ny")), "us");
    assert_eq!(chosen(Some("DE"), None, Some("world")), "world");
    for choice in ["", "atlantis", "T1", "XX"] {
        assert_eq!(chosen(Some("DE"), None, Some(choice)), "de", "{choice:?}");
    }
    assert_eq!(chosen(Some("XX"), None, Some("atlantis")), "world");
}

#[test]
fn the_markets_that_are_compiled_in_cover_what_they_must() {
    let markets = markets();
    let eu = [
        "at", "be", "bg", "hr", "cy", "cz", "dk", "ee", "fi", "fr", "de", "gr", "hu", "ie", "it",
        "lv", "lt", "lu", "mt", "nl", "pl", "pt", "ro", "sk", "si", "es", "se",
    ];
    for id in eu {
        let market = markets.get(id).unwrap_or_else(|| panic!("{id}"));
        assert_eq!((market.price_list.as_str(), market.currency.code()), ("eur", "EUR"), "{id}");
        assert_eq!(market.tax.mode, TaxMode::Inclusive, "{id}");
        let rate_ppm = market.tax.rate_ppm.unwrap();
        assert!((170_000..=270_000).contains(&rate_ppm), "{id} {rate_ppm}");
    }
    let provinces = ["ab", "bc", "mb", "nb", "nl", "ns", "nt", "nu", "on", "pe", "qc", "sk", "yt"];
    for id in provinces {
        let market = markets.get(&format!("ca-{id}")).unwrap_or_else(|| panic!("ca-{id}"));
        assert_eq!(market.currency.code(), "CAD");
        assert_eq!(market.tax.mode, TaxMode::Exclusive);
    }
    for (id, list) in [
        ("gb", "gbp"),
        ("us", "usd"),
        ("ca", "cad"),
        ("ch", "chf"),
        ("jp", "jpy"),
        ("in", "inr"),
        ("br", "brl"),
        ("au", "aud"),
        ("no", "eur"),
        ("world", "usd"),
    ] {
        assert_eq!(markets.get(id).map(|market| market.price_list.as_str()), Some(list), "{id}");
    }
    assert_eq!(markets.get("ca-qc").and_then(|market| market.tax.rate_ppm), Some(149_750));
    assert_eq!(markets.all().len(), 27 + 13 + 10);
}

#[test]
fn people_pay_by_what_takes_the_currency() {
    let markets = markets();
    let methods =
        |id: &str, code: &str| markets.get(id).unwrap().payment_methods_for(code.parse().unwrap());
    assert!(methods("nl", "EUR").contains(&PaymentMethod::Ideal));
    assert!(!methods("nl", "USD").contains(&PaymentMethod::Ideal));
    assert!(methods("jp", "USD").contains(&PaymentMethod::Card));
    assert!(methods("ch", "CHF").contains(&PaymentMethod::Klarna));
    assert!(!methods("ch", "EUR").contains(&PaymentMethod::Klarna));
    assert_eq!(methods("de", "CNY"), [PaymentMethod::Card, PaymentMethod::Link]);
}

#[test]
fn only_the_markets_own_currency_is_paid_in_its_coins() {
    let markets = markets();
    let coins = |id: &str, minor, code: &str| {
        let money = Money::new(minor, code.parse().unwrap());
        markets.get(id).unwrap().cash_amount(money).map(|money| money.minor)
    };
    assert_eq!(coins("ch", 1_993, "CHF"), Some(1_995));
    assert_eq!(coins("ch", 1_993, "EUR"), None);
    assert_eq!(coins("de", 1_993, "EUR"), None);
}

/// The path of what is wrong with two markets, of which the second was changed.
fn field(from: &str, to: &str) -> String {
    let market = |id: &str, country: &str| {
        format!(
            r#"{{"id": "{id}", "countries": ["{country}"], "currency": "EUR", "price_list": "eur",
                "tax": {{"mode": "inclusive", "label": "VAT", "rate_ppm": 200000}},
                "payment_methods": ["card", "ideal"], "address_fields": ["name"],
                "cash_rounding_minor": 5, "locale": "en-GB"}}"#
        )
    };
    let second = market("two", "BB");
    assert!(second.contains(from), "{from}");
    let second = second.replace(from, to);
    let first = market("one", "AA");
    let json = format!(r#"{{"default": "one", "markets": [{first}, {second}]}}"#);
    Markets::parse(json.as_bytes()).map_or_else(|error| error.field, |_| String::new())
}

#[test]
fn errors_name_the_field() {
    assert_eq!(field("two", "two"), "");
    for (from, to, wrong) in [
        (r#""two""#, r#""one""#, "id"),
        (r#""two""#, r#""T W O""#, "id"),
        (r#"["BB"]"#, "[]", "countries"),
        (r#""BB""#, r#""bb""#, "countries[0]"),
        (r#""BB""#, r#""BBB""#, "countries[0]"),
        (r#""BB""#, r#""BB-""#, "countries[0]"),
        (r#""BB""#, r#""XX""#, "countries[0]"),
        (r#""BB""#, r#""T1""#, "countries[0]"),
        (r#""BB""#, r#""AA""#, "countries[0]"),
        (r#""EUR""#, r#""XXX""#, "currency"),
        (r#""EUR""#, r#""USD""#, "payment_methods[1]"),
        (r#""ideal""#, r#""barter""#, "payment_methods[1]"),
        (r#"["card", "ideal"]"#, "[]", "payment_methods"),
        (r#""name""#, r#""shoe_size""#, "address_fields[0]"),
        (r#""VAT""#, r#"" ""#, "tax.label"),
        ("200000", "1000000", "tax.rate_ppm"),
        (r#""inclusive""#, r#""none""#, "tax.mode"),
        (r#"minor": 5"#, r#"minor": 0"#, "cash_rounding_minor"),
        (r#""en-GB""#, r#""en""#, "locale"),
        (r#""eur""#, r#""""#, "price_list"),
    ] {
        assert_eq!(field(from, to), format!("markets[1].{wrong}"), "{from} {to}");
    }
}

#[test]
fn a_list_has_one_currency_and_the_default_exists() {
    let wrong = field(r#""EUR", "price_list": "eur""#, r#""EUR", "price_list": "usd""#);
    assert_eq!(wrong, "");
    let json = br#"{"default": "none", "markets": []}"#;
    assert_eq!(Markets::parse(json).unwrap_err().field, "default");
    let dollars = field(
        r#""EUR", "price_list": "eur",
                "tax": {"mode": "inclusive", "label": "VAT", "rate_ppm": 200000},
                "payment_methods": ["card", "ideal"]"#,
        r#""USD", "price_list": "eur",
                "tax": {"mode": "inclusive", "label": "VAT", "rate_ppm": 200000},
                "payment_methods": ["card"]"#,
    );
    assert_eq!(dollars, "markets[1].currency");
}
