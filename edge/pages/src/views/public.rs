//! Pages that need no session.

use super::renders;
use crate::{
    AppKind, Page,
    problem::{Refusal, Way, way, words},
};

/// `GET /`
#[derive(Clone, Copy, Debug, Default)]
pub struct HomeView;

/// The messages of a home page: title, lead, and three things that one can do.
struct HomeWords {
    title: &'static str,
    lead: &'static str,
    points: [(&'static str, &'static str); 3],
}

impl Page<'_> {
    fn home_words(&self) -> HomeWords {
        match self.app {
            AppKind::Family => HomeWords {
                title: "home-family",
                lead: "home-family-lead",
                points: [
                    ("home-family-1", "home-family-1-text"),
                    ("home-family-2", "home-family-2-text"),
                    ("home-family-3", "home-family-3-text"),
                ],
            },
            AppKind::Stories => HomeWords {
                title: "home-stories",
                lead: "home-stories-lead",
                points: [
                    ("home-stories-1", "home-stories-1-text"),
                    ("home-stories-2", "home-stories-2-text"),
                    ("home-stories-3", "home-stories-3-text"),
                ],
            },
            AppKind::Paybot => HomeWords {
                title: "home-paybot",
                lead: "home-paybot-lead",
                points: [
                    ("home-paybot-1", "home-paybot-1-text"),
                    ("home-paybot-2", "home-paybot-2-text"),
                    ("home-paybot-3", "home-paybot-3-text"),
                ],
            },
            AppKind::Saas => HomeWords {
                title: "home-saas",
                lead: "home-saas-lead",
                points: [
                    ("home-saas-1", "home-saas-1-text"),
                    ("home-saas-2", "home-saas-2-text"),
                    ("home-saas-3", "home-saas-3-text"),
                ],
            },
            AppKind::Market => HomeWords {
                title: "home-market",
                lead: "home-market-lead",
                points: [
                    ("home-market-1", "home-market-1-text"),
                    ("home-market-2", "home-market-2-text"),
                    ("home-market-3", "home-market-3-text"),
                ],
            },
            AppKind::Postern => HomeWords {
                title: "home-postern",
                lead: "home-postern-lead",
                points: [
                    ("home-postern-1", "home-postern-1-text"),
                    ("home-postern-2", "home-postern-2-text"),
                    ("home-postern-3", "home-postern-3-text"),
                ],
            },
        }
    }

    pub(crate) fn home_title(&self) -> String {
        self.t(self.home_words().title)
    }

    pub(crate) fn home_lead(&self) -> String {
        self.t(self.home_words().lead)
    }

    pub(crate) fn home_points(&self) -> [(String, String); 3] {
        self.home_words().points.map(|(title, text)| (self.t(title), self.t(text)))
    }
}

/// Why a sign-in came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem<'a> {
    /// The issuer does not know where to send people back to. This URL must be registered there.
    RedirectUri(&'a str),
    /// The person, or the issuer, said no.
    Denied,
    /// The sign-in took too long, or was begun in another browser.
    Expired,
    /// What came back does not belong to what was asked.
    Mismatch,
    /// The issuer did not answer.
    Unreachable,
    /// The tenant has no issuer to sign in at.
    NotConfigured,
}

impl SignInProblem<'_> {
    pub(crate) const fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::RedirectUri(_) => ("sign-in-redirect-uri", "sign-in-redirect-uri-text"),
            Self::Denied => ("sign-in-denied", "sign-in-denied-text"),
            Self::Expired => ("sign-in-expired", "sign-in-expired-text"),
            Self::Mismatch => ("sign-in-mismatch", "sign-in-mismatch-text"),
            Self::Unreachable => ("sign-in-unreachable", "sign-in-unreachable-text"),
            Self::NotConfigured => ("sign-in-not-configured", "sign-in-not-configured-text"),
        }
    }
}

/// A sign-in that came to nothing.
#[derive(Clone, Copy, Debug)]
pub struct SignInProblemView<'a> {
    /// Why.
    pub problem: SignInProblem<'a>,
    /// What the issuer said of it, word for word.
    pub detail: Option<&'a str>,
    /// Where the person wanted to go: a path of this host, checked by the caller.
    pub return_to: &'a str,
}

impl SignInProblemView<'_> {
    pub(crate) const fn url(&self) -> Option<&str> {
        match self.problem {
            SignInProblem::RedirectUri(url) => Some(url),
            _ => None,
        }
    }

    pub(crate) const fn can_retry(&self) -> bool {
        !matches!(self.problem, SignInProblem::NotConfigured)
    }
}

/// `GET /invite`
#[derive(Clone, Copy, Debug)]
pub struct InvitationView<'a> {
    /// What the person would be.
    pub role: &'a str,
    /// The invitation itself, for the form.
    pub token: &'a str,
    /// Until when it counts.
    pub expires_at_ms: i64,
}

/// After `POST /auth/logout`.
#[derive(Clone, Copy, Default)]
pub struct SignedOutView<'a> {
    /// Where the issuer ends its own session, if the person may still be signed in there.
    pub issuer_logout_url: Option<&'a str>,
}

/// A problem, for people.
#[derive(Clone, Copy, Debug)]
pub struct ProblemView<'a> {
    /// The response's status.
    pub status: u16,
    /// The permanent code.
    pub code: &'a str,
    /// What is wrong with this request in particular, if it can be told; in English.
    pub detail: Option<&'a str>,
    /// When it is worth trying again.
    pub retry_after_s: Option<u64>,
    /// Whether the page was asked for by `GET`, so that it can be asked for again.
    pub is_get: bool,
}

impl ProblemView<'_> {
    pub(crate) fn title(&self) -> &'static str {
        words(self.status, self.code).0
    }

    pub(crate) fn text(&self) -> &'static str {
        words(self.status, self.code).1
    }

    /// What is wrong in particular, where the page does not say it already.
    pub(crate) fn detail(&self) -> Option<&str> {
        self.detail.filter(|_| Refusal::parse(self.code).is_none())
    }

    pub(crate) fn is_way(&self, wanted: &str, signed_in: &bool) -> bool {
        let name = match way(self.status, self.code) {
            Way::SignIn => "sign-in",
            Way::Account if *signed_in => "account",
            Way::Again if self.is_get => "again",
            Way::Shop => "shop",
            Way::Products => "products",
            Way::Account | Way::Again | Way::Home => "home",
        };
        name == wanted
    }
}

/// `GET /offline`: what a service worker shows when there is no network. Rendered for nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct OfflineView;

renders! {
    HomeView = "pages/home.html";
    SignInProblemView<'a> = "pages/sign_in_problem.html";
    InvitationView<'a> = "pages/invitation.html";
    SignedOutView<'a> = "pages/signed_out.html";
    ProblemView<'a> = "pages/problem.html";
    OfflineView = "pages/offline.html";
}
