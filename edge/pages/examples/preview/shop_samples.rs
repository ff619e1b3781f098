//! The pages of a shop: empty, full, wrong and waiting.

use super::{HOSTILE, NOW_MS, Pages, page, person};
use pages::{
    AddForm, AppKind, Asset, Bought, CartLine, CartView, CheckoutReturnView, Coupon, CouponFault,
    Entitlement, EntitlementState, Error, Fault, Interval, InvoiceLine, InvoiceRow, InvoiceState,
    InvoiceView, InvoicesView, Licence, LineTrouble, Locale, Notice, OrderRow, OrderState,
    OrdersView, Page, Party, PaymentState, ProblemView, Product, ProductKind, ProductsView,
    Recurring, RefundLine, Refusal, ShopTrouble, ShopView, Stock, Subscription, SubscriptionState,
    Sums, TaxNote, TaxSum, Window,
};

const DAY_MS: i64 = 86_400_000;
const VAT: Option<TaxNote<'static>> = Some(TaxNote::Included { rate: "19\u{a0}%", label: "VAT" });
const LONG: &str = "Donaudampfschifffahrtsgesellschaftskapitänsliederbuch";

/// Every page of a shop by name.
pub fn all(locale: Locale, pages: &mut Pages) -> Result<(), Error> {
    let theme = AppKind::Market.theme();
    let nobody = Page { shop: true, ..page(locale, AppKind::Market, &theme, None) };
    let buyer = Page { shop: true, ..page(locale, AppKind::Market, &theme, Some(person())) };
    shop(nobody, buyer, pages)?;
    cart(nobody, buyer, pages)?;
    checkout(buyer, pages)?;
    products(buyer, pages)?;
    orders(buyer, pages)?;
    invoices(buyer, pages)?;
    refusals(buyer, pages)
}

fn product<'a>(id: &'a str, name: &'a str, kind: ProductKind, price: &str) -> Product<'a> {
    Product {
        id,
        name,
        description: "",
        kind,
        price: price.to_owned(),
        tax: VAT,
        approx: None,
        interval: None,
        tokens: None,
        contents: Vec::new(),
        stock: Stock::Enough,
        quantity_min: 1,
        quantity_max: 99,
    }
}

/// One of everything that can be sold.
pub fn full_shop<'a>() -> ShopView<'a> {
    let products = vec![
        Product {
            description: "Eleven songs recorded in a lighthouse, as FLAC and MP3, with a booklet.",
            approx: Some("approx. US$12.95".to_owned()),
            quantity_max: 1,
            ..product("prd_1", "Harbour Lights", ProductKind::Digital, "€12.00")
        },
        Product {
            description: "Screen print in four colours on cotton paper, 50 × 70 cm, signed.",
            stock: Stock::Few(1),
            ..product("prd_2", LONG, ProductKind::Physical, "€148.00")
        },
        Product {
            tokens: Some(100_000),
            tax: Some(TaxNote::Added),
            quantity_max: 10,
            ..product("prd_3", "Token pack", ProductKind::Tokens, "€9.90")
        },
        Product {
            description: "A thousand podcast calls each month.",
            interval: Some(Interval::Months(1)),
            tax: Some(TaxNote::Included { rate: "", label: "VAT" }),
            approx: Some("approx. US$5.40".to_owned()),
            ..product("prd_4", "Podcast plan", ProductKind::Subscription, "€4.99")
        },
        Product {
            contents: vec!["Harbour Lights", "Harbour Lights: the book", LONG],
            tax: None,
            ..product("prd_5", "The whole harbour", ProductKind::Bundle, "€29.00")
        },
        Product {
            stock: Stock::SoldOut,
            interval: Some(Interval::Years(1)),
            ..product("prd_6", "Supporter, first edition", ProductKind::Subscription, "€60.00")
        },
    ];
    ShopView {
        products,
        next: Some("p2"),
        cart_items: 3,
        country: "DE",
        countries: vec!["AT", "DE", "FR", "GB", "US", "CH", "JP", "CA-QC", "XX"],
        refused: None,
        trouble: None,
        is_test: false,
    }
}

