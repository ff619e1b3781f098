//! Every page with nothing on it, and with as much as it will ever bear.

#[path = "shop_samples.rs"]
pub mod shop;

use pages::{
    AccountView, AdminAccountView, AdminAccountsView, AdminAuditView, AdminModelsView,
    AdminOverviewView, AdminTenantView, AdminTenantsView, ApiKey, AppKind, AuditEntry, Balance,
    Domain, Error, Fault, Health, HomeView, InvitationView, KeyForm, Locale, Model, ModelChoice,
    NewKey, Notice, OfflineView, Operation, Outcome, Page, PlaygroundView, ProblemView, Provider,
    Scheme, Session, SignInProblem, SignInProblemView, SignedOutView, Spent, TenantForm, TenantRow,
    Theme, Transfer, TransferKind, Turn, Usage, UsageDay, UsageModel, User,
};

/// A moment in November 2026.
pub const NOW_MS: i64 = 1_795_250_340_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// A person's text at its worst, for tests and for the eye.
pub const HOSTILE: &str = "<script>alert(\"Żółć & 'co'\")</script>";

/// Statuses that have a page of their own.
pub const STATUSES: [(u16, &str); 13] = [
    (400, "bad_request"),
    (401, "unauthenticated"),
    (402, "insufficient_tokens"),
    (403, "forbidden"),
    (404, "not_found"),
    (405, "method_not_allowed"),
    (409, "conflict"),
    (418, "teapot"),
    (422, "invalid_field"),
    (429, "rate_limited"),
    (500, "internal"),
    (502, "provider_unavailable"),
    (503, "unavailable"),
];

fn asset(name: &str) -> String {
    format!("/{name}")
}

/// A page with its user.
pub fn page<'a>(
    locale: Locale,
    app: AppKind,
    theme: &'a Theme,
    user: Option<User<'a>>,
) -> Page<'a> {
    Page {
        tenant: match app {
            AppKind::Family => "Hearth",
            AppKind::Stories => "Mira",
            AppKind::Paybot => "Paybot",
            AppKind::Saas => "Launchpad",
            AppKind::Market => "Atelier",
            AppKind::Postern => "Postern",
        },
        app,
        theme,
        locale,
        scheme: Scheme::Auto,
        nonce: "bm9uY2Utb2YtdGVzdHM",
        csrf: if user.is_some() { "csrf-of-tests" } else { "" },
        user,
        path: "/",
        request_id: "req_01kb8m2v7d3q9xw4t5y6z7a8b9",
        asset: &asset,
        notice: None,
        shop: false,
    }
}

/// The pages by name.
pub fn all(locale: Locale) -> Result<Vec<(String, String)>, Error> {
    let mut pages = Vec::new();
    public(locale, &mut pages)?;
    account(locale, &mut pages)?;
    playground(locale, &mut pages)?;
    admin(locale, &mut pages)?;
    shop::all(locale, &mut pages)?;
    Ok(pages)
}

type Pages = Vec<(String, String)>;

fn person<'a>() -> User<'a> {
    User { name: "Ada Lovelace", email: "ada@example.com", is_admin: false }
}

