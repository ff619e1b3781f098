use kernel::Currency;
use serde::{Deserialize, Serialize};

/// How people pay, by Stripe's names
/// ([payment method support](https://docs.stripe.com/payments/payment-methods/payment-method-support)).
///
/// A method that is not here cannot stand in a market: Stripe refuses a whole checkout for one
/// method that does not take its currency, and what is listed here is known to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // Their names are Stripe's, and say all there is to say.
pub enum PaymentMethod {
    AcssDebit,
    Affirm,
    AfterpayClearpay,
    AuBecsDebit,
    BacsDebit,
    Bancontact,
    Blik,
    Boleto,
    Card,
    Cashapp,
    Eps,
    Ideal,
    Klarna,
    Konbini,
    Link,
    Mobilepay,
    Multibanco,
    P24,
    Paypal,
    Pix,
    SepaDebit,
    Swish,
    Twint,
    Upi,
    UsBankAccount,
}

impl PaymentMethod {
    /// The name in Stripe's API, such as `sepa_debit`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AcssDebit => "acss_debit",
            Self::Affirm => "affirm",
            Self::AfterpayClearpay => "afterpay_clearpay",
            Self::AuBecsDebit => "au_becs_debit",
            Self::BacsDebit => "bacs_debit",
            Self::Bancontact => "bancontact",
            Self::Blik => "blik",
            Self::Boleto => "boleto",
            Self::Card => "card",
            Self::Cashapp => "cashapp",
            Self::Eps => "eps",
            Self::Ideal => "ideal",
            Self::Klarna => "klarna",
            Self::Konbini => "konbini",
            Self::Link => "link",
            Self::Mobilepay => "mobilepay",
            Self::Multibanco => "multibanco",
            Self::P24 => "p24",
            Self::Paypal => "paypal",
            Self::Pix => "pix",
            Self::SepaDebit => "sepa_debit",
            Self::Swish => "swish",
            Self::Twint => "twint",
            Self::Upi => "upi",
            Self::UsBankAccount => "us_bank_account",
        }
    }

    /// Whether amounts of `currency` can be paid with it.
    #[must_use]
    pub fn takes(self, currency: Currency) -> bool {
        let currencies: &[&str] = match self {
            Self::Card | Self::Link => return true,
            Self::AcssDebit | Self::Affirm => &["CAD", "USD"],
            Self::AfterpayClearpay => &["AUD", "CAD", "GBP", "NZD", "USD"],
            Self::AuBecsDebit => &["AUD"],
            Self::BacsDebit => &["GBP"],
            Self::Bancontact | Self::Eps | Self::Ideal | Self::Multibanco | Self::SepaDebit => {
                &["EUR"]
            }
            Self::Blik => &["PLN"],
            Self::Boleto | Self::Pix => &["BRL"],
            Self::Cashapp | Self::UsBankAccount => &["USD"],
            Self::Klarna => &[
                "AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "NOK", "NZD", "PLN", "RON", "SEK",
                "USD",
            ],
            Self::Konbini => &["JPY"],
            Self::Mobilepay => &["DKK", "EUR", "NOK", "SEK"],
            Self::P24 => &["EUR", "PLN"],
            Self::Paypal => &[
                "AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "NOK", "NZD", "PLN", "SEK",
                "SGD", "USD",
            ],
            Self::Swish => &["SEK"],
            Self::Twint => &["CHF"],
            Self::Upi => &["INR"],
        };
        currencies.contains(&currency.code())
    }

    /// Whether people pay foreign currencies with it too. Klarna, for one, takes many, but of each
    /// customer only the one of their country.
    #[must_use]
    pub const fn is_international(self) -> bool {
        matches!(self, Self::Card | Self::Link | Self::Paypal)
    }

    /// Whether a subscription can be paid with it without anything being switched on at Stripe.
    /// Those that turn into a direct debit first are left out, since that has to be.
    #[must_use]
    pub const fn renews(self) -> bool {
        matches!(
            self,
            Self::AcssDebit
                | Self::AuBecsDebit
                | Self::BacsDebit
                | Self::Card
                | Self::Link
                | Self::SepaDebit
                | Self::UsBankAccount
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_json_and_for_stripe() {
        for method in [
            PaymentMethod::P24,
            PaymentMethod::SepaDebit,
            PaymentMethod::AfterpayClearpay,
            PaymentMethod::UsBankAccount,
        ] {
            assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
        }
    }
}
