//! What the pages of a shop let a person do, and what they do not.

use crate::samples::{self, shop};
use pages::{
    AppKind, CheckoutReturnView, HomeView, Locale, Page, PaymentState, Refusal, ShopView,
    Subscription, SubscriptionState, Window,
};

fn sample(name: &str) -> String {
    let pages = samples::all(Locale::EnGb).unwrap();
    pages.into_iter().find(|(known, _)| known == name).unwrap().1
}

#[test]
fn only_a_tenant_that_sells_leads_to_its_shop() {
    let theme = AppKind::Market.theme();
    let user = pages::User { name: "Ada", email: "", is_admin: false };
    let page =
        |shop, user| Page { shop, ..samples::page(Locale::EnUs, AppKind::Market, &theme, user) };
    let links = |page: Page<'_>| {
        let html = HomeView.render(&page).unwrap();
        ["/shop", "/products", "/invoices", "/account"]
            .map(|path| html.contains(&format!("<a href=\"{path}\">")))
    };
    assert_eq!(links(page(false, Some(user)))[..3], [false; 3]);
    assert_eq!(links(page(true, Some(user))), [true; 4]);
    // Nobody has bought anything, but everybody may look.
    assert_eq!(links(page(true, None))[..3], [true, false, false]);
    let without = HomeView.render(&page(false, None)).unwrap();
    assert!(!without.contains("top-nav") && !without.contains("top-long"));
}

#[test]
fn what_is_sold_out_cannot_be_added() {
    let html = sample("shop-full");
    assert_eq!(html.matches("action=\"/cart/lines\"").count(), 5);
    assert!(!html.contains("value=\"prd_6\""));
    // Of what is sold only once there is no quantity to choose.
    assert_eq!(html.matches("type=\"number\"").count(), 4);
    let wrong = sample("shop-error");
    assert_eq!(wrong.matches("aria-invalid=\"true\"").count(), 1);
    assert!(wrong.contains("value=\"eleven\""));
}

#[test]
fn a_page_of_the_shop_is_small() {
    let theme = AppKind::Market.theme();
    for locale in Locale::ALL {
        let view = shop::full_shop();
        let products = view.products.iter().cycle().take(12).cloned().collect();
        let countries = view.countries.iter().copied().cycle().take(48).collect();
        let view = ShopView { products, countries, ..view };
        let page = samples::page(locale, AppKind::Market, &theme, None);
        let len = view.render(&page).unwrap().len();
        assert!(len <= 30 * 1024, "{locale:?}: {len}");
    }
}

#[test]
fn only_a_cart_with_nothing_in_the_way_is_paid_for() {
    let pays = |name| sample(name).contains("action=\"/cart/checkout\"");
    assert!(pays("cart-full") && pays("cart-coupon-unknown") && pays("cart-changed"));
    for name in
        ["cart-error", "cart-payment-open", "cart-no-payments", "cart-too-little", "cart-empty"]
    {
        assert!(!pays(name), "{name}");
    }
    let nobody = sample("cart-nobody");
    assert!(!nobody.contains("action=\"/cart/checkout\""));
    assert!(nobody.contains("href=\"/auth/login?return_to=/cart\""));
    assert!(sample("cart-full").contains("every 3 months"));
}

#[test]
fn a_payment_is_looked_at_again_so_often_and_no_more() {
    let theme = AppKind::Market.theme();
    let page = samples::page(Locale::EnUs, AppKind::Market, &theme, None);
    let at = |state, attempt, url| {
        let view = CheckoutReturnView {
            state,
            order: None,
            bought: Vec::new(),
            total: None,
            tokens: None,
            invoice_id: None,
            is_sent: false,
            url,
            attempt,
            is_test: false,
        };
        view.render(&page).unwrap()
    };
    let waits = |html: &str| html.contains("http-equiv=\"refresh\"");
    let first = at(PaymentState::Processing, 0, "/checkout/return?session_id=cs_1");
    assert!(first.contains("content=\"2;url=/checkout/return?session_id=cs_1&#38;try=1\""));
    assert!(first.contains("href=\"/checkout/return?session_id=cs_1&#38;try=12\""));
    let bare = at(PaymentState::Processing, 11, "/checkout/return");
    assert!(bare.contains("content=\"13;url=/checkout/return?try=12\""));
    for attempt in [12, 13, u32::MAX] {
        assert!(!waits(&at(PaymentState::Processing, attempt, "/checkout/return")));
    }
    for state in [PaymentState::Paid, PaymentState::Failed, PaymentState::Refunded] {
        assert!(!waits(&at(state, 0, "/checkout/return")));
    }
}

#[test]
fn files_are_there_for_those_who_may_have_them() {
    let html = sample("products-full");
    // Of nine things, one is open: the others lack a licence, downloads, files or their payment.
    assert_eq!(html.matches("name=\"asset_id\"").count(), 2);
    assert_eq!(html.matches("/download\"").count(), 3);
    assert_eq!(html.matches("/licence\"").count(), 2);
    assert_eq!(html.matches("aria-invalid=\"true\"").count(), 1);
    assert_eq!(html.matches("<meter").count(), 5);
}

#[test]
fn each_alert_comes_with_its_share_and_not_before() {
    let theme = AppKind::Market.theme();
    let page = samples::page(Locale::EnUs, AppKind::Market, &theme, None);
    let said = |used, capacity, extra| {
        let window =
            Window { unit: "calls", used, capacity, extra, ends_at_ms: Some(samples::NOW_MS) };
        let subscription = Subscription {
            windows: vec![window],
            state: SubscriptionState::Active,
            ..shop::full_products().subscriptions[0].clone()
        };
        let view = pages::ProductsView {
            subscriptions: vec![subscription],
            ..pages::ProductsView::default()
        };
        let html = view.render(&page).unwrap();
        let found = ["80% of", "90% of", "used up for this period. Add", "using what you added"];
        found.iter().position(|text| html.contains(text))
    };
    for (used, capacity, extra, alert) in [
        (0, 0, 0, None),
        (799, 1_000, 0, None),
        (800, 1_000, 0, Some(0)),
        (899, 1_000, 0, Some(0)),
        (900, 1_000, 0, Some(1)),
        (999, 1_000, 0, Some(1)),
        (1_000, 1_000, 0, Some(2)),
        (1_001, 1_000, 1, Some(3)),
        // Of three, two are less than 80 hundredths.
        (2, 3, 0, None),
        (3, 3, 0, Some(2)),
        (u64::MAX, u64::MAX, 0, Some(2)),
    ] {
        assert_eq!(said(used, capacity, extra), alert, "{used} of {capacity}");
    }
}

#[test]
fn a_refusal_says_why_and_where_to_go_on() {
    let mut titles = std::collections::BTreeSet::new();
    for refusal in Refusal::ALL {
        let html = sample(&format!("refused-{}", refusal.code()));
        let title = html.split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap();
        assert!(titles.insert(title.to_owned()), "{title} is said twice");
        let way = if refusal == Refusal::NotBought { "/shop" } else { "/products" };
        assert!(html.contains(&format!("class=\"button\" href=\"{way}\"")), "{title}");
        assert!(!html.contains("told to programs"), "{title}");
    }
}

#[test]
fn what_moves_no_money_says_so() {
    for (name, is_test) in [
        ("cart-full", false),
        ("cart-error", true),
        ("return-paid", false),
        ("return-paid-test", true),
        ("invoice-included", false),
        ("invoice-test", true),
        ("products-test", true),
    ] {
        assert_eq!(sample(name).contains("class=\"test-mode\""), is_test, "{name}");
    }
}
