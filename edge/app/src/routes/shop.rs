//! The names of the shop's routes: those that administrators use, and those that everybody does.

/// What an administrator does with what is sold. [`crate::features::shop::administer`] has an
/// exhaustive `match` over this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CatalogueId {
    ListProducts,
    CreateProduct,
    GetProduct,
    ChangeProduct,
    ArchiveProduct,
    PutStock,
    PutAssets,
    ListPriceLists,
    PutPriceList,
    ListPrices,
    CreatePrice,
    ArchivePrice,
    ListCoupons,
    CreateCoupon,
    ArchiveCoupon,
}

impl CatalogueId {
    /// A permanent name, for logs, for the audit log and as OpenAPI's `operationId`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ListProducts => "list_products",
            Self::CreateProduct => "create_product",
            Self::GetProduct => "get_product",
            Self::ChangeProduct => "change_product",
            Self::ArchiveProduct => "archive_product",
            Self::PutStock => "put_stock",
            Self::PutAssets => "put_assets",
            Self::ListPriceLists => "list_price_lists",
            Self::PutPriceList => "put_price_list",
            Self::ListPrices => "list_prices",
            Self::CreatePrice => "create_price",
            Self::ArchivePrice => "archive_price",
            Self::ListCoupons => "list_coupons",
            Self::CreateCoupon => "create_coupon",
            Self::ArchiveCoupon => "archive_coupon",
        }
    }
}

/// What somebody does who looks and buys with a browser. [`crate::features::pages`] has an
/// exhaustive `match` over this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ShopPageId {
    Shop,
    AddLine,
    Cart,
    ChangeLine,
    RemoveLine,
    PutCoupon,
    RemoveCoupon,
    Orders,
    Checkout,
    CheckoutReturn,
    MyProducts,
    Download,
    AcceptLicence,
    Portal,
    Invoices,
    Invoice,
    InvoiceCsv,
}

impl ShopPageId {
    /// A permanent name, for logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::AddLine => "cart_add_line",
            Self::Cart => "cart",
            Self::ChangeLine => "cart_change_line",
            Self::RemoveLine => "cart_remove_line",
            Self::PutCoupon => "cart_put_coupon",
            Self::RemoveCoupon => "cart_remove_coupon",
            Self::Orders => "orders",
            Self::Checkout => "cart_checkout",
            Self::CheckoutReturn => "checkout_return",
            Self::MyProducts => "my_products",
            Self::Download => "my_products_download",
            Self::AcceptLicence => "my_products_accept_licence",
            Self::Portal => "my_products_portal",
            Self::Invoices => "invoices",
            Self::Invoice => "invoice",
            Self::InvoiceCsv => "invoice_csv",
        }
    }
}

/// What somebody does with what is subscribed to. [`crate::features::metering::answer`] has an
/// exhaustive `match` over this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum MeteringId {
    RecordUsage,
    Status,
    Portal,
    Quantity,
    Alerts,
}

impl MeteringId {
    /// A permanent name, for logs and as OpenAPI's `operationId`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RecordUsage => "record_usage",
            Self::Status => "subscription_status",
            Self::Portal => "subscription_portal",
            Self::Quantity => "subscription_quantity",
            Self::Alerts => "alerts",
        }
    }
}

/// What somebody does who looks and buys. [`crate::features::shop::answer`] has an exhaustive
/// `match` over this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ShopId {
    Pricing,
    Products,
    CreateCart,
    GetCart,
    ChangeCart,
    DeleteCart,
    CreateQuote,
}

impl ShopId {
    /// A permanent name, for logs and as OpenAPI's `operationId`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pricing => "public_pricing",
            Self::Products => "public_products",
            Self::CreateCart => "create_cart",
            Self::GetCart => "get_cart",
            Self::ChangeCart => "change_cart",
            Self::DeleteCart => "delete_cart",
            Self::CreateQuote => "create_quote",
        }
    }
}