fn shop(nobody: Page<'_>, buyer: Page<'_>, pages: &mut Pages) -> Result<(), Error> {
    let (nobody, buyer) = (Page { path: "/shop", ..nobody }, Page { path: "/shop", ..buyer });
    let empty = ShopView { products: Vec::new(), next: None, cart_items: 0, ..full_shop() };
    pages.push(("shop-empty".into(), empty.render(&nobody)?));
    pages.push(("shop-full".into(), full_shop().render(&nobody)?));
    let added = Page { notice: Some(Notice::AddedToCart), ..buyer };
    pages.push(("shop-added".into(), ShopView { cart_items: 1, ..full_shop() }.render(&added)?));
    let refused = AddForm { product_id: "prd_3", quantity: "eleven", fault: Fault::OutOfRange };
    let wrong = ShopView { refused: Some(refused), is_test: true, ..full_shop() };
    pages.push(("shop-error".into(), wrong.render(&buyer)?));
    let busy = ShopView { trouble: Some(ShopTrouble::Busy), ..full_shop() };
    pages.push(("shop-busy".into(), busy.render(&buyer)?));
    let further = Page { path: "/shop?cursor=p2", ..buyer };
    pages.push(("shop-further".into(), ShopView { next: None, ..full_shop() }.render(&further)?));
    let hostile = ShopView {
        products: vec![Product {
            description: HOSTILE,
            contents: vec![HOSTILE],
            approx: Some(HOSTILE.to_owned()),
            ..product(HOSTILE, HOSTILE, ProductKind::Bundle, HOSTILE)
        }],
        countries: vec![HOSTILE, "DE"],
        country: HOSTILE,
        next: Some(HOSTILE),
        ..full_shop()
    };
    pages.push(("shop-hostile".into(), hostile.render(&buyer)?));
    Ok(())
}

fn line<'a>(id: &'a str, name: &'a str, quantity: &'a str, price: &str) -> CartLine<'a> {
    CartLine {
        id,
        name,
        kind: ProductKind::Digital,
        quantity,
        quantity_min: 1,
        quantity_max: 99,
        fault: None,
        unit_price: price.to_owned(),
        price_before: None,
        total: price.to_owned(),
        interval: None,
        trouble: None,
    }
}

fn full_cart<'a>() -> CartView<'a> {
    CartView {
        lines: vec![
            CartLine { quantity_max: 1, ..line("lin_1", "Harbour Lights", "1", "€12.00") },
            CartLine {
                kind: ProductKind::Physical,
                total: "€296.00".to_owned(),
                ..line("lin_2", LONG, "2", "€148.00")
            },
            CartLine {
                kind: ProductKind::Subscription,
                interval: Some(Interval::Months(3)),
                ..line("lin_3", "Podcast plan", "1", "€12.99")
            },
        ],
        coupons: vec![Coupon { code: "HARBOUR10", amount: "€32.10".to_owned() }],
        coupon: "",
        coupon_fault: None,
        seen: "1-28889-EUR",
        sums: Sums {
            subtotal: "€320.99".to_owned(),
            discount: Some("€32.10".to_owned()),
            taxes: Vec::new(),
            rounding: None,
            total: "€288.89".to_owned(),
            approx: Some("approx. US$311.70".to_owned()),
            tax: VAT,
            recurring: vec![Recurring {
                amount: "€12.99".to_owned(),
                interval: Interval::Months(3),
            }],
        },
        prices_changed: false,
        is_sent: true,
        trouble: None,
        open_payment_url: None,
        is_test: false,
    }
}

