//! What every page has in common.

use crate::{Arg, Locale, Theme, ToArg, t, time};
use askama::filters::HtmlSafe;
use std::fmt;

/// Which product a tenant runs, as far as its pages tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AppKind {
    /// Family-safe chat.
    Family,
    /// Stories for children.
    Stories,
    /// A payment conversation.
    Paybot,
    /// A software-as-a-service starter.
    Saas,
    /// A creative marketplace.
    Market,
    /// Postern's own operators.
    Postern,
}

impl AppKind {
    /// Every product.
    pub const ALL: [Self; 6] =
        [Self::Family, Self::Stories, Self::Paybot, Self::Saas, Self::Market, Self::Postern];

    /// The name in forms and in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::Stories => "stories",
            Self::Paybot => "paybot",
            Self::Saas => "saas",
            Self::Market => "market",
            Self::Postern => "postern",
        }
    }

    /// What the product looks like when its tenant chose nothing.
    #[must_use]
    pub const fn theme(self) -> Theme {
        let (light, dark) = match self {
            Self::Family => ([0x0b, 0x6b, 0x62], [0x6f, 0xd6, 0xc8]),
            Self::Stories => ([0x7a, 0x3e, 0x9d], [0xd3, 0xa6, 0xf2]),
            Self::Paybot => ([0x1f, 0x55, 0xb5], [0x93, 0xbd, 0xfb]),
            Self::Saas => ([0x3f, 0x4b, 0xb8], [0xae, 0xb5, 0xff]),
            Self::Market => ([0xa4, 0x3f, 0x1c], [0xf7, 0xa9, 0x83]),
            Self::Postern => ([0x2f, 0x5d, 0x50], [0xe6, 0xc9, 0x86]),
        };
        Theme::of(light, dark)
    }
}

/// Whether a person wants pages light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// As the device has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Scheme {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The name in forms and in cookies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The choice of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.as_str() == name)
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Auto => "scheme-auto",
            Self::Light => "scheme-light",
            Self::Dark => "scheme-dark",
        }
    }
}

/// What has just been done, said once on the page that follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The locale or the colour scheme was kept.
    PreferencesSaved,
    /// One device was signed out.
    SessionRevoked,
    /// All other devices were signed out.
    OthersRevoked,
    /// An API key was revoked.
    KeyRevoked,
    /// A tenant was made.
    TenantCreated,
    /// A domain was put.
    DomainPut,
    /// Tokens were granted.
    Granted,
    /// An invitation was accepted.
    InvitationAccepted,
    /// Something was put into the cart.
    AddedToCart,
    /// A quantity in the cart was changed.
    CartUpdated,
    /// Something was taken out of the cart.
    LineRemoved,
    /// A coupon counts.
    CouponApplied,
    /// A coupon was taken away.
    CouponRemoved,
    /// The country was kept.
    CountrySaved,
    /// A licence was accepted.
    LicenceAccepted,
}

impl Notice {
    /// Every notice.
    pub const ALL: [Self; 15] = [
        Self::PreferencesSaved,
        Self::SessionRevoked,
        Self::OthersRevoked,
        Self::KeyRevoked,
        Self::TenantCreated,
        Self::DomainPut,
        Self::Granted,
        Self::InvitationAccepted,
        Self::AddedToCart,
        Self::CartUpdated,
        Self::LineRemoved,
        Self::CouponApplied,
        Self::CouponRemoved,
        Self::CountrySaved,
        Self::LicenceAccepted,
    ];

    /// The name by which a redirect carries it to the next page.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PreferencesSaved => "preferences-saved",
            Self::SessionRevoked => "session-revoked",
            Self::OthersRevoked => "others-revoked",
            Self::KeyRevoked => "key-revoked",
            Self::TenantCreated => "tenant-created",
            Self::DomainPut => "domain-put",
            Self::Granted => "granted",
            Self::InvitationAccepted => "invitation-accepted",
            Self::AddedToCart => "added-to-cart",
            Self::CartUpdated => "cart-updated",
            Self::LineRemoved => "line-removed",
            Self::CouponApplied => "coupon-applied",
            Self::CouponRemoved => "coupon-removed",
            Self::CountrySaved => "country-saved",
            Self::LicenceAccepted => "licence-accepted",
        }
    }

    /// The notice of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.as_str() == name)
    }

    const fn key(self) -> &'static str {
        match self {
            Self::PreferencesSaved => "notice-preferences-saved",
            Self::SessionRevoked => "notice-session-revoked",
            Self::OthersRevoked => "notice-others-revoked",
            Self::KeyRevoked => "notice-key-revoked",
            Self::TenantCreated => "notice-tenant-created",
            Self::DomainPut => "notice-domain-put",
            Self::Granted => "notice-granted",
            Self::InvitationAccepted => "notice-invitation-accepted",
            Self::AddedToCart => "notice-added-to-cart",
            Self::CartUpdated => "notice-cart-updated",
            Self::LineRemoved => "notice-line-removed",
            Self::CouponApplied => "notice-coupon-applied",
            Self::CouponRemoved => "notice-coupon-removed",
            Self::CountrySaved => "notice-country-saved",
            Self::LicenceAccepted => "notice-licence-accepted",
        }
    }
}

