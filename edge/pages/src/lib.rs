//! The pages that people see: plain views in, HTML out.
//!
//! A view is a struct of plain values that says what a page shows; [`Page`] is what all pages have
//! in common. Rendering is pure: no HTTP, no ports, no clock, so that a page can be looked at and
//! tested without a server. Words are in `locales/`, markup is in `templates/`; what a browser adds
//! to a page is in the `static/` folder of the repository, and every page is whole without it.
//!
//! Invariants: no script and no style stands in the markup but the one `<style>` of the tenant's
//! theme, which carries the nonce; every form posts and carries `_csrf`; every word that a person
//! reads comes from a locale.
#![forbid(unsafe_code)]

mod chart;
mod country;
mod locale;
mod number;
mod page;
mod problem;
mod text;
mod theme;
mod time;
mod views;

pub use askama::Error;
pub use country::name as country_name;
pub use locale::Locale;
pub use page::{AppKind, Notice, Page, Scheme, User};
pub use problem::Refusal;
pub use text::{Arg, ToArg, t};
pub use theme::{Colour, Palette, Theme, contrast_milli};
pub use views::{
    account::{AccountView, ApiKey, Balance, KeyForm, NewKey, Session, Transfer, TransferKind},
    admin::{
        AdminAccountView, AdminAccountsView, AdminAuditView, AdminModelsView, AdminOverviewView,
        AdminTenantView, AdminTenantsView, AuditEntry, Domain, Health, Model, Operation, Outcome,
        Provider, TenantForm, TenantRow,
    },
    cart::{CartLine, CartView, Coupon, CouponFault, LineTrouble, Recurring, Sums},
    checkout::{Bought, CheckoutReturnView, PaymentState},
    form::{Fault, Faults},
    invoices::{
        InvoiceLine, InvoiceRow, InvoiceState, InvoiceView, InvoicesView, Party, RefundLine, TaxSum,
    },
    playground::{ModelChoice, PlaygroundView, Spent, Turn},
    public::{
        HomeView, InvitationView, OfflineView, ProblemView, SignInProblem, SignInProblemView,
        SignedOutView,
    },
    purchases::{
        Asset, Entitlement, EntitlementState, Licence, OrderRow, OrderState, OrdersView,
        ProductsView, Subscription, SubscriptionState, Window,
    },
    sale::{Interval, ProductKind, TaxNote},
    shop::{AddForm, Product, ShopTrouble, ShopView, Stock},
    usage::{Usage, UsageDay, UsageModel},
};