fn cart(nobody: Page<'_>, buyer: Page<'_>, pages: &mut Pages) -> Result<(), Error> {
    let (nobody, buyer) = (Page { path: "/cart", ..nobody }, Page { path: "/cart", ..buyer });
    let empty = CartView { lines: Vec::new(), coupons: Vec::new(), ..full_cart() };
    pages.push(("cart-empty".into(), empty.render(&nobody)?));
    pages.push(("cart-nobody".into(), full_cart().render(&nobody)?));
    let updated = Page { notice: Some(Notice::CartUpdated), ..buyer };
    pages.push(("cart-full".into(), full_cart().render(&updated)?));
    let lines = vec![
        CartLine { fault: Some(Fault::OutOfRange), ..line("lin_1", "Token pack", "-3", "€9.90") },
        CartLine {
            trouble: Some(LineTrouble::SoldOut),
            price_before: Some("€140.00".to_owned()),
            ..line("lin_2", LONG, "2", "€148.00")
        },
        CartLine { trouble: Some(LineTrouble::Left(1)), ..line("lin_3", "Print", "2", "€20.00") },
        CartLine { trouble: Some(LineTrouble::NotHere), ..line("lin_4", "Film", "1", "€20.00") },
        CartLine { trouble: Some(LineTrouble::Gone), ..line("lin_5", HOSTILE, "1", "€20.00") },
    ];
    let sums = Sums {
        taxes: vec![("GST 5%", "CA$5.00".to_owned()), ("QST 9.975%", "CA$9.98".to_owned())],
        rounding: Some("−0.02".to_owned()),
        tax: Some(TaxNote::Added),
        approx: None,
        ..full_cart().sums
    };
    let wrong = CartView {
        lines,
        coupon: HOSTILE,
        coupon_fault: Some(CouponFault::BelowMinimum("€50.00")),
        sums,
        prices_changed: true,
        trouble: Some(ShopTrouble::SoldOut),
        is_test: true,
        ..full_cart()
    };
    pages.push(("cart-error".into(), wrong.render(&buyer)?));
    let faults = [
        ("empty", CouponFault::Empty),
        ("unknown", CouponFault::Unknown),
        ("expired", CouponFault::Expired),
        ("not-yet", CouponFault::NotYet),
        ("used-up", CouponFault::UsedUp),
        ("used-by-you", CouponFault::UsedByYou),
        ("not-for-these", CouponFault::NotForThese),
        ("not-here", CouponFault::NotHere),
        ("on-subscription", CouponFault::OnSubscription),
        ("not-together", CouponFault::NotTogether),
        ("again", CouponFault::Again),
        ("sign-in", CouponFault::SignInNeeded),
    ];
    for (name, fault) in faults {
        let view = CartView { coupon: "SUMMER", coupon_fault: Some(fault), ..full_cart() };
        pages.push((format!("cart-coupon-{name}"), view.render(&buyer)?));
    }
    let troubles = [
        ("payment-open", ShopTrouble::PaymentOpen),
        ("no-payments", ShopTrouble::NoPayments),
        ("changed", ShopTrouble::CartChanged),
        ("too-many-lines", ShopTrouble::TooManyLines),
        ("subscription-not-alone", ShopTrouble::SubscriptionNotAlone),
        ("mixed-intervals", ShopTrouble::MixedIntervals),
        ("too-little", ShopTrouble::TooLittle),
        ("not-sent-together", ShopTrouble::NotSentTogether),
    ];
    for (name, trouble) in troubles {
        let open_payment_url = (trouble == ShopTrouble::PaymentOpen)
            .then_some("https://checkout.stripe.com/c/pay/cs_test_1?a=1&b=2");
        let view = CartView { trouble: Some(trouble), open_payment_url, ..full_cart() };
        pages.push((format!("cart-{name}"), view.render(&buyer)?));
    }
    Ok(())
}

