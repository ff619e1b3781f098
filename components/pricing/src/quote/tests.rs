use super::*;
use crate::{
    Discount, format_money,
    testing::{Dice, markets},
};
use kernel::FieldError;

const NOW: UnixMillis = UnixMillis(1_767_225_600_000);

fn line(product: &str, quantity: u32, amount_minor: i64, code: &str) -> CartLine {
    let product: ProductId = product.parse().unwrap();
    CartLine {
        name: "A thing".into(),
        kind: ProductKind::Digital,
        quantity,
        price: Price {
            id: "pri_1".parse().unwrap(),
            product: product.clone(),
            list: code.to_lowercase(),
            currency: code.parse().unwrap(),
            amount_minor,
            min_quantity: 1,
            valid_from_ms: None,
            valid_until_ms: None,
            interval: None,
        },
        product,
    }
}

fn coupon(discount: Discount) -> Coupon {
    Coupon {
        code: "SUMMER".into(),
        discount,
        products: None,
        min_subtotal: None,
        valid_from_ms: None,
        valid_until_ms: None,
    }
}

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, code.parse().unwrap())
}

fn add_up(lines: &[CartLine], coupon: Option<&Coupon>) -> Result<Totals, QuoteError> {
    let markets = markets();
    let market = markets.get("de").unwrap();
    quote(&Cart { lines, coupon, market, now: NOW })
}

fn refused(lines: &[CartLine], coupon: Option<&Coupon>) -> (String, Refusal) {
    let error = add_up(lines, coupon).unwrap_err();
    (error.field, error.reason)
}

fn subscription(interval: Interval) -> CartLine {
    let mut line = line("prd_plan", 1, 900, "EUR");
    (line.kind, line.price.interval) = (ProductKind::Subscription, Some(interval));
    line
}

#[test]
fn a_cart_is_the_sum_of_its_lines() {
    let totals =
        add_up(&[line("prd_a", 2, 1_250, "EUR"), line("prd_b", 1, 99, "EUR")], None).unwrap();
    assert_eq!(
        (totals.subtotal_minor, totals.discount_minor, totals.total_minor),
        (2_599, 0, 2_599)
    );
    assert_eq!((totals.market.as_str(), totals.list.as_str()), ("de", "eur"));
    assert_eq!(totals.tax.label, "MwSt.");
    assert_eq!(totals.lines[0].subtotal_minor, 2_500);
    assert_eq!(totals.lines[0].unit_minor, 1_250);
}

#[test]
fn a_discount_is_divided_among_the_lines_that_it_is_for() {
    let lines = ["prd_a", "prd_b", "prd_c"].map(|product| line(product, 1, 333, "EUR"));
    let ten = coupon(Discount::Fixed(money(100, "EUR")));
    let totals = add_up(&lines, Some(&ten)).unwrap();
    let parts: Vec<i64> = totals.lines.iter().map(|line| line.discount_minor).collect();
    assert_eq!(parts, [34, 33, 33]);
    assert_eq!((totals.total_minor, totals.coupon.as_deref()), (899, Some("SUMMER")));

    let products = Some(vec!["prd_b".parse().unwrap()]);
    let half = Coupon { products, ..coupon(Discount::PercentBp(5_000)) };
    let totals = add_up(&lines, Some(&half)).unwrap();
    let parts: Vec<i64> = totals.lines.iter().map(|line| line.discount_minor).collect();
    assert_eq!(parts, [0, 167, 0]);
}

#[test]
fn nothing_to_pay_is_a_total_too() {
    let all = coupon(Discount::PercentBp(10_000));
    let totals = add_up(&[line("prd_a", 3, 1_250, "EUR")], Some(&all)).unwrap();
    assert_eq!((totals.discount_minor, totals.total_minor), (3_750, 0));
    assert_eq!(add_up(&[line("prd_a", 3, 0, "EUR")], Some(&all)).unwrap().total_minor, 0);
}

#[test]
fn carts_have_their_bounds() {
    assert_eq!(refused(&[], None), ("lines".into(), Refusal::Empty));
    let many = vec![line("prd_a", 1, 100, "EUR"); LINES_MAX];
    assert_eq!(add_up(&many, None).unwrap().total_minor, 5_000);
    let many = vec![line("prd_a", 1, 100, "EUR"); LINES_MAX + 1];
    assert_eq!(refused(&many, None), ("lines".into(), Refusal::TooManyLines));
    for quantity in [0, 1_000] {
        let (field, reason) = refused(&[line("prd_a", quantity, 100, "EUR")], None);
        assert_eq!((field.as_str(), reason), ("lines[0].quantity", Refusal::QuantityOutOfRange));
    }
}

