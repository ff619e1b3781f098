//! Markets: which country is sold to how.

use crate::{Locale, PaymentMethod, round_for_cash};
use kernel::{Currency, FieldError, Money, read_json};
use serde::{Deserialize, Serialize};

/// Most markets, and most countries of one.
const MARKETS_MAX: usize = 300;
/// Longest name of a market or a price list.
const NAME_LEN_MAX: usize = 32;
/// Longest label of a tax.
const LABEL_LEN_MAX: usize = 40;
/// One, in the unit of rates.
const ONE_PPM: u32 = 1_000_000;

/// The markets there are, as `config/markets.json` names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markets {
    markets: Vec<Market>,
    /// The one of them that everywhere else is in.
    fallback: Market,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Where rates and customs are published, for those who keep the file.
    #[serde(default)]
    #[allow(dead_code)]
    sources: Vec<String>,
    default: String,
    markets: Vec<Market>,
}

/// Countries, or parts of one, in which things are sold in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Market {
    /// Its name, of `a-z`, `0-9` and `-`: `de`, `ca-on`.
    pub id: String,
    /// Where it is: countries by ISO 3166-1 (`DE`) and parts of them by ISO 3166-2 (`CA-ON`).
    /// Only the default market may be nowhere in particular.
    #[serde(default)]
    pub countries: Vec<String>,
    /// The currency of its price list.
    pub currency: Currency,
    /// The price list that a tenant is expected to have for it.
    pub price_list: String,
    /// Its tax.
    pub tax: Tax,
    /// How people pay there, in the order in which they expect it.
    pub payment_methods: Vec<PaymentMethod>,
    /// What an address needs there, beside the country.
    pub address_fields: Vec<AddressField>,
    /// What amounts are rounded to when they are paid in coins, in minor units of `currency`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cash_rounding_minor: Option<u32>,
    /// How amounts are written there.
    pub locale: Locale,
}

/// A market's tax, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tax {
    /// Whether prices have it in them.
    pub mode: TaxMode,
    /// What people call it: `VAT`, `MwSt.`, `GST + QST`.
    pub label: String,
    /// The standard rate in millionths, as Québec's 14.975 % is finer than a basis point. Only for
    /// the label: which rate is charged is Stripe Tax's to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_ppm: Option<u32>,
}

/// Whether prices have tax in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    /// The price is all that is paid.
    Inclusive,
    /// Tax is added at checkout.
    Exclusive,
}

impl TaxMode {
    /// The name in JSON, and the value of `tax_behavior` at Stripe.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inclusive => "inclusive",
            Self::Exclusive => "exclusive",
        }
    }
}

/// A field of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressField {
    /// The person's or the company's name.
    Name,
    /// Street and number.
    Line1,
    /// City.
    City,
    /// State, province or prefecture.
    State,
    /// Postal code.
    PostalCode,
    /// A telephone number.
    Phone,
    /// A number that the tax office knows the buyer by, such as Brazil's CPF.
    TaxId,
}

impl AddressField {
    /// The name in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Line1 => "line1",
            Self::City => "city",
            Self::State => "state",
            Self::PostalCode => "postal_code",
            Self::Phone => "phone",
            Self::TaxId => "tax_id",
        }
    }
}

impl Markets {
    /// Reads and checks `markets.json`.
    ///
    /// # Errors
    /// A [`FieldError`] that names the first wrong field.
    pub fn parse(json: &[u8]) -> Result<Self, FieldError> {
        let written: Written = read_json(json)?;
        if written.markets.len() > MARKETS_MAX {
            let message = format!("must have at most {MARKETS_MAX} entries");
            return Err(FieldError::new("markets", message));
        }
        for (index, market) in written.markets.iter().enumerate() {
            let earlier = written.markets.get(..index).unwrap_or_default();
            market
                .validate(market.id == written.default)
                .and_then(|()| market.agrees_with(earlier))
                .map_err(|error| error.within(&format!("markets[{index}]")))?;
        }
        let fallback = written.markets.iter().find(|market| market.id == written.default);
        let fallback =
            fallback.ok_or_else(|| FieldError::new("default", "must be the id of a market"))?;
        Ok(Self { fallback: fallback.clone(), markets: written.markets })
    }

    /// All markets, in the file's order.
    #[must_use]
    pub fn all(&self) -> &[Market] {
        &self.markets
    }