fn checkout(buyer: Page<'_>, pages: &mut Pages) -> Result<(), Error> {
    let at = Page { path: "/checkout/return?session_id=cs_1", ..buyer };
    let paid = CheckoutReturnView {
        state: PaymentState::Paid,
        order: Some("2026-000123"),
        bought: vec![
            Bought { name: "Harbour Lights", quantity: 1, total: "€12.00".to_owned() },
            Bought { name: LONG, quantity: 2, total: "€296.00".to_owned() },
            Bought { name: "Token pack", quantity: 1, total: "€9.90".to_owned() },
        ],
        total: Some("€317.90".to_owned()),
        tokens: Some(100_000),
        invoice_id: Some("inv_1"),
        is_sent: true,
        url: "/checkout/return?session_id=cs_1",
        attempt: 0,
        is_test: false,
    };
    pages.push(("return-paid".into(), paid.render(&at)?));
    let test = CheckoutReturnView { is_test: true, invoice_id: None, ..paid.clone() };
    pages.push(("return-paid-test".into(), test.render(&at)?));
    let waiting = CheckoutReturnView { state: PaymentState::Processing, ..paid.clone() };
    pages.push(("return-processing".into(), waiting.render(&at)?));
    let slow = CheckoutReturnView { attempt: 12, ..waiting };
    pages.push(("return-processing-slow".into(), slow.render(&at)?));
    let others = [
        ("failed", PaymentState::Failed),
        ("cancelled", PaymentState::Cancelled),
        ("expired", PaymentState::Expired),
        ("refunded", PaymentState::Refunded),
    ];
    for (name, state) in others {
        let bought = if state == PaymentState::Refunded { paid.bought.clone() } else { Vec::new() };
        let view = CheckoutReturnView { state, bought, order: None, total: None, ..paid.clone() };
        pages.push((format!("return-{name}"), view.render(&at)?));
    }
    Ok(())
}

fn entitlement<'a>(id: &'a str, product: &'a str, state: EntitlementState) -> Entitlement<'a> {
    Entitlement {
        id,
        product,
        kind: ProductKind::Digital,
        since_ms: NOW_MS - 40 * DAY_MS,
        until_ms: None,
        state,
        assets: vec![
            Asset { id: "ast_1", name: "01 – Lantern.flac", format: "FLAC", bytes: 38_412_007 },
            Asset { id: "ast_2", name: LONG, format: "", bytes: 4_812_007_123 },
        ],
        licence: None,
        devices: Some((2, 5)),
        downloads: Some((3, 10)),
        tokens: None,
    }
}

fn subscription<'a>(product: &'a str, state: SubscriptionState, used: u64) -> Subscription<'a> {
    Subscription {
        product,
        state,
        price: "€4.99".to_owned(),
        interval: Interval::Months(1),
        quantity: 1,
        until_ms: Some(NOW_MS + 12 * DAY_MS),
        windows: vec![Window {
            unit: "podcast calls",
            used,
            capacity: 1_000,
            extra: 0,
            ends_at_ms: Some(NOW_MS + 12 * DAY_MS),
        }],
    }
}

/// The most that one page of My Products holds.
pub fn full_products<'a>() -> ProductsView<'a> {
    use EntitlementState::{Active, Expired, Pending, Refunded, Suspended};
    use SubscriptionState::{Ended, Ending, Incomplete, PastDue, Paused, Trial};
    let licence = Licence {
        name: "Personal use, version 2",
        url: Some("/licences/personal-2"),
        accepted_at_ms: None,
        is_missed: false,
    };
    let extra = Window {
        unit: "tokens",
        used: 1_204_000,
        capacity: 1_000_000,
        extra: 250_000,
        ends_at_ms: Some(NOW_MS + DAY_MS),
    };
    let without = |subscription| Subscription { windows: Vec::new(), ..subscription };
    ProductsView {
        subscriptions: vec![
            subscription("Podcast plan", SubscriptionState::Active, 412),
            Subscription { quantity: 3, ..subscription("Podcast plan, large", Trial, 800) },
            subscription(LONG, PastDue, 905),
            subscription("Studio", Ending, 1_000),
            Subscription { windows: vec![extra], ..subscription("Tokens each month", Paused, 0) },
            without(subscription("Newsletter", Incomplete, 0)),
            without(subscription("Old plan", Ended, 0)),
        ],
        has_portal: true,
        entitlements: vec![
            Entitlement {
                licence: Some(Licence { accepted_at_ms: Some(NOW_MS), ..licence }),
                ..entitlement("ent_1", "Harbour Lights", Active)
            },
            Entitlement {
                licence: Some(licence),
                until_ms: Some(NOW_MS + 300 * DAY_MS),
                ..entitlement("ent_2", "Brushes for painters", Active)
            },
            Entitlement {
                licence: Some(Licence { is_missed: true, ..licence }),
                ..entitlement("ent_3", LONG, Active)
            },
            Entitlement { downloads: Some((10, 10)), ..entitlement("ent_4", "Film", Active) },
            Entitlement {
                kind: ProductKind::Tokens,
                assets: Vec::new(),
                tokens: Some(100_000),
                devices: None,
                downloads: None,
                ..entitlement("ent_5", "Token pack", Active)
            },
            entitlement("ent_6", "Book", Pending),
            entitlement("ent_7", "Another book", Suspended),
            entitlement("ent_8", "A third book", Refunded),
            entitlement("ent_9", HOSTILE, Expired),
        ],
        next: Some("e10"),
        is_test: false,
    }
}