#[test]
fn lines_must_go_together() {
    let second = |change: &dyn Fn(&mut CartLine)| {
        let mut lines = [line("prd_a", 1, 100, "EUR"), line("prd_b", 1, 100, "EUR")];
        change(&mut lines[1]);
        refused(&lines, None)
    };
    let at = |field: &str, reason| (format!("lines[1].{field}"), reason);
    let usd = "USD".parse().unwrap();
    assert_eq!(
        second(&|line| line.price.currency = usd),
        at("price.currency", Refusal::MixedCurrencies)
    );
    assert_eq!(
        second(&|line| line.price.list = "vip".into()),
        at("price.list", Refusal::MixedLists)
    );
    assert_eq!(
        second(&|line| *line = subscription(Interval::Month)),
        at("kind", Refusal::SubscriptionNotAlone)
    );
    assert_eq!(
        second(&|line| line.price.interval = Some(Interval::Month)),
        at("price.interval", Refusal::IntervalMismatch)
    );
    assert_eq!(
        second(&|line| line.price.product = "prd_c".parse().unwrap()),
        at("price.product", Refusal::PriceOfAnotherProduct)
    );
    assert_eq!(second(&|line| line.price.min_quantity = 2), at("price", Refusal::PriceNotValid));
    assert_eq!(
        second(&|line| line.price.valid_until_ms = Some(NOW)),
        at("price", Refusal::PriceNotValid)
    );
}

#[test]
fn subscriptions_are_bought_with_their_like() {
    let month = subscription(Interval::Month);
    let totals = add_up(&[month.clone(), month.clone()], None).unwrap();
    assert_eq!((totals.interval, totals.total_minor), (Some(Interval::Month), 1_800));
    assert_eq!(
        refused(&[month.clone(), subscription(Interval::Year)], None),
        ("lines[1].price.interval".into(), Refusal::MixedIntervals)
    );
    let ten = coupon(Discount::PercentBp(1_000));
    assert_eq!(refused(&[month], Some(&ten)), ("coupon".into(), Refusal::CouponOnSubscription));
}

#[test]
fn amounts_are_such_as_can_be_kept_and_charged() {
    let reason = |line: CartLine| refused(&[line], None);
    let amount = || "lines[0].price.amount_minor".to_owned();
    assert_eq!(reason(line("prd_a", 1, -1, "EUR")), (amount(), Refusal::AmountOutOfRange));
    let most = line("prd_a", 1, SAFE_INTEGER_MAX, "EUR");
    assert_eq!(add_up(std::slice::from_ref(&most), None).unwrap().total_minor, SAFE_INTEGER_MAX);
    assert_eq!(
        refused(&[most, line("prd_b", 1, 1, "EUR")], None),
        ("lines".into(), Refusal::AmountOutOfRange)
    );
    assert_eq!(
        reason(line("prd_a", 2, SAFE_INTEGER_MAX, "EUR")),
        ("lines[0].quantity".into(), Refusal::AmountOutOfRange)
    );
    assert_eq!(reason(line("prd_a", 1, 1_005, "KWD")), (amount(), Refusal::AmountTooFine));
    assert_eq!(reason(line("prd_a", 1, 49, "EUR")), ("lines".into(), Refusal::BelowChargeMinimum));
}

#[test]
fn a_coupon_counts_when_where_and_for_what_it_says() {
    let lines = [line("prd_a", 1, 1_000, "EUR")];
    let reason = |change: &dyn Fn(&mut Coupon)| {
        let mut coupon = coupon(Discount::PercentBp(1_000));
        change(&mut coupon);
        add_up(&lines, Some(&coupon)).map(|totals| totals.total_minor).map_err(|error| {
            assert_eq!(error.field, "coupon");
            error.reason
        })
    };
    assert_eq!(reason(&|_| ()), Ok(900));
    assert_eq!(reason(&|c| c.valid_from_ms = Some(NOW)), Ok(900));
    let later = NOW.plus_ms(1);
    assert_eq!(reason(&|c| c.valid_from_ms = Some(later)), Err(Refusal::CouponNotYetValid));
    assert_eq!(reason(&|c| c.valid_until_ms = Some(later)), Ok(900));
    assert_eq!(reason(&|c| c.valid_until_ms = Some(NOW)), Err(Refusal::CouponExpired));
    let dollars = money(100, "USD");
    assert_eq!(reason(&|c| c.discount = Discount::Fixed(dollars)), Err(Refusal::CouponCurrency));
    assert_eq!(reason(&|c| c.min_subtotal = Some(dollars)), Err(Refusal::CouponCurrency));
    assert_eq!(reason(&|c| c.min_subtotal = Some(money(1_000, "EUR"))), Ok(900));
    assert_eq!(
        reason(&|c| c.min_subtotal = Some(money(1_001, "EUR"))),
        Err(Refusal::CouponBelowMinimum)
    );
    let other = || Some(vec!["prd_b".parse().unwrap()]);
    assert_eq!(reason(&|c| c.products = other()), Err(Refusal::CouponNotApplicable));
}

