//! The description of every route, as [OpenAPI 3.1](https://spec.openapis.org/oas/v3.1.0).
//!
//! Paths, parameters and guards come from the route table; what a route takes and gives is named
//! here and described in `openapi/schemas.json`. A snapshot locks the text, so that a change of the
//! interface is a change somebody has seen.

mod checkout;
mod downloads;
mod shop;

use crate::routes::{Apps, Guard, ROUTES, Route, RouteId, Scope};
use serde_json::{Map, Value, json};

/// The schemas that routes refer to.
const SCHEMAS: &[&str] = &[
    include_str!("openapi/schemas.json"),
    include_str!("openapi/shop.json"),
    include_str!("openapi/checkout.json"),
    include_str!("openapi/downloads.json"),
    include_str!("openapi/metering.json"),
];

/// What the table does not say of a route.
struct Doc {
    summary: &'static str,
    /// The schema of the body it takes.
    takes: Option<&'static str>,
    /// The status of success, and the schema of the body it gives.
    gives: (u16, Option<&'static str>),
    /// Query parameters and headers.
    parameters: &'static [Parameter],
    /// Statuses of the problems that are its own, beside those that its guard brings.
    problems: &'static [u16],
}

struct Parameter {
    name: &'static str,
    place: &'static str,
    required: bool,
    description: &'static str,
}

const LIMIT: Parameter = Parameter {
    name: "limit",
    place: "query",
    required: false,
    description: "Entries on a page: 1 to 100, 50 if not given.",
};

const CURSOR: Parameter = Parameter {
    name: "cursor",
    place: "query",
    required: false,
    description: "The `next` of an earlier page.",
};

const AFTER: Parameter = Parameter {
    name: "after",
    place: "query",
    required: false,
    description: "An entry that was seen before, as its number, a dot and its hash: it must still be \
                  there, and only what follows it is looked at. The `next` of an earlier call.",
};

const BY: Parameter = Parameter {
    name: "by",
    place: "query",
    required: false,
    description: "`day` (in UTC), `model` or `profile`; `day` if not given.",
};

const FROM: Parameter = Parameter {
    name: "from",
    place: "query",
    required: false,
    description: "The first day, as 2026-01-31; 30 days ago if not given.",
};

const UNTIL: Parameter = Parameter {
    name: "until",
    place: "query",
    required: false,
    description: "The last day, as 2026-01-31; today if not given. At most 366 days are told.",
};

const FORMAT: Parameter = Parameter {
    name: "format",
    place: "query",
    required: false,
    description: "`json` or `csv`. Without it, `Accept: text/csv` asks for CSV.",
};

const CACHE_CONTROL: Parameter = Parameter {
    name: "Cache-Control",
    place: "header",
    required: false,
    description: "Where the tenant keeps answers: `no-cache` asks the model in any case, `no-store` \
                  also keeps nothing, `max-age` limits how old an answer may be, and \
                  `only-if-cached` asks no model. `Cache-Status` tells what happened.",
};

const IDEMPOTENCY_KEY: Parameter = Parameter {
    name: "Idempotency-Key",
    place: "header",
    required: true,
    description: "1 to 100 visible characters. The same key makes the same grant once.",
};

const fn doc(summary: &'static str, gives: &'static str) -> Doc {
    Doc { summary, takes: None, gives: (200, Some(gives)), parameters: &[], problems: &[] }
}

fn describe(id: RouteId) -> Doc {
    match id {
        RouteId::Healthz => doc("Whether the instance lives.", "Health"),
        RouteId::Readyz => Doc {
            problems: &[503],
            ..doc("Whether what the instance needs can be reached.", "Readiness")
        },
        RouteId::Openapi => doc("This document.", "Document"),
        RouteId::ChatCompletions => Doc {
            takes: Some("ChatRequest"),
            parameters: &[CACHE_CONTROL],
            problems: &[400, 402, 404, 413, 422, 503, 504],
            ..doc(
                "Asks a model, in OpenAI's format. With `stream` the answer comes as server-sent \
                 events: one `ChatChunk` each, and `[DONE]` at the end of a whole answer.",
                "ChatCompletion",
            )
        },
        RouteId::Messages => Doc {
            takes: Some("MessagesRequest"),
            parameters: &[CACHE_CONTROL],
            problems: &[400, 402, 404, 413, 422, 503, 504],
            ..doc(
                "Asks any model, in Anthropic's format. With `stream` the answer comes as its \
                 server-sent events.",
                "MessagesAnswer",
            )
        },
        RouteId::CountTokens => Doc {
            takes: Some("MessagesRequest"),
            problems: &[400, 404, 413, 422],
            ..doc("About how many tokens a message is to its model.", "TokenCount")
        },
        RouteId::Responses => Doc {
            takes: Some("ResponsesRequest"),
            parameters: &[CACHE_CONTROL],
            problems: &[400, 402, 404, 413, 422, 503, 504],
            ..doc(
                "Asks any model, in the format of OpenAI's responses. Nothing is kept. With \
                 `stream` the answer comes as its server-sent events.",
                "ResponsesAnswer",
            )
        },
        RouteId::ListModels => doc("The models that the tenant offers.", "ModelList"),
        RouteId::GetModel => {
            Doc { problems: &[404], ..doc("A model that the tenant offers.", "Model") }
        }
        RouteId::Balance => {
            Doc { problems: &[503], ..doc("What the account can spend.", "Balances") }
        }
        RouteId::Transfers => Doc {
            parameters: &[LIMIT, CURSOR],
            problems: &[422, 503],
            ..doc("The account's transfers, newest first.", "TransferPage")
        },
        RouteId::Usage => Doc {
            parameters: &[BY, FROM, UNTIL, FORMAT],
            problems: &[422, 503],
            ..doc("What the account has used, by day, model or profile.", "Usage")
        },
        RouteId::Operations => Doc {
            parameters: &[LIMIT, CURSOR],
            problems: &[422, 503],
            ..doc("What models did for an account, newest first.", "OperationPage")
        },
        RouteId::CreateGrant => Doc {
            takes: Some("NewGrant"),
            gives: (201, Some("Grant")),
            parameters: &[IDEMPOTENCY_KEY],
            problems: &[400, 413, 422, 503],
            ..doc("Gives tokens to an account. Sent again, it answers 200 and gives nothing.", "")
        },
        RouteId::Books => Doc {
            problems: &[422, 503],
            ..doc("The sums of an account's books. Debits and credits are equal.", "Books")
        },
        RouteId::CreateKey => Doc {
            takes: Some("NewKey"),
            gives: (201, Some("Key")),
            problems: &[400, 413, 422, 503],
            ..doc("Makes an API key. The key is shown here and never again.", "")
        },
        RouteId::RevokeKey => Doc {
            gives: (204, None),
            problems: &[404, 422, 503],
            ..doc("Revokes an API key. It stops working within half a minute.", "")
        },
        RouteId::CreateTenant => Doc {
            takes: Some("NewTenant"),
            gives: (201, Some("Tenant")),
            problems: &[400, 409, 413, 422, 503],
            ..doc("Makes a tenant. Sent again, it answers 200 with the same tenant.", "")
        },
        RouteId::ChangeTenant => Doc {
            takes: Some("NewTenant"),
            problems: &[400, 404, 409, 413, 422, 503],
            ..doc("Changes a tenant, but for its handle, app and region.", "Tenant")
        },
        RouteId::PutDomain => Doc {
            problems: &[404, 409, 422, 503],
            ..doc("Gives a tenant a domain of its own.", "Domain")
        },
        RouteId::ListKeys => {
            Doc { problems: &[503], ..doc("The account's API keys, newest first.", "KeyList") }
        }
        RouteId::CreateOwnKey => Doc {
            takes: Some("NewKey"),
            gives: (201, Some("Key")),
            problems: &[400, 413, 422, 503],
            ..doc("Makes an API key. The key is shown here and never again.", "")
        },
        RouteId::RevokeOwnKey => Doc {
            gives: (204, None),
            problems: &[404, 422, 503],
            ..doc("Revokes an API key. It stops working within half a minute.", "")
        },
        RouteId::ListSessions => Doc {
            problems: &[503],
            ..doc("The browsers in which the account's person is signed in.", "SessionList")
        },
        RouteId::EndSession => Doc {
            gives: (204, None),
            problems: &[404, 422, 503],
            ..doc("Signs a browser out. It stops working within half a minute.", "")
        },
        RouteId::StartSession => Doc {
            gives: (204, None),
            problems: &[503],
            ..doc("Makes a session of the token that is sent, in a cookie.", "")
        },
        RouteId::CreateInvitation => Doc {
            takes: Some("NewInvitation"),
            gives: (201, Some("Invitation")),
            problems: &[400, 413, 422],
            ..doc("Makes a link with which somebody takes on a role. It counts once.", "")
        },
        RouteId::ListRoles => Doc {
            problems: &[422, 503],
            ..doc("The roles that an account was invited to.", "RoleList")
        },
        RouteId::RemoveRole => Doc {
            gives: (204, None),
            problems: &[404, 422, 503],
            ..doc("Takes such a role away. It is gone within half a minute.", "")
        },
        RouteId::VerifyAudit => Doc {
            parameters: &[AFTER],
            problems: &[422, 503],
            ..doc("Whether the audit log is as it was written.", "AuditVerdict")
        },
        RouteId::Me => doc("Who is asking.", "Me"),
        RouteId::Catalogue(id) => shop::catalogue(id),
        RouteId::Metering(id) => shop::metering(id),
        RouteId::Shop(id) => shop::shop(id),
        RouteId::Checkout(id) => checkout::describe(id),
        RouteId::Download(id) => downloads::describe(id),
        // Not in the document, which is for programs.
        RouteId::Page(_) => doc("A page.", "Page"),
    }
}

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut paths = Map::new();
    for route in ROUTES.iter().filter(|route| route.page().is_none()) {
        let path = paths.entry(route.pattern).or_insert_with(|| json!({}));
        if let Some(operations) = path.as_object_mut() {
            operations.insert(route.method.as_str().to_ascii_lowercase(), operation(route));
        }
    }
    let schemas = SCHEMAS.iter().map(|json| serde_json::from_str(json).unwrap_or_default());
    let schemas: Map<String, Value> = schemas.flat_map(|schemas: Map<_, _>| schemas).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Postern",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Functions at the network's edge.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {
                    "type": "http", "scheme": "bearer",
                    "description": "A JSON Web Token of one of the tenant's issuers, or an API key.",
                },
            },
        },
    })
}

