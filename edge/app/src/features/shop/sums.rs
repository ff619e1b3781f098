//! A cart, read and added up: what is in it, what each line costs here and now, and what keeps it
//! from being bought. [`pricing::quote`] does the sums; this finds what goes into them.

use super::{
    prices::LISTS_MAX,
    product::{BundleItem, Details},
    record::QuoteItem,
};
use crate::{
    problem::Problem,
    store::{
        cart::{Carts, Line, Part, StoredCart},
        coupon::InCart,
        ledger::rows,
        price::{self, StoredList},
        product::Status,
    },
};
use kernel::{FieldError, ProductId, UnixMillis};
use ports::{Row, Statement};
use pricing::{
    Cart, CartLine, Interval, Market, Markets, Price, PriceList, ProductKind, Totals, best_price,
    choose_list,
};
use std::collections::BTreeMap;

/// How many statements [`reads`] are.
pub const READS: usize = 5;

/// A cart as it is stored, with all that its sum depends on.
pub struct Loaded {
    /// The cart.
    pub cart: StoredCart,
    /// What is in it.
    pub lines: Vec<Line>,
    /// What is in its bundles.
    parts: Vec<Part>,
    /// Its coupon, if there is such a one.
    coupon: Option<InCart>,
    /// The tenant's price lists.
    lists: Vec<PriceList>,
}

/// What keeps a cart from being bought.
#[derive(Clone, Debug)]
pub struct Fault {
    /// A permanent name.
    pub code: &'static str,
    /// Where in the cart, and words for it.
    pub error: FieldError,
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Cart(fault.code, fault.error)
    }
}

/// A cart that has been added up, as far as it can be.
pub struct Sum<'a> {
    /// Where it is bought.
    pub market: &'a Market,
    /// The price list; `None` when the tenant has none.
    pub list: Option<&'a PriceList>,
    /// Its lines, in the cart's order.
    pub lines: Vec<SumLine<'a>>,
    /// What is wrong with its coupon, which then takes nothing off.
    pub coupon_fault: Option<Fault>,
    /// What is wrong with it as a whole.
    pub fault: Option<Fault>,
    /// What those lines come to that have a price. `None` where there is none, or where they
    /// cannot be added up.
    pub totals: Option<Totals>,
}

/// A line that has been looked into.
pub struct SumLine<'a> {
    /// The line.
    pub line: &'a Line,
    /// What its product is; `None` for a product that was stored wrong.
    pub details: Option<Details>,
    /// What one of it costs.
    pub price: Option<&'a Price>,
    /// What keeps it from being bought.
    pub fault: Option<Fault>,
    /// How many can be had, where that is too few.
    pub left: Option<i64>,
}

/// The statements that read a cart, all that [`Loaded::read`] needs.
pub fn reads(carts: &Carts<'_>) -> [Statement; READS] {
    [
        carts.get(),
        price::lists(carts.tenant, LISTS_MAX),
        carts.products(),
        carts.bundled(),
        carts.coupon(),
    ]
}

impl Loaded {
    /// Reads the results of [`reads`], which are the last of a batch's.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there is no such cart, or it is another's.
    pub fn read(results: &[Vec<Row>]) -> Result<Self, Problem> {
        let [.., cart, lists, lines, parts, coupon] = results else {
            return Err(Problem::NotFound);
        };
        let cart = StoredCart::try_from(cart.first().ok_or(Problem::NotFound)?)?;
        let lists: Vec<StoredList> = rows(lists)?;
        Ok(Self {
            cart,
            lines: rows(lines)?,
            parts: rows(parts)?,
            coupon: coupon.first().map(InCart::try_from).transpose()?,
            lists: lists.into_iter().map(PriceList::from).collect(),
        })
    }