fn products(buyer: Page<'_>, pages: &mut Pages) -> Result<(), Error> {
    let at = Page { path: "/products", ..buyer };
    pages.push(("products-empty".into(), ProductsView::default().render(&at)?));
    pages.push((
        "products-full".into(),
        full_products().render(&Page { notice: Some(Notice::LicenceAccepted), ..at })?,
    ));
    let test = ProductsView { subscriptions: Vec::new(), is_test: true, ..full_products() };
    pages.push(("products-test".into(), test.render(&at)?));
    Ok(())
}

fn orders(buyer: Page<'_>, pages: &mut Pages) -> Result<(), Error> {
    let at = Page { path: "/orders", ..buyer };
    pages.push(("orders-empty".into(), OrdersView::default().render(&at)?));
    let states = [
        OrderState::Open,
        OrderState::Processing,
        OrderState::Paid,
        OrderState::Sent,
        OrderState::Failed,
        OrderState::Cancelled,
        OrderState::PartlyRefunded,
        OrderState::Refunded,
        OrderState::Disputed,
    ];
    let row = |state| OrderRow {
        number: "2026-000123",
        at_ms: NOW_MS,
        items: vec!["Harbour Lights", LONG],
        total: "€1,317.90".to_owned(),
        state,
        invoice_id: (state == OrderState::Paid).then_some("inv_1"),
    };
    let mut orders: Vec<_> = states.into_iter().map(row).collect();
    orders.push(OrderRow { items: vec![HOSTILE], number: HOSTILE, ..row(OrderState::Paid) });
    let full = OrdersView { orders, next: Some("o2"), is_test: true };
    pages.push(("orders-full".into(), full.render(&at)?));
    Ok(())
}

fn invoices(buyer: Page<'_>, pages: &mut Pages) -> Result<(), Error> {
    let at = Page { path: "/invoices", ..buyer };
    pages.push(("invoices-empty".into(), InvoicesView::default().render(&at)?));
    let states = [
        InvoiceState::Draft,
        InvoiceState::Open,
        InvoiceState::Paid,
        InvoiceState::Void,
        InvoiceState::Uncollectible,
        InvoiceState::PartlyRefunded,
        InvoiceState::Refunded,
    ];
    let row = |state| InvoiceRow {
        id: "inv_1",
        number: "AT-2026-000123",
        issued_at_ms: NOW_MS,
        total: "€1,317.90".to_owned(),
        state,
        hosted_url: Some("https://invoice.stripe.com/i/acct_1/test_1?s=ap&x=1"),
        pdf_url: Some("https://pay.stripe.com/invoice/acct_1/test_1/pdf?s=ap"),
    };
    let mut invoices: Vec<_> = states.into_iter().map(row).collect();
    invoices.push(InvoiceRow {
        number: HOSTILE,
        hosted_url: None,
        pdf_url: None,
        ..row(InvoiceState::Paid)
    });
    let full = InvoicesView { invoices, next: Some("i2"), is_test: false };
    pages.push(("invoices-full".into(), full.render(&at)?));

    let at = Page { path: "/invoices/inv_1", ..buyer };
    pages.push(("invoice-included".into(), invoice().render(&at)?));
    let added = InvoiceView {
        state: InvoiceState::PartlyRefunded,
        is_tax_included: false,
        rounding: Some("+0.01".to_owned()),
        refunds: vec![
            RefundLine { at_ms: NOW_MS + DAY_MS, amount: "€12.00".to_owned() },
            RefundLine { at_ms: NOW_MS + 9 * DAY_MS, amount: "€9.90".to_owned() },
        ],
        remaining: Some("€296.00".to_owned()),
        note: "Reverse charge: the buyer owes the tax (Article 196, Directive 2006/112/EC).",
        is_test: true,
        ..invoice()
    };
    pages.push(("invoice-test".into(), added.render(&at)?));
    let bare = InvoiceView {
        number: HOSTILE,
        buyer: Party { name: HOSTILE, ..Party::default() },
        lines: Vec::new(),
        taxes: Vec::new(),
        order: "",
        paid_at_ms: None,
        due_at_ms: Some(NOW_MS + 14 * DAY_MS),
        state: InvoiceState::Open,
        note: HOSTILE,
        hosted_url: None,
        pdf_url: None,
        ..invoice()
    };
    pages.push(("invoice-hostile".into(), bare.render(&at)?));
    Ok(())
}