fn operation(route: &Route) -> Value {
    let Doc { summary, takes, gives, parameters, problems } = describe(route.id);
    let in_path = route.pattern.split('/').filter_map(|segment| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        Some(
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }),
        )
    });
    let others = parameters.iter().map(|Parameter { name, place, required, description }| {
        json!({
            "name": name, "in": place, "required": required, "description": description,
            "schema": { "type": "string" },
        })
    });
    let security = match route.guard {
        Guard::Open | Guard::Visitor | Guard::Person | Guard::AdminPerson => json!([]),
        Guard::Anyone => json!([{}, { "bearer": [] }]),
        Guard::Scope(scope) => json!([{ "bearer": [scope.as_str()] }]),
        Guard::Holder => json!([{ "bearer": [Scope::AccountWrite.as_str()] }]),
        Guard::Admin => json!([{ "bearer": ["admin"] }]),
    };
    let operation = json!({
        "operationId": route.id.as_str(),
        "summary": summary,
        "tags": [tag(route)],
        "parameters": in_path.chain(others).collect::<Vec<_>>(),
        "security": security,
        "responses": responses(route, gives, problems),
    });
    let body =
        |schema| json!({ "required": true, "content": content(&[(media_type(schema), schema)]) });
    with(operation, "requestBody", takes.map(body))
}

