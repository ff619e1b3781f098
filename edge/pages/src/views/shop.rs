//! `/shop`

use super::{
    form::Fault,
    renders,
    sale::{Interval, ProductKind, TaxNote},
};
use crate::{Locale, country};

/// How much there is of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stock {
    /// Enough, or no end of it.
    Enough,
    /// So few that it is worth saying.
    Few(u32),
    /// None.
    SoldOut,
}

/// A product as it is offered in the visitor's market.
#[derive(Clone, Debug)]
pub struct Product<'a> {
    /// `prd_…`
    pub id: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// What it is; may be empty.
    pub description: &'a str,
    /// What kind of thing it is.
    pub kind: ProductKind,
    /// The price of one, with its currency: `€12.00`.
    pub price: String,
    /// What the price says of the tax on it; nothing where nothing is taxed.
    pub tax: Option<TaxNote<'a>>,
    /// About as much in the currency that the visitor knows better, never what is charged; says
    /// so itself: `approx. US$12.95`.
    pub approx: Option<String>,
    /// How often a subscription is paid.
    pub interval: Option<Interval>,
    /// The tokens in a pack of tokens.
    pub tokens: Option<u64>,
    /// What a bundle holds, by name.
    pub contents: Vec<&'a str>,
    /// How much there is of it.
    pub stock: Stock,
    /// The fewest that are sold at once, at least 1.
    pub quantity_min: u32,
    /// The most that are sold at once.
    pub quantity_max: u32,
}

impl Product<'_> {
    pub(crate) const fn is_sold_out(&self) -> bool {
        matches!(self.stock, Stock::SoldOut)
    }

    /// How many are left, where that is worth saying.
    pub(crate) const fn few(&self) -> Option<u32> {
        match self.stock {
            Stock::Few(left) => Some(left),
            Stock::Enough | Stock::SoldOut => None,
        }
    }

    /// Whether a quantity can be chosen at all.
    pub(crate) const fn has_choice(&self) -> bool {
        self.quantity_min < self.quantity_max
    }
}

/// What was sent to add a product, to be shown again with what was wrong with it.
#[derive(Clone, Copy, Debug)]
pub struct AddForm<'a> {
    /// The product.
    pub product_id: &'a str,
    /// The quantity as it was sent.
    pub quantity: &'a str,
    /// What was wrong with the quantity.
    pub fault: Fault<'a>,
}

/// Why a page of the shop cannot do now what it is for. Nothing is lost by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShopTrouble {
    /// Somebody else took the last one.
    SoldOut,
    /// Too much is going on at this moment.
    Busy,
    /// Nothing can be paid for: Stripe does not answer, or is not set up.
    NoPayments,
    /// The cart changed in another window; what is shown is what it is now.
    CartChanged,
    /// A payment for this very cart is under way.
    PaymentOpen,
    /// The cart holds as many different things as it can.
    TooManyLines,
    /// A subscription stands beside something else, and they cannot be paid for at once.
    SubscriptionNotAlone,
    /// Subscriptions are paid at different intervals, and cannot be begun at once.
    MixedIntervals,
    /// It comes to less than the least that can be charged.
    TooLittle,
    /// Goods of it are sent to no country in common.
    NotSentTogether,
}

impl ShopTrouble {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::SoldOut => "trouble-sold-out",
            Self::Busy => "trouble-busy",
            Self::NoPayments => "trouble-no-payments",
            Self::CartChanged => "trouble-cart-changed",
            Self::PaymentOpen => "trouble-payment-open",
            Self::TooManyLines => "trouble-too-many-lines",
            Self::SubscriptionNotAlone => "trouble-subscription-alone",
            Self::MixedIntervals => "trouble-mixed-intervals",
            Self::TooLittle => "trouble-too-little",
            Self::NotSentTogether => "trouble-not-sent-together",
        }
    }

    /// Whether it must be seen to before the cart can be paid for, and not just tried again.
    pub(crate) const fn bars_payment(self) -> bool {
        match self {
            Self::SoldOut
            | Self::NoPayments
            | Self::PaymentOpen
            | Self::TooManyLines
            | Self::SubscriptionNotAlone
            | Self::MixedIntervals
            | Self::TooLittle
            | Self::NotSentTogether => true,
            Self::Busy | Self::CartChanged => false,
        }
    }
}

/// `GET /shop`
#[derive(Clone)]
pub struct ShopView<'a> {
    /// A page of the products.
    pub products: Vec<Product<'a>>,
    /// Where the next page begins.
    pub next: Option<&'a str>,
    /// How many things are in the visitor's cart.
    pub cart_items: u64,
    /// The country whose prices are shown, by its ISO 3166 code: `DE`, `CA-ON`.
    pub country: &'a str,
    /// The countries that are sold to, by their codes.
    pub countries: Vec<&'a str>,
    /// What was wrong with what was added last.
    pub refused: Option<AddForm<'a>>,
    /// Why nothing can be added.
    pub trouble: Option<ShopTrouble>,
    /// Whether no money moves here.
    pub is_test: bool,
}

impl ShopView<'_> {
    /// The countries by their names in this locale, in its order.
    pub(crate) fn countries(&self, locale: &Locale) -> Vec<(&str, String)> {
        country::sorted(*locale, &self.countries)
    }

    /// The quantity in a product's form, and what is wrong with it.
    pub(crate) fn quantity(
        &self,
        product: &Product<'_>,
        locale: &Locale,
    ) -> (String, Option<String>) {
        match self.refused.filter(|refused| refused.product_id == product.id) {
            Some(refused) => (refused.quantity.to_owned(), Some(refused.fault.text(*locale))),
            None => (product.quantity_min.to_string(), None),
        }
    }
}

renders! {
    ShopView<'a> = "pages/shop.html";
}
