//! What the table does not say of the shop's routes.

use super::{CURSOR, Doc, LIMIT, Parameter, doc};
use crate::routes::{CatalogueId, MeteringId, ShopId};

const STATUS: Parameter = Parameter {
    name: "status",
    place: "query",
    required: false,
    description: "`draft`, `active` or `archived`; any if not given.",
};

const COUNTRY: Parameter = Parameter {
    name: "country",
    place: "query",
    required: false,
    description: "Where somebody buys, as `DE` or `CA-ON`. If not given, what the browser's \
                  `country` cookie says, or else where the request comes from.",
};

const PRODUCTS: Parameter = Parameter {
    name: "products",
    place: "query",
    required: false,
    description: "Up to 50 ids with commas between, whose prices are told.",
};

/// What administrators do.
pub(super) fn catalogue(id: CatalogueId) -> Doc {
    let written = |summary, takes, gives| Doc {
        takes: Some(takes),
        problems: &[400, 404, 409, 413, 422, 503],
        ..doc(summary, gives)
    };
    let created = |doc: Doc, gives| Doc { gives: (201, Some(gives)), ..doc };
    let ended =
        |summary| Doc { gives: (204, None), problems: &[404, 422, 503], ..doc(summary, "") };
    let listed = |summary, parameters, gives| Doc {
        parameters,
        problems: &[404, 422, 503],
        ..doc(summary, gives)
    };
    match id {
        CatalogueId::ListProducts => {
            listed("The products, newest first.", &[LIMIT, CURSOR, STATUS], "ProductPage")
        }
        CatalogueId::CreateProduct => {
            created(written("Makes a product.", "NewProduct", ""), "Product")
        }
        CatalogueId::GetProduct => listed("A product.", &[], "Product"),
        CatalogueId::ChangeProduct => {
            written("Changes what is given of a product.", "ProductChange", "Product")
        }
        CatalogueId::ArchiveProduct => {
            ended("Takes a product out of the shop. What was bought stays bought.")
        }
        CatalogueId::PutStock => written(
            "Sets how many there are of goods: at least what is held in checkouts.",
            "NewStock",
            "Product",
        ),
        CatalogueId::PutAssets => written("Sets the files of a product.", "NewAssets", "Product"),
        CatalogueId::ListPriceLists => listed("The price lists.", &[], "PriceListList"),
        CatalogueId::PutPriceList => written(
            "Makes a price list, with 201. Sent again, it answers 200; the currency stays.",
            "NewPriceList",
            "PriceList",
        ),
        CatalogueId::ListPrices => {
            listed("The prices of a product, newest first.", &[LIMIT, CURSOR], "PricePage")
        }
        CatalogueId::CreatePrice => created(
            written("Adds a price. Prices are never changed, only archived.", "NewPrice", ""),
            "Price",
        ),
        CatalogueId::ArchivePrice => ended("Archives a price, which counts no more."),
        CatalogueId::ListCoupons => listed("The coupons, by code.", &[LIMIT, CURSOR], "CouponPage"),
        CatalogueId::CreateCoupon => created(written("Makes a coupon.", "NewCoupon", ""), "Coupon"),
        CatalogueId::ArchiveCoupon => ended("Archives a coupon, which counts no more."),
    }
}

const CHANGE_KEY: Parameter = Parameter {
    name: "Idempotency-Key",
    place: "header",
    required: true,
    description: "1 to 100 visible characters. The same key makes the same change once.",
};

/// What is done with what is subscribed to.
pub(super) fn metering(id: MeteringId) -> Doc {
    match id {
        MeteringId::RecordUsage => Doc {
            takes: Some("NewUsage"),
            gives: (201, Some("UsageRecorded")),
            problems: &[400, 402, 404, 413, 422, 503],
            ..doc(
                "Counts usage of what is subscribed to, once for its identifier. Sent again, it \
                 answers 200 with the first result.",
                "",
            )
        },
        MeteringId::Status => Doc {
            problems: &[503],
            ..doc("What the account subscribes to, newest first.", "SubscriptionList")
        },
        MeteringId::Portal => Doc {
            takes: Some("NewPortal"),
            problems: &[400, 404, 409, 413, 422, 502, 503],
            ..doc("Opens Stripe's portal, where cards and subscriptions are changed.", "Portal")
        },
        MeteringId::Quantity => Doc {
            takes: Some("NewQuantity"),
            parameters: &[CHANGE_KEY],
            problems: &[400, 402, 404, 409, 413, 422, 502, 503],
            ..doc(
                "Changes how many are subscribed to. More is paid for now, for the rest of the period; \
                 less counts from the next period on, and until then what was paid for can be had \
                 again. The capacity follows when Stripe has told. One change at a time: another is \
                 answered `change_under_way`.",
                "QuantityChanged",
            )
        },
        MeteringId::Alerts => Doc {
            parameters: &[LIMIT, CURSOR],
            problems: &[422, 503],
            ..doc("What somebody should look at, newest first.", "AlertPage")
        },
    }
}

/// What everybody does.
pub(super) fn shop(id: ShopId) -> Doc {
    match id {
        ShopId::Pricing => Doc {
            parameters: &[COUNTRY, PRODUCTS],
            problems: &[422, 429, 503],
            ..doc("How things are sold somewhere, and what some products cost there.", "Pricing")
        },
        ShopId::Products => Doc {
            parameters: &[COUNTRY, LIMIT, CURSOR],
            problems: &[422, 429, 503],
            ..doc("The products that can be bought somewhere, by id.", "Shelf")
        },
        ShopId::CreateCart => Doc {
            takes: Some("CartChange"),
            gives: (201, Some("Cart")),
            problems: &[400, 401, 403, 413, 422, 429, 503],
            ..doc("Makes a cart. It is nobody's, or that of the account that is known.", "")
        },
        ShopId::GetCart => Doc {
            problems: &[401, 403, 404, 422, 429, 503],
            ..doc("A cart and what it comes to now.", "Cart")
        },
        ShopId::ChangeCart => Doc {
            takes: Some("CartChange"),
            problems: &[400, 401, 403, 404, 413, 422, 429, 503],
            ..doc("Changes a cart. One that is nobody's becomes the account's.", "Cart")
        },
        ShopId::DeleteCart => Doc {
            gives: (204, None),
            problems: &[401, 403, 404, 422, 429, 503],
            ..doc("Deletes a cart.", "")
        },
        ShopId::CreateQuote => Doc {
            takes: Some("NewQuote"),
            gives: (201, Some("Quote")),
            problems: &[400, 401, 403, 404, 409, 413, 422, 429, 503],
            ..doc("Freezes what a cart comes to, for 30 minutes. Ends the quote before.", "")
        },
    }
}