/// Who is signed in.
#[derive(Clone, Copy, Debug)]
pub struct User<'a> {
    /// As the issuer gave it; may be empty.
    pub name: &'a str,
    /// As the issuer gave it; may be empty.
    pub email: &'a str,
    /// Whether the pages under `/admin` are shown in the navigation.
    pub is_admin: bool,
}

impl User<'_> {
    /// What to call the person.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.name.is_empty() { self.email } else { self.name }
    }
}

/// What every page has in common.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    /// The tenant's name, as people know it.
    pub tenant: &'a str,
    /// What the tenant runs.
    pub app: AppKind,
    /// The tenant's colours, checked when they were kept.
    pub theme: &'a Theme,
    /// The language of the page.
    pub locale: Locale,
    /// Light or dark.
    pub scheme: Scheme,
    /// The nonce of this response's content security policy.
    pub nonce: &'a str,
    /// What forms carry as `_csrf`. Empty where nobody has a session.
    pub csrf: &'a str,
    /// Who is signed in.
    pub user: Option<User<'a>>,
    /// The path of this page, with its query where that is part of what is shown.
    pub path: &'a str,
    /// The id of the request, as `x-request-id` has it.
    pub request_id: &'a str,
    /// From a file's name in `static/` (`css/base.css`) to the URL that it is served at.
    pub asset: &'a dyn Fn(&str) -> String,
    /// What has just been done.
    pub notice: Option<Notice>,
    /// Whether the tenant sells something, and so the navigation leads to its shop.
    pub shop: bool,
}

/// Markup made by this crate from values that are numbers.
pub struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// What templates ask of a page.
impl Page<'_> {
    /// A message.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        t(self.locale, key, &[])
    }

    /// A message with one value in it.
    pub fn t1(&self, key: &str, name: &str, value: impl ToArg) -> String {
        t(self.locale, key, &[(name, value.to_arg())])
    }

    /// A message with two values in it.
    pub fn t2(
        &self,
        key: &str,
        (name, value): &(&str, impl ToArg),
        (other_name, other): &(&str, impl ToArg),
    ) -> String {
        t(self.locale, key, &[(name, value.to_arg()), (other_name, other.to_arg())])
    }

    /// A whole number.
    pub fn int(&self, value: impl ToArg) -> String {
        match value.to_arg() {
            Arg::Int(number) => self.locale.int(number),
            Arg::Text(text) => text.to_owned(),
        }
    }

    /// A whole number with its sign.
    #[must_use]
    pub fn signed(&self, value: &i64) -> String {
        self.locale.signed(*value)
    }

    /// A price in US dollars, marked as the estimate that it is.
    #[must_use]
    pub fn usd(&self, nano: &u64) -> String {
        self.t1("usd-approx", "amount", self.locale.usd(*nano))
    }

    /// A price for a million tokens, from the price of one.
    #[must_use]
    pub fn usd_per_million(&self, nano: &u64) -> String {
        self.locale.usd(nano.saturating_mul(1_000_000))
    }

    /// A moment.
    #[must_use]
    pub fn time(&self, ms: &i64) -> Markup {
        let (machine, text) = (time::rfc3339(*ms), self.locale.moment(*ms));
        Markup(format!("<time datetime=\"{machine}\">{text}</time>"))
    }

    /// A day.
    #[must_use]
    pub fn day(&self, ms: &i64) -> Markup {
        let (machine, text) = (time::rfc3339_day(*ms), self.locale.day(*ms));
        Markup(format!("<time datetime=\"{machine}\">{text}</time>"))
    }

    /// A duration in milliseconds.
    #[must_use]
    pub fn ms(&self, value: &u64) -> String {
        format!("{}\u{a0}ms", self.int(value))
    }

    /// The size of a file.
    #[must_use]
    pub fn bytes(&self, value: &u64) -> String {
        self.locale.bytes(*value)
    }

    /// Where a file of `static/` is served.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        (self.asset)(name)
    }

    /// The properties of the tenant's theme.
    #[must_use]
    pub fn theme_css(&self) -> Markup {
        Markup(self.theme.css())
    }

    /// Whether this is the page at `path`, or one below it.
    #[must_use]
    pub fn is_at(&self, path: &str) -> bool {
        let own = self.path.split(['?', '#']).next().unwrap_or_default();
        own.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether this is a product's page, and not the operators'.
    #[must_use]
    pub fn is_product(&self) -> bool {
        self.app != AppKind::Postern
    }

    /// The message of a notice.
    #[must_use]
    pub fn notice_text(&self, notice: &Notice) -> String {
        self.t(notice.key())
    }

    /// The name of a colour scheme.
    #[must_use]
    pub fn scheme_name(&self, scheme: &Scheme) -> String {
        self.t(scheme.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for notice in Notice::ALL {
            assert_eq!(Notice::parse(notice.as_str()), Some(notice));
        }
        for scheme in Scheme::ALL {
            assert_eq!(Scheme::parse(scheme.as_str()), Some(scheme));
        }
        assert_eq!(Notice::parse("<script>"), None);
        assert_eq!(Scheme::parse("sepia"), None);
    }
}