fn invoice<'a>() -> InvoiceView<'a> {
    let line = |name, price: &str, rate: &str, tax: &str| InvoiceLine {
        name,
        period_ms: None,
        quantity: 1,
        unit_price: price.to_owned(),
        discount: None,
        tax_rate: rate.to_owned(),
        tax: tax.to_owned(),
        total: price.to_owned(),
    };
    let tax = |rate: &str, net: &str, tax: &str| TaxSum {
        label: "VAT",
        rate: rate.to_owned(),
        net: net.to_owned(),
        tax: tax.to_owned(),
    };
    InvoiceView {
        id: "inv_1",
        number: "AT-2026-000123",
        state: InvoiceState::Paid,
        seller: Party {
            name: "Atelier Grünwald & Söhne",
            address: vec!["Hafenstraße 7", "20457 Hamburg", "Germany"],
            email: "office@atelier.example",
            tax_id: "DE123456789",
        },
        buyer: Party {
            name: "Ada Lovelace",
            address: vec!["12 St James’s Square", "London SW1Y 4JH", "United Kingdom"],
            email: "ada@example.com",
            tax_id: "",
        },
        issued_at_ms: NOW_MS,
        paid_at_ms: Some(NOW_MS),
        due_at_ms: None,
        order: "2026-000123",
        lines: vec![
            InvoiceLine {
                discount: Some("€1.20".to_owned()),
                ..line("Harbour Lights", "€12.00", "19\u{a0}%", "€1.72")
            },
            line(LONG, "€296.00", "7\u{a0}%", "€19.36"),
            InvoiceLine {
                period_ms: Some((NOW_MS, NOW_MS + 30 * DAY_MS)),
                ..line("Podcast plan", "€4.99", "", "€0.00")
            },
        ],
        is_tax_included: true,
        subtotal: "€312.99".to_owned(),
        discount: Some("€1.20".to_owned()),
        taxes: vec![
            tax("19\u{a0}%", "€9.08", "€1.72"),
            tax("7\u{a0}%", "€276.64", "€19.36"),
            tax("0\u{a0}%", "€4.99", "€0.00"),
        ],
        rounding: None,
        total: "€311.79".to_owned(),
        refunds: Vec::new(),
        remaining: None,
        note: "",
        hosted_url: Some("https://invoice.stripe.com/i/acct_1/test_1?s=ap&x=1"),
        pdf_url: Some("https://pay.stripe.com/invoice/acct_1/test_1/pdf?s=ap"),
        is_test: false,
    }
}

fn refusals(buyer: Page<'_>, pages: &mut Pages) -> Result<(), Error> {
    let at = Page { path: "/d/v1.a.b", ..buyer };
    for refusal in Refusal::ALL {
        let is_fast = refusal == Refusal::TooMany;
        let view = ProblemView {
            status: if is_fast { 429 } else { 403 },
            code: refusal.code(),
            detail: Some("told to programs"),
            retry_after_s: is_fast.then_some(30),
            is_get: true,
        };
        pages.push((format!("refused-{}", refusal.code()), view.render(&at)?));
    }
    Ok(())
}