fn public(locale: Locale, pages: &mut Pages) -> Result<(), Error> {
    for app in AppKind::ALL {
        let theme = app.theme();
        pages.push((
            format!("home-{}", app.as_str()),
            HomeView.render(&page(locale, app, &theme, None))?,
        ));
    }
    let theme = AppKind::Family.theme();
    let nobody = page(locale, AppKind::Family, &theme, None);
    let signed_in = Page {
        notice: Some(Notice::PreferencesSaved),
        ..page(locale, AppKind::Family, &theme, Some(person()))
    };
    pages.push(("home-signed-in".into(), HomeView.render(&signed_in)?));
    let problems = [
        ("redirect-uri", SignInProblem::RedirectUri("http://family.localhost:8787/auth/callback")),
        ("denied", SignInProblem::Denied),
        ("expired", SignInProblem::Expired),
        ("mismatch", SignInProblem::Mismatch),
        ("unreachable", SignInProblem::Unreachable),
        ("not-configured", SignInProblem::NotConfigured),
    ];
    for (name, problem) in problems {
        let detail = matches!(problem, SignInProblem::Denied)
            .then_some("access_denied: The user did not consent.");
        let view = SignInProblemView { problem, detail, return_to: "/account?a=1&b=2" };
        pages.push((format!("sign-in-{name}"), view.render(&nobody)?));
    }
    pages.push(("signed-out".into(), SignedOutView::default().render(&nobody)?));
    let issuer =
        SignedOutView { issuer_logout_url: Some("https://issuer.example/logout?id=1&x=2") };
    pages.push(("signed-out-issuer".into(), issuer.render(&nobody)?));
    pages.push(("offline".into(), OfflineView.render(&nobody)?));
    for (status, code) in STATUSES {
        let at = Page {
            path: "/account?cursor=t5",
            ..if status == 401 {
                nobody
            } else {
                page(locale, AppKind::Family, &theme, Some(person()))
            }
        };
        let view = ProblemView {
            status,
            code,
            detail: (status == 422).then_some("`tokens` must be above zero."),
            retry_after_s: (status == 429).then_some(12),
            is_get: true,
        };
        pages.push((format!("problem-{status}"), view.render(&at)?));
    }
    Ok(())
}

/// Thirty days of use, or none.
pub fn usage<'a>() -> Usage<'a> {
    let days = (0..30_u64).map(|day| {
        let weight = if day % 7 > 4 { 0 } else { (day * 37 + 11) % 23 + 3 };
        UsageDay {
            day_ms: NOW_MS - (29 - i64::try_from(day).unwrap_or_default()) * DAY_MS,
            operations: weight * 3,
            input_tokens: weight * 4_210,
            output_tokens: weight * 1_875,
        }
    });
    let model = |model, operations, input_tokens| UsageModel {
        model,
        operations,
        input_tokens,
        output_tokens: input_tokens / 3,
    };
    Usage {
        days: days.collect(),
        models: vec![
            model("claude-sonnet-5-5", 402, 812_440),
            model("gpt-4o-mini", 311, 501_007),
            model("demo-echo", 12, 1_310),
            model("an-unusually-long-model-name-of-a-provider-2026-11-21-preview", 1, 40),
        ],
    }
}

/// The account page of somebody who has everything.
pub fn full_account<'a>(name: &'a str) -> AccountView<'a> {
    let session = |id, device, ago, is_current| Session {
        id,
        device,
        created_at_ms: NOW_MS - 9 * DAY_MS - ago,
        seen_at_ms: NOW_MS - ago,
        is_current,
    };
    let key = |id, name, used_at_ms, revoked_at_ms| ApiKey {
        id,
        name,
        scopes: &["chat", "account:read"],
        created_at_ms: NOW_MS - 30 * DAY_MS,
        used_at_ms,
        revoked_at_ms,
    };
    let transfer = |id, kind, amount, source, ago| Transfer {
        id,
        kind,
        amount,
        source,
        created_at_ms: NOW_MS - ago * HOUR_MS,
    };
    AccountView {
        account_id: "acc_01kb8m2v7d3q9xw4t5y6z7a8b9",
        created_at_ms: NOW_MS - 200 * DAY_MS,
        balance: Balance { posted: 987_654, held: 24_576, available: 963_078 },
        sessions: vec![
            session("ses_1", "Firefox 145 · Linux", 0, true),
            session("ses_2", "Safari · iPhone", 3 * HOUR_MS, false),
            session("ses_3", "", 90 * HOUR_MS, false),
        ],
        keys: vec![
            key("key_01kb8m2v7d3q9xw4t5y6z7a8b9", name, Some(NOW_MS - HOUR_MS), None),
            key(
                "key_01kb8m2v7d3q9xw4t5y6z7a8c0",
                "Donaudampfschifffahrtsgesellschaftskapitänsprogramm",
                None,
                None,
            ),
            key("key_01kb8m2v7d3q9xw4t5y6z7a8c1", "old laptop", None, Some(NOW_MS - DAY_MS)),
        ],
        new_key: None,
        key_form: KeyForm::default(),
        usage: usage(),
        transfers: vec![
            transfer("trf_1", TransferKind::Settle, -1_204, "chat", 1),
            transfer("trf_2", TransferKind::Reserve, -8_192, "chat", 1),
            transfer("trf_3", TransferKind::Void, 8_192, "chat", 5),
            transfer("trf_4", TransferKind::Post, 500_000, "grant", 30),
            transfer("trf_5", TransferKind::Post, 1_000_000, "welcome", 4_000),
        ],
        next: Some("t1f"),
    }
}