/// A cart of the kind that tests would not think of.
fn any_cart(dice: &mut Dice) -> (Vec<CartLine>, Coupon) {
    let (code, step) = [("EUR", 1), ("JPY", 1), ("KWD", 10), ("MGA", 100)][dice.below(4) as usize];
    let count = 1 + dice.below(LINES_MAX as u64);
    let lines = (0..count).map(|_| {
        let amount_minor = i64::try_from(dice.below(1_000_000)).unwrap() * step;
        let quantity = 1 + u32::try_from(dice.below(u64::from(QUANTITY_MAX))).unwrap();
        line(["prd_a", "prd_b", "prd_c"][dice.below(3) as usize], quantity, amount_minor, code)
    });
    let lines: Vec<CartLine> = lines.collect();
    let discount = if dice.below(2) == 0 {
        Discount::PercentBp(1 + u32::try_from(dice.below(10_000)).unwrap())
    } else {
        let minor = i64::try_from(1 + dice.below(1_000_000_000)).unwrap() * step;
        Discount::Fixed(money(minor, code))
    };
    let products = (dice.below(2) == 0).then(|| vec![lines[0].product.clone()]);
    (lines, Coupon { products, ..coupon(discount) })
}

#[test]
fn whatever_the_cart_its_lines_sum_to_its_totals() {
    let mut dice = Dice::new(2);
    let markets = markets();
    let market = markets.get("de").unwrap();
    let mut added_up = 0;
    for _ in 0..5_000 {
        let (lines, coupon) = any_cart(&mut dice);
        let cart = Cart { lines: &lines, coupon: Some(&coupon), market, now: NOW };
        let totals = match quote(&cart) {
            Ok(totals) => totals,
            Err(error) => {
                assert_eq!(error.reason, Refusal::BelowChargeMinimum, "{error}");
                continue;
            }
        };
        added_up += 1;
        let sum = |part: fn(&QuotedLine) -> i64| totals.lines.iter().map(part).sum::<i64>();
        assert_eq!(sum(|line| line.subtotal_minor), totals.subtotal_minor);
        assert_eq!(sum(|line| line.discount_minor), totals.discount_minor);
        assert_eq!(sum(|line| line.total_minor), totals.total_minor);
        assert_eq!(totals.subtotal_minor - totals.discount_minor, totals.total_minor);
        for line in &totals.lines {
            assert!((0..=line.subtotal_minor).contains(&line.discount_minor), "{line:?}");
            assert_eq!(line.subtotal_minor - line.discount_minor, line.total_minor);
            assert!(coupon.is_for(&line.product) || line.discount_minor == 0);
            let total = Money::new(line.total_minor, totals.currency);
            assert!(total.to_stripe_charge().is_ok(), "{line:?}");
        }
        let json = serde_json::to_string(&totals).unwrap();
        assert_eq!(serde_json::from_str::<Totals>(&json).unwrap(), totals);
    }
    assert!(added_up > 4_900, "{added_up}");
}

#[test]
fn errors_read_as_sentences() {
    let error = add_up(&[line("prd_a", 0, 1, "EUR")], None).unwrap_err();
    assert_eq!(error.to_string(), "`lines[0].quantity` must be between 1 and 999");
    let error = FieldError::from(error);
    assert_eq!(error.field, "lines[0].quantity");
}

/// The component's test reads the same file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    about: String,
    /// Country and region of the network, and the user's choice.
    from: [Option<String>; 3],
    market: String,
    currency: String,
    /// Product, quantity and price of each line.
    lines: Vec<(String, u32, i64)>,
    #[serde(default)]
    interval: Option<Interval>,
    #[serde(default)]
    percent_bp: Option<u32>,
    #[serde(default)]
    fixed_minor: Option<i64>,
    #[serde(default)]
    discounts_minor: Vec<i64>,
    /// The total, as the market writes it.
    total: Option<String>,
    /// The field that is wrong, and why.
    error: Option<(String, String)>,
}

#[test]
fn the_components_vectors_add_up() {
    let vectors = include_str!("../../vectors/quotes.json");
    let vectors: Vec<Vector> = serde_json::from_str(vectors).unwrap();
    let markets = markets();
    for vector in vectors {
        let [country, region, choice] = vector.from.each_ref().map(Option::as_deref);
        let market = markets.choose(country, region, choice);
        assert_eq!(market.id, vector.market, "{}", vector.about);
        let lines = vector.lines.iter().map(|(product, quantity, amount_minor)| {
            let mut line = line(product, *quantity, *amount_minor, &vector.currency);
            if let Some(interval) = vector.interval {
                (line.kind, line.price.interval) = (ProductKind::Subscription, Some(interval));
            }
            line
        });
        let lines: Vec<CartLine> = lines.collect();
        let fixed = |minor| Discount::Fixed(money(minor, &vector.currency));
        let percent = vector.percent_bp.map(Discount::PercentBp);
        let coupon = percent.or(vector.fixed_minor.map(fixed)).map(coupon);
        let cart = Cart { lines: &lines, coupon: coupon.as_ref(), market, now: NOW };
        match quote(&cart) {
            Ok(totals) => {
                let parts: Vec<i64> = totals.lines.iter().map(|line| line.discount_minor).collect();
                let total = Money::new(totals.total_minor, totals.currency);
                let total = format_money(total, market.locale);
                assert_eq!(Some(total), vector.total, "{}", vector.about);
                assert_eq!(parts, vector.discounts_minor, "{}", vector.about);
            }
            Err(error) => {
                let error = (error.field, error.reason.as_str().to_owned());
                assert_eq!(Some(error), vector.error, "{}", vector.about);
            }
        }
    }
}