    /// The market called `id`.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Market> {
        self.markets.iter().find(|market| market.id == id)
    }

    /// The market that somebody buys in.
    ///
    /// `chosen_by_user` is the id of a market or a place such as `DE` or `CA-ON`, and wins where it
    /// names one; a choice that names none is as if it had not been made. `country_from_network`
    /// is a country by ISO 3166-1, and `region` its part, with the country (`CA-ON`) or without
    /// (`ON`). What is not known is in the default market: a country that is in none, Cloudflare's
    /// `XX` for unknown and `T1` for Tor
    /// ([`cf.country`](https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties)).
    #[must_use]
    pub fn choose(
        &self,
        country_from_network: Option<&str>,
        region: Option<&str>,
        chosen_by_user: Option<&str>,
    ) -> &Market {
        let chosen = chosen_by_user.map(str::trim).and_then(|choice| {
            let named = self.markets.iter().find(|market| market.id.eq_ignore_ascii_case(choice));
            named.or_else(|| self.at(choice))
        });
        let network = || {
            let country = country_from_network.map(str::trim)?;
            let within = region.map(str::trim).and_then(|region| {
                let part = region.rsplit_once('-').map_or(region, |(_, part)| part);
                self.exactly(&format!("{country}-{part}"))
            });
            within.or_else(|| self.at(country))
        };
        chosen.or_else(network).unwrap_or(&self.fallback)
    }

    /// The market of a place, or of the country that it is a part of.
    fn at(&self, place: &str) -> Option<&Market> {
        let country = || place.split_once('-').map(|(country, _)| country);
        self.exactly(place).or_else(|| self.exactly(country()?))
    }

    fn exactly(&self, place: &str) -> Option<&Market> {
        self.markets.iter().find(|market| {
            market.countries.iter().any(|country| country.eq_ignore_ascii_case(place))
        })
    }
}

impl Market {
    /// How people pay here when what they buy is priced in `currency`. A tenant without the
    /// market's price list sells by another, in whose currency local methods are not paid here
    /// even where they are elsewhere.
    #[must_use]
    pub fn payment_methods_for(&self, currency: Currency) -> Vec<PaymentMethod> {
        let at_home = currency == self.currency;
        let methods = self.payment_methods.iter().copied();
        let usable = |m: &PaymentMethod| m.takes(currency) && (at_home || m.is_international());
        methods.filter(usable).collect()
    }

    /// The amount as it is paid in coins here; see [`round_for_cash`], also for what this must not
    /// be used for. `None` where nothing is rounded, or `money` is in another currency.
    #[must_use]
    pub fn cash_amount(&self, money: Money) -> Option<Money> {
        let increment_minor = self.cash_rounding_minor?;
        (money.currency == self.currency).then(|| round_for_cash(money, increment_minor))?
    }

    fn validate(&self, is_default: bool) -> Result<(), FieldError> {
        name("id", &self.id)?;
        name("price_list", &self.price_list)?;
        if self.countries.is_empty() && !is_default {
            return Err(FieldError::new("countries", "must name at least one country"));
        }
        if self.countries.len() > MARKETS_MAX {
            let message = format!("must have at most {MARKETS_MAX} entries");
            return Err(FieldError::new("countries", message));
        }
        for (index, country) in self.countries.iter().enumerate() {
            if !is_place(country) {
                let message = "must be a code such as DE or CA-ON, in capitals";
                return Err(FieldError::new(format!("countries[{index}]"), message));
            }
        }
        let label = self.tax.label.trim();
        if label.is_empty() || label.len() > LABEL_LEN_MAX {
            let message = format!("must have 1 to {LABEL_LEN_MAX} bytes");
            return Err(FieldError::new("tax.label", message));
        }
        if self.tax.rate_ppm.is_some_and(|rate| rate >= ONE_PPM) {
            return Err(FieldError::new("tax.rate_ppm", "must be below 1000000"));
        }
        for (index, method) in self.payment_methods.iter().enumerate() {
            if !method.takes(self.currency) {
                let message = format!("does not take {}", self.currency);
                return Err(FieldError::new(format!("payment_methods[{index}]"), message));
            }
        }
        if self.payment_methods.is_empty() {
            return Err(FieldError::new("payment_methods", "must name at least one"));
        }
        if self.cash_rounding_minor == Some(0) {
            return Err(FieldError::new("cash_rounding_minor", "must be above zero"));
        }
        Ok(())
    }

    /// Checks what must be true of any two markets.
    fn agrees_with(&self, earlier: &[Self]) -> Result<(), FieldError> {
        for other in earlier {
            if other.id == self.id {
                return Err(FieldError::new("id", "is that of another market"));
            }
            let twice = self.countries.iter().position(|c| other.countries.contains(c));
            if let Some(index) = twice {
                let message = format!("is in the market {} too", other.id);
                return Err(FieldError::new(format!("countries[{index}]"), message));
            }
            if other.price_list == self.price_list && other.currency != self.currency {
                let message = format!("must be {}, as elsewhere on this list", other.currency);
                return Err(FieldError::new("currency", message));
            }
        }
        Ok(())
    }
}

/// Checks the name of a market or a price list.
pub(crate) fn name(field: &str, value: &str) -> Result<(), FieldError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if value.is_empty() || value.len() > NAME_LEN_MAX || !value.bytes().all(allowed) {
        let message = format!("must be 1 to {NAME_LEN_MAX} of a-z, 0-9 and -");
        return Err(FieldError::new(field, message));
    }
    Ok(())
}

/// Whether a text has the shape of an ISO 3166 code. `XX` has, but stands for nowhere.
fn is_place(text: &str) -> bool {
    let (country, part) = text.split_once('-').unwrap_or((text, "X"));
    country.len() == 2
        && country != "XX"
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=3).contains(&part.len())
        && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests;