    /// Adds the cart up.
    pub fn sum<'a>(&'a self, markets: &'a Markets, now: UnixMillis) -> Sum<'a> {
        let market = markets.get(&self.cart.market);
        let market = market.unwrap_or_else(|| markets.choose(None, None, None));
        let list = choose_list(&self.lists, &market.price_list);
        let mut lines: Vec<_> =
            self.lines.iter().map(|line| self.look_into(line, list, now)).collect();
        self.check_stock(&mut lines);
        let mut sum = Sum { market, list, lines, coupon_fault: None, fault: None, totals: None };
        sum.add_up(self, now);
        sum
    }

    fn look_into<'a>(
        &self,
        line: &'a Line,
        list: Option<&PriceList>,
        now: UnixMillis,
    ) -> SumLine<'a> {
        let product = &line.product;
        let details = Details::read(product.kind, &product.details).ok();
        let items = details.as_ref().map_or(&[][..], Details::items);
        let is_sold = product.status == Status::Active
            && details.is_some()
            && items.iter().all(|item| self.is_sold(item));
        let price = list.and_then(|list| {
            let interval = interval_of(&line.prices);
            best_price(&line.prices, &list.name, interval, line.quantity, now)
        });
        let fault = match (is_sold, price) {
            (false, _) => Some(("not_sold", "is no longer sold")),
            (true, None) => Some(("no_price", "is not sold here")),
            (true, Some(_)) => None,
        };
        let fault = fault.map(|(code, message)| {
            let field = format!("lines[{}].product", self.place(product));
            Fault { code, error: FieldError::new(field, message) }
        });
        SumLine { line, details, price: price.filter(|_| is_sold), fault, left: None }
    }

    /// Where a product's line is in the cart.
    fn place(&self, product: &Part) -> usize {
        self.lines.iter().position(|line| line.product.id == product.id).unwrap_or_default()
    }

    /// The cart's coupon, if there is such a one.
    pub fn in_cart(&self) -> Option<&InCart> {
        self.coupon.as_ref()
    }

    fn part(&self, id: &ProductId) -> Option<&Part> {
        self.parts.iter().find(|part| part.id == *id)
    }

    fn is_sold(&self, item: &BundleItem) -> bool {
        self.part(&item.product).is_some_and(|part| part.status == Status::Active)
    }

    /// Finds lines for which there is not enough, with all that other lines take of the same.
    fn check_stock(&self, lines: &mut [SumLine<'_>]) {
        let mut taken: BTreeMap<String, i64> = BTreeMap::new();
        for (index, line) in lines.iter_mut().enumerate().filter(|(_, line)| line.price.is_some()) {
            let product = &line.line.product;
            let itself = [(&product.id, product.available, 1)];
            let items = line.details.as_ref().map_or(&[][..], Details::items);
            let parts = items.iter().map(|item| {
                let available = self.part(&item.product).and_then(|part| part.available);
                (&item.product, available, item.quantity)
            });
            let mut short = None;
            for (id, available, each) in itself.into_iter().chain(parts) {
                let Some(available) = available else { continue };
                let taken = taken.entry(id.as_str().to_owned()).or_default();
                let wanted = i64::from(each) * i64::from(line.line.quantity);
                *taken = taken.saturating_add(wanted);
                if *taken > available {
                    let left = (available - (*taken - wanted)).max(0) / i64::from(each.max(1));
                    short = Some(short.map_or(left, |other: i64| other.min(left)));
                }
            }
            if let Some(left) = short {
                let message = if left == 0 {
                    "is out of stock".to_owned()
                } else {
                    format!("must be at most {left}, which is all there is")
                };
                let field = format!("lines[{index}].quantity");
                let error = FieldError::new(field, message);
                line.fault = Some(Fault { code: "out_of_stock", error });
                line.left = Some(left);
            }
        }
    }

    /// What one unit of a line gives, its bundle taken apart.
    pub fn items(&self, line: &SumLine<'_>) -> Option<Vec<QuoteItem>> {
        let parts: Vec<(&ProductId, Details)> = self
            .parts
            .iter()
            .filter_map(|part| Some((&part.id, Details::read(part.kind, &part.details).ok()?)))
            .collect();
        let find = |id: &ProductId| {
            parts.iter().find(|(known, _)| *known == id).map(|(_, details)| details)
        };
        QuoteItem::all_of(&line.line.product.id, line.details.as_ref()?, find)
    }

    /// The details of all goods in the cart, those in bundles among them.
    pub fn goods(&self) -> Vec<Details> {
        let parts = self.lines.iter().map(|line| &line.product).chain(&self.parts);
        let goods = parts.filter(|part| part.kind == ProductKind::Physical);
        goods.filter_map(|part| Details::read(part.kind, &part.details).ok()).collect()
    }
}

