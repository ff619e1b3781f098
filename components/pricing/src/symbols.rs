//! What currencies are called in each locale, by the Unicode CLDR 48.
//!
//! Only what is not the ISO code itself stands here. A crate that carries CLDR's data for every
//! language would be many times the size of all of this one; `vectors/money.json` holds the table
//! to what ICU says, for every currency there is.

use crate::Locale;

/// The currency's sign in `locale`: `CA$`, `$CA`; its code where the locale has no other.
pub(crate) fn symbol(code: &'static str, locale: Locale) -> &'static str {
    let everywhere = match code {
        "BRL" => "R$",
        "EUR" => "€",
        "ILS" => "₪",
        "INR" => "₹",
        "KRW" => "₩",
        "VND" => "₫",
        "XAF" => "FCFA",
        "XCG" => "Cg.",
        "XOF" => "F\u{202f}CFA",
        _ => "",
    };
    if !everywhere.is_empty() {
        return everywhere;
    }
    match locale {
        Locale::EnUs => match code {
            "JPY" => "¥",
            "PHP" => "₱",
            "USD" => "$",
            "AUD" => "A$",
            _ => english_or_german(code),
        },
        Locale::EnGb => match code {
            "JPY" => "JP¥",
            "PHP" => "₱",
            "USD" => "US$",
            "AUD" => "A$",
            _ => english_or_german(code),
        },
        Locale::FrFr => french(code),
        Locale::DeDe => match code {
            "AUD" => "AU$",
            "JPY" => "¥",
            "THB" => "฿",
            "USD" => "$",
            _ => english_or_german(code),
        },
    }
}

fn english_or_german(code: &'static str) -> &'static str {
    match code {
        "CAD" => "CA$",
        "CNY" => "CN¥",
        "GBP" => "£",
        "HKD" => "HK$",
        "MXN" => "MX$",
        "NZD" => "NZ$",
        "TWD" => "NT$",
        "XCD" => "EC$",
        "XPF" => "CFPF",
        _ => code,
    }
}

fn french(code: &'static str) -> &'static str {
    match code {
        "ARS" => "$AR",
        "AUD" => "$AU",
        "BMD" => "$BM",
        "BND" => "$BN",
        "BZD" => "$BZ",
        "CAD" => "$CA",
        "CLP" => "$CL",
        "COP" => "$CO",
        "FJD" => "$FJ",
        "FKP" => "£FK",
        "GBP" => "£GB",
        "GIP" => "£GI",
        "LBP" => "£LB",
        "MXN" => "$MX",
        "NAD" => "$NA",
        "NZD" => "$NZ",
        "SBD" => "$SB",
        "SGD" => "$SG",
        "SRD" => "$SR",
        "TTD" => "$TT",
        "USD" => "$US",
        "UYU" => "$UY",
        "WST" => "$WS",
        "XPF" => "FCFP",
        _ => code,
    }
}