fn account(locale: Locale, pages: &mut Pages) -> Result<(), Error> {
    let theme = AppKind::Family.theme();
    let at = Page { path: "/account", ..page(locale, AppKind::Family, &theme, Some(person())) };
    let empty = AccountView {
        account_id: "acc_1",
        created_at_ms: NOW_MS,
        balance: Balance::default(),
        sessions: vec![Session {
            id: "ses_1",
            device: "Chromium · Windows",
            created_at_ms: NOW_MS,
            seen_at_ms: NOW_MS,
            is_current: true,
        }],
        keys: Vec::new(),
        new_key: None,
        key_form: KeyForm::default(),
        usage: Usage::default(),
        transfers: Vec::new(),
        next: None,
    };
    pages.push(("account-empty".into(), empty.render(&at)?));
    pages.push((
        "account-full".into(),
        full_account("build server").render(&Page { notice: Some(Notice::KeyRevoked), ..at })?,
    ));
    let new_key = NewKey {
        name: "build server",
        secret: "pk_5f1c9e0a7b3d2468ace013579bdf02468ace013579bdf0246",
    };
    let made = AccountView { new_key: Some(new_key), ..full_account("build server") };
    pages.push(("account-new-key".into(), made.render(&at)?));
    let faults = [("name", Fault::TooLong(100)), ("scope", Fault::Required)];
    let refused = AccountView {
        key_form: KeyForm { name: HOSTILE, scopes: &[], faults: &faults },
        ..full_account(HOSTILE)
    };
    let user = User { name: HOSTILE, email: HOSTILE, is_admin: true };
    let hostile = Page { tenant: HOSTILE, user: Some(user), path: "/account?cursor=<b>", ..at };
    pages.push(("account-hostile".into(), refused.render(&hostile)?));
    Ok(())
}

fn playground(locale: Locale, pages: &mut Pages) -> Result<(), Error> {
    let theme = AppKind::Saas.theme();
    let at = Page { path: "/playground", ..page(locale, AppKind::Saas, &theme, Some(person())) };
    let choice = |id, provider, price: Option<u64>| ModelChoice {
        id,
        provider,
        input_nanousd: price,
        output_nanousd: price.map(|price| price * 5),
    };
    let empty = PlaygroundView {
        models: vec![
            choice("claude-sonnet-5-5", "anthropic", Some(2_000)),
            choice("gpt-4o-mini", "openai", Some(150)),
            choice("demo-echo", "sandbox", None),
        ],
        selected: "gpt-4o-mini",
        prompt: "",
        turns: Vec::new(),
        spent: None,
        error: None,
        available: 963_078,
    };
    pages.push(("playground-empty".into(), empty.render(&at)?));
    let turns = vec![
        Turn { is_person: true, text: "Why do old walls have small doors at the back?" },
        Turn {
            is_person: false,
            text: "A small door in a fortress wall is called a postern. It lets a few people in and out without opening the main gate.\n\nThree reasons come up again and again:\n\n1. Messengers could leave during a siege.\n2. Defenders could step out and surprise the besiegers.\n3. On quiet days it saved opening the heavy gate.\n\n    fn open(door: Door) -> Result<Passage, Refusal>",
        },
    ];
    let spent = Some(Spent { input_tokens: 19, output_tokens: 1_284, cost_nanousd: Some(773_000) });
    pages.push((
        "playground-full".into(),
        PlaygroundView { turns: turns.clone(), spent, ..empty.clone() }.render(&at)?,
    ));
    let failed = PlaygroundView {
        prompt: HOSTILE,
        turns: vec![Turn { is_person: true, text: HOSTILE }],
        error: Some(HOSTILE),
        ..empty.clone()
    };
    pages.push(("playground-error".into(), failed.render(&at)?));
    pages.push((
        "playground-no-models".into(),
        PlaygroundView { models: Vec::new(), ..empty }.render(&at)?,
    ));
    Ok(())
}