fn tag(route: &Route) -> &'static str {
    match (route.apps, route.guard) {
        (Apps::AnyHost, _) => "health",
        (Apps::Platform, _) => "operators",
        _ if route.id == RouteId::VerifyAudit => "administrators",
        (Apps::Everywhere, _) => "sign-in",
        _ if matches!(route.id, RouteId::Checkout(_)) => "payments",
        _ if matches!(route.id, RouteId::Download(_)) => "downloads",
        _ if matches!(
            route.id,
            RouteId::Shop(_) | RouteId::Catalogue(_) | RouteId::Metering(_)
        ) =>
        {
            "shop"
        }
        (Apps::EveryTenant, Guard::Admin) => "administrators",
        (Apps::EveryTenant, _) if route.pattern.starts_with("/v1/") => "models",
        (Apps::EveryTenant, _) => "account",
    }
}

fn responses(route: &Route, (status, schema): (u16, Option<&str>), problems: &[u16]) -> Value {
    let mut responses = Map::new();
    let given = schema.map(|schema| match route.id {
        RouteId::ChatCompletions => content(&[(JSON, schema), (EVENTS, "ChatChunk")]),
        RouteId::Messages => content(&[(JSON, schema), (EVENTS, "MessagesEvent")]),
        RouteId::Responses => content(&[(JSON, schema), (EVENTS, "ResponsesEvent")]),
        RouteId::Usage => content(&[(JSON, schema), ("text/csv", "UsageCsv")]),
        _ => content(&[(media_type(schema), schema)]),
    });
    let success = with(json!({ "description": "Done." }), "content", given);
    responses.insert(status.to_string(), success);
    let by_guard: &[u16] = match route.guard {
        Guard::Open | Guard::Anyone | Guard::Visitor | Guard::Person | Guard::AdminPerson => &[],
        Guard::Scope(_) | Guard::Holder => &[401, 403, 429],
        Guard::Admin => &[401, 403],
    };
    let problem = match route.id {
        RouteId::Readyz => (JSON, "Readiness"),
        RouteId::Messages | RouteId::CountTokens => (JSON, "AnthropicError"),
        _ if route.pattern.starts_with("/v1/") => (JSON, "OpenaiError"),
        _ => ("application/problem+json", "Problem"),
    };
    for status in problems.iter().chain(by_guard) {
        let reason = http::StatusCode::from_u16(*status).ok().and_then(|s| s.canonical_reason());
        let description = reason.unwrap_or_default();
        let response = json!({ "description": description, "content": content(&[problem]) });
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// As what a schema is sent.
fn media_type(schema: &str) -> &'static str {
    if schema == "File" { "application/octet-stream" } else { JSON }
}

/// The media types of a body, with the schema of each.
fn content(types: &[(&str, &str)]) -> Value {
    let schema =
        |schema: &str| json!({ "schema": { "$ref": format!("#/components/schemas/{schema}") } });
    types.iter().map(|(media_type, name)| ((*media_type).to_owned(), schema(name))).collect()
}

/// An object with one more member, if there is one.
fn with(mut object: Value, name: &str, member: Option<Value>) -> Value {
    if let (Some(members), Some(member)) = (object.as_object_mut(), member) {
        members.insert(name.to_owned(), member);
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/openapi.json");

    #[test]
    fn the_document_is_the_one_that_was_seen() {
        let document = format!("{:#}\n", document());
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(SNAPSHOT, &document).unwrap();
        }
        let snapshot = std::fs::read_to_string(SNAPSHOT).unwrap_or_default();
        let hint = "the interface has changed; look, and accept with UPDATE_SNAPSHOTS=1";
        assert!(document == snapshot, "{hint}");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn check(value: &Value, document: &Value) {
            if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
                let pointer = reference.trim_start_matches('#');
                assert!(document.pointer(pointer).is_some(), "{reference}");
            }
            match value {
                Value::Object(members) => members.values().for_each(|v| check(v, document)),
                Value::Array(items) => items.iter().for_each(|v| check(v, document)),
                _ => {}
            }
        }
        let document = document();
        check(&document, &document);
    }

    #[test]
    fn every_route_is_described() {
        let document = document();
        for route in ROUTES.iter().filter(|route| route.page().is_none()) {
            let method = route.method.as_str().to_ascii_lowercase();
            assert!(document["paths"][route.pattern][&method].is_object(), "{}", route.pattern);
        }
    }
}