/// How often a product is paid: all its prices have the same interval, or none.
pub fn interval_of(prices: &[Price]) -> Option<Interval> {
    prices.first().and_then(|price| price.interval)
}

impl Sum<'_> {
    fn add_up(&mut self, loaded: &Loaded, now: UnixMillis) {
        let priced: Vec<usize> = (0..self.lines.len())
            .filter(|index| self.lines.get(*index).is_some_and(|line| line.price.is_some()))
            .collect();
        let lines: Vec<CartLine> = self.lines.iter().filter_map(cart_line).collect();
        if lines.is_empty() {
            return;
        }
        let coupon = self.coupon(loaded);
        let coupon = coupon.map(|in_cart| in_cart.coupon.as_coupon());
        let with =
            |coupon| pricing::quote(&Cart { lines: &lines, coupon, market: self.market, now });
        let outcome = with(coupon.as_ref());
        let outcome = match outcome {
            Err(error) if error.field == "coupon" => {
                let code = error.reason.as_str();
                self.coupon_fault = Some(Fault { code, error: error.into() });
                with_none(&lines, self.market, now)
            }
            outcome => outcome,
        };
        match outcome {
            Ok(totals) => self.totals = Some(totals),
            Err(error) => {
                let code = error.reason.as_str();
                let field = in_cart(&error.field, &priced);
                let fault = Fault { code, error: FieldError::new(field, error.reason.to_string()) };
                self.fault = Some(fault);
            }
        }
    }

    /// The cart's coupon, if it counts.
    fn coupon<'l>(&mut self, loaded: &'l Loaded) -> Option<&'l InCart> {
        loaded.cart.coupon.as_ref()?;
        let found = loaded.coupon.as_ref();
        let gone = found.is_none_or(|found| found.coupon.archived_at_ms.is_some());
        let fault = match found {
            _ if gone => Some(("coupon_gone", "is not valid any more")),
            Some(found) if found.is_used_up() => Some(("coupon_used_up", "is used up")),
            _ => None,
        };
        self.coupon_fault =
            fault.map(|(code, message)| Fault { code, error: FieldError::new("coupon", message) });
        found.filter(|_| self.coupon_fault.is_none())
    }

    /// What keeps the cart from being bought, if anything does.
    pub fn first_fault(&self) -> Option<&Fault> {
        let lines = self.lines.iter().filter_map(|line| line.fault.as_ref());
        lines.chain(&self.fault).chain(&self.coupon_fault).next()
    }
}

fn with_none(
    lines: &[CartLine],
    market: &Market,
    now: UnixMillis,
) -> Result<Totals, pricing::QuoteError> {
    pricing::quote(&Cart { lines, coupon: None, market, now })
}

fn cart_line(line: &SumLine<'_>) -> Option<CartLine> {
    let product = &line.line.product;
    Some(CartLine {
        product: product.id.clone(),
        name: product.name.clone(),
        kind: product.kind,
        quantity: line.line.quantity,
        price: line.price?.clone(),
    })
}

/// A field of the lines that were added up, as one of the cart's lines, of which some were not.
fn in_cart(field: &str, priced: &[usize]) -> String {
    let parts = field.strip_prefix("lines[").and_then(|rest| rest.split_once(']'));
    let Some((index, rest)) = parts else { return field.to_owned() };
    let index = index.parse::<usize>().ok().and_then(|index| priced.get(index));
    index.map_or_else(|| field.to_owned(), |index| format!("lines[{index}]{rest}"))
}