fn tenant<'a>(
    id: &'a str,
    name: &'a str,
    app: &'a str,
    created_at_ms: Option<i64>,
) -> TenantRow<'a> {
    TenantRow { id, handle: app, name, app, region: "eu-jurisdiction", created_at_ms }
}

fn admin(locale: Locale, pages: &mut Pages) -> Result<(), Error> {
    let theme = AppKind::Postern.theme();
    let user = User {
        name: "",
        email: "operator-with-a-long-address@operations.example.com",
        is_admin: true,
    };
    let base = page(locale, AppKind::Postern, &theme, Some(user));
    let entry = |at, actor, action, subject| AuditEntry {
        at_ms: NOW_MS - at * HOUR_MS,
        actor,
        action,
        subject,
        request_id: "req_01kb8m2v7d3q9xw4t5y6z7a8b9",
    };
    let entries = vec![
        entry(1, "ada@example.com", "tenant.create", "ten_01kb8m2v7d3q9xw4t5y6z7a8b9"),
        entry(
            9,
            "acc_01kb8m2v7d3q9xw4t5y6z7a8b9",
            "account.grant",
            "acc_01kb8m2v7d3q9xw4t5y6z7a8c0",
        ),
        entry(700, HOSTILE, "domain.put", "shop.example.com"),
    ];
    let overview = AdminOverviewView {
        is_operator: false,
        tenants: 0,
        models: 0,
        models_up: 0,
        operations_day: None,
        audit: &[],
    };
    let at = Page { path: "/admin", ..base };
    pages.push(("admin-empty".into(), overview.render(&at)?));
    let overview = AdminOverviewView {
        is_operator: true,
        tenants: 1_204,
        models: 14,
        models_up: 12,
        operations_day: Some(2_481_337),
        audit: &entries,
    };
    pages.push(("admin-full".into(), overview.render(&at)?));

    let at = Page { path: "/admin/pages/audit", ..base };
    pages.push((
        "admin-audit-empty".into(),
        AdminAuditView { entries: Vec::new(), next: None }.render(&at)?,
    ));
    let at = Page { path: "/admin/pages/audit?cursor=a", ..base };
    pages.push((
        "admin-audit-full".into(),
        AdminAuditView { entries, next: Some("b&c") }.render(&at)?,
    ));

    let at = Page { path: "/admin/pages/tenants", ..base };
    let none = AdminTenantsView { tenants: Vec::new(), next: None, form: TenantForm::default() };
    pages.push(("admin-tenants-empty".into(), none.render(&at)?));
    let faults = [
        ("handle", Fault::Taken),
        ("name", Fault::Required),
        ("region", Fault::UnknownChoice),
        ("app", Fault::Other("must be family")),
    ];
    let tenants = vec![
        tenant("ten_family", "Family (demo)", "family", None),
        tenant(
            "ten_01kb8m2v7d3q9xw4t5y6z7a8b9",
            "Atelier Grünwald & Söhne Kunsthandlungsgesellschaft",
            "market",
            Some(NOW_MS),
        ),
        tenant("ten_x", HOSTILE, "saas", Some(NOW_MS)),
    ];
    let form =
        TenantForm { handle: "Atelier", name: "", app: "market", region: "weur", faults: &faults };
    pages.push((
        "admin-tenants-full".into(),
        AdminTenantsView { tenants, next: Some("c2"), form }.render(&at)?,
    ));

    let at = Page { path: "/admin/pages/tenants/ten_1", ..base };
    let bare = AdminTenantView {
        tenant: tenant("ten_1", "Family (demo)", "family", None),
        issuers: Vec::new(),
        domains: Vec::new(),
        host: "",
        faults: &[],
    };
    pages.push(("admin-tenant-empty".into(), bare.render(&at)?));
    let full = AdminTenantView {
        tenant: tenant(
            "ten_01kb8m2v7d3q9xw4t5y6z7a8b9",
            "Atelier Grünwald",
            "market",
            Some(NOW_MS),
        ),
        issuers: vec![
            "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI",
            "https://accounts.google.com",
        ],
        domains: vec![
            Domain { host: "shop.atelier-gruenwald.example", created_at_ms: NOW_MS },
            Domain {
                host: "a-very-long-host-name-that-somebody-really-registered.shop.example.com",
                created_at_ms: NOW_MS,
            },
        ],
        host: "localhost",
        faults: &[("host", Fault::Malformed)],
    };
    pages.push((
        "admin-tenant-full".into(),
        full.render(&Page { notice: Some(Notice::DomainPut), ..at })?,
    ));

    let at = Page { path: "/admin/pages/accounts", ..base };
    pages.push(("admin-accounts".into(), AdminAccountsView::default().render(&at)?));
    let wrong = AdminAccountsView {
        id: HOSTILE,
        faults: &[("id", Fault::Malformed)],
        link: Some("https://family.example/invite?token=v1.a.eyJpZCI6IjEifQ.c2lnbmVk"),
        ..AdminAccountsView::default()
    };
    pages.push((
        "invitation".into(),
        InvitationView { role: "admin", token: "v1.a.b.c", expires_at_ms: 1_795_000_000_000 }
            .render(&at)?,
    ));
    pages.push(("admin-accounts-fault".into(), wrong.render(&at)?));

    let at = Page { path: "/admin/pages/accounts/acc_1", ..base };
    let bare = AdminAccountView {
        id: "acc_1",
        balance: Balance::default(),
        tokens: "",
        note: "",
        faults: &[],
        operations: Vec::new(),
        next: None,
    };
    pages.push(("admin-account-empty".into(), bare.render(&at)?));
    let operation = |id, outcome, model, cost_nanousd| Operation {
        id,
        created_at_ms: NOW_MS,
        asked_model: "claude-sonnet-5-5",
        model,
        outcome,
        input_tokens: 12_345,
        output_tokens: 1_204,
        tokens: 13_549,
        cost_nanousd,
        total_ms: 4_812,
    };
    let full = AdminAccountView {
        id: "acc_01kb8m2v7d3q9xw4t5y6z7a8b9",
        balance: Balance { posted: 987_654, held: 24_576, available: 963_078 },
        tokens: "-5",
        note: HOSTILE,
        faults: &[("tokens", Fault::OutOfRange)],
        operations: vec![
            operation(
                "req_01kb8m2v7d3q9xw4t5y6z7a8b9",
                Outcome::Done,
                Some("gpt-4o-mini"),
                Some(36_730_000),
            ),
            operation(
                "req_01kb8m2v7d3q9xw4t5y6z7a8c0",
                Outcome::Left,
                Some("claude-sonnet-5-5"),
                Some(420),
            ),
            operation("req_01kb8m2v7d3q9xw4t5y6z7a8c1", Outcome::Failed, None, None),
        ],
        next: Some("req_01"),
    };
    pages.push((
        "admin-account-full".into(),
        full.render(&Page { notice: Some(Notice::Granted), ..at })?,
    ));

    let at = Page { path: "/admin/pages/models", ..base };
    pages.push((
        "admin-models-empty".into(),
        AdminModelsView { models: Vec::new(), providers: Vec::new() }.render(&at)?,
    ));
    let model = |id, provider, health, price: Option<u64>| Model {
        id,
        provider,
        health,
        input_nanousd: price,
        output_nanousd: price.map(|price| price * 5),
        output_tokens_max: 16_384,
    };
    let full = AdminModelsView {
        models: vec![
            model("claude-sonnet-5-5", "anthropic", Health::Up, Some(2_000)),
            model("gpt-4o", "openai", Health::Degraded, Some(2_500)),
            model("gpt-4o-mini", "openai", Health::Down, Some(150)),
            model("demo-echo", "sandbox", Health::Unknown, None),
        ],
        providers: vec![
            Provider {
                name: "anthropic",
                format: "anthropic",
                base_url: "https://api.anthropic.com/v1",
                has_key: true,
            },
            Provider {
                name: "openai",
                format: "openai-chat",
                base_url: "https://api.openai.com/v1",
                has_key: false,
            },
        ],
    };
    pages.push(("admin-models-full".into(), full.render(&at)?));
    Ok(())
}
