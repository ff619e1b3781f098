//! Countries by their names in each locale, as the [CLDR](https://cldr.unicode.org) has them, and
//! the provinces of Canada, each of which has taxes of its own.

use crate::{Locale, t};

/// Codes of ISO 3166-1 and 3166-2, and the messages that name their places.
const COUNTRIES: [(&str, &str); 63] = [
    ("AE", "country-ae"),
    ("AT", "country-at"),
    ("AU", "country-au"),
    ("BE", "country-be"),
    ("BG", "country-bg"),
    ("BH", "country-bh"),
    ("BR", "country-br"),
    ("CA", "country-ca"),
    ("CA-AB", "country-ca-ab"),
    ("CA-BC", "country-ca-bc"),
    ("CA-MB", "country-ca-mb"),
    ("CA-NB", "country-ca-nb"),
    ("CA-NL", "country-ca-nl"),
    ("CA-NS", "country-ca-ns"),
    ("CA-NT", "country-ca-nt"),
    ("CA-NU", "country-ca-nu"),
    ("CA-ON", "country-ca-on"),
    ("CA-PE", "country-ca-pe"),
    ("CA-QC", "country-ca-qc"),
    ("CA-SK", "country-ca-sk"),
    ("CA-YT", "country-ca-yt"),
    ("CH", "country-ch"),
    ("CY", "country-cy"),
    ("CZ", "country-cz"),
    ("DE", "country-de"),
    ("DK", "country-dk"),
    ("EE", "country-ee"),
    ("ES", "country-es"),
    ("FI", "country-fi"),
    ("FR", "country-fr"),
    ("GB", "country-gb"),
    ("GR", "country-gr"),
    ("HK", "country-hk"),
    ("HR", "country-hr"),
    ("HU", "country-hu"),
    ("IE", "country-ie"),
    ("IM", "country-im"),
    ("IN", "country-in"),
    ("IS", "country-is"),
    ("IT", "country-it"),
    ("JP", "country-jp"),
    ("KR", "country-kr"),
    ("LI", "country-li"),
    ("LT", "country-lt"),
    ("LU", "country-lu"),
    ("LV", "country-lv"),
    ("MC", "country-mc"),
    ("MT", "country-mt"),
    ("MX", "country-mx"),
    ("NL", "country-nl"),
    ("NO", "country-no"),
    ("NZ", "country-nz"),
    ("PL", "country-pl"),
    ("PT", "country-pt"),
    ("RO", "country-ro"),
    ("SE", "country-se"),
    ("SG", "country-sg"),
    ("SI", "country-si"),
    ("SK", "country-sk"),
    ("TW", "country-tw"),
    ("UG", "country-ug"),
    ("US", "country-us"),
    ("ZA", "country-za"),
];

/// The name of a country or province by its ISO 3166 code in capitals: `DE`, `CA-ON`. `None` if it has no name here.
#[must_use]
pub fn name(locale: Locale, code: &str) -> Option<String> {
    let (_, key) = COUNTRIES.into_iter().find(|(known, _)| *known == code)?;
    Some(t(locale, key, &[]))
}

/// Countries with their names, as a reader looks for them. One without a name shows its code.
pub fn sorted<'a>(locale: Locale, codes: &[&'a str]) -> Vec<(&'a str, String)> {
    let named = codes.iter().map(|code| (*code, name(locale, code).unwrap_or((*code).to_owned())));
    let mut named: Vec<_> = named.collect();
    named.sort_by_cached_key(|(_, name)| name.chars().map(plain).collect::<String>());
    named
}

/// A letter without its accent: the languages of these pages sort by that.
const fn plain(letter: char) -> char {
    match letter {
        'É' => 'E',
        'Î' => 'I',
        'Ö' => 'O',
        'ä' => 'a',
        'é' | 'è' => 'e',
        'ï' => 'i',
        'ö' => 'o',
        'ü' => 'u',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_name_in_every_locale() {
        for locale in Locale::ALL {
            for (code, key) in COUNTRIES {
                assert_eq!(key, format!("country-{}", code.to_lowercase()));
                let name = name(locale, code).unwrap();
                assert!(name.chars().map(plain).all(|c| c.is_ascii()), "{name}");
            }
        }
        assert_eq!(name(Locale::EnUs, "XX"), None);
        assert_eq!(name(Locale::EnUs, "de"), None);
    }

    #[test]
    fn accents_do_not_send_a_country_to_the_end() {
        let names = |locale, codes: &[&'static str]| -> Vec<String> {
            sorted(locale, codes).into_iter().map(|(_, name)| name).collect()
        };
        let codes = ["US", "AT", "PL", "NL", "ES", "XX"];
        assert_eq!(
            names(Locale::DeDe, &codes),
            ["Niederlande", "Österreich", "Polen", "Spanien", "Vereinigte Staaten", "XX"]
        );
        assert_eq!(names(Locale::FrFr, &["US", "FI", "ES"]), ["Espagne", "États-Unis", "Finlande"]);
    }
}
