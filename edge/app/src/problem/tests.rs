use super::*;

fn id() -> RequestId {
    "req_1".parse().unwrap()
}

#[test]
fn a_problem_is_rfc_9457() {
    let problem = Problem::Field(FieldError::new("tokens", "must be above zero"));
    let expected = json!({
        "type": "about:blank", "title": "Unprocessable Entity", "status": 422,
        "detail": "`tokens` must be above zero.", "code": "invalid_field",
        "field": "tokens", "request_id": "req_1",
    });
    assert_eq!(problem.json(Shape::Problem, &id()), expected);
}

#[test]
fn the_same_problem_is_an_openai_error() {
    let problem = Problem::Field(FieldError::new("messages[0].role", "is not a role"));
    let expected = json!({"error": {
        "message": "`messages[0].role` is not a role.", "type": "invalid_request_error",
        "param": "messages[0].role", "code": "invalid_field",
    }});
    assert_eq!(problem.json(Shape::Openai, &id()), expected);
}

#[test]
fn causes_stay_inside() {
    let secret = "connect to 10.0.0.7 as sk-secret";
    for problem in [
        Problem::Provider(Failure::new(FailureKind::Unavailable, secret)),
        Problem::Sql(SqlError::Failed(secret.into())),
        Problem::Kv(KvError(secret.into())),
        Problem::IssuerUnreachable(secret.into()),
        Problem::Misconfigured(secret.into()),
        Problem::Body(BodyError::Broken(secret.into())),
    ] {
        assert!(problem.cause().unwrap().contains(secret));
        for shape in [Shape::Problem, Shape::Openai] {
            assert!(!problem.json(shape, &id()).to_string().contains("10.0.0.7"));
        }
    }
}

#[test]
fn headers_tell_what_to_do() {
    let header = |problem: Problem, name: &str| {
        let response = problem.response(Shape::Problem, &id());
        response.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
    };
    let not_allowed = Problem::MethodNotAllowed { allow: "GET, HEAD".into() };
    assert_eq!(header(not_allowed, "allow").as_deref(), Some("GET, HEAD"));
    let missing = Problem::Unauthenticated(Unauthenticated::Missing);
    assert_eq!(header(missing, "www-authenticate").as_deref(), Some("Bearer"));
    let standing = limit::Quota::per_minute(2).standing(0, kernel::UnixMillis(0));
    let limited = Problem::RateLimited(Standing { retry_after_ms: 1_001, ..standing });
    assert_eq!(header(limited, "retry-after").as_deref(), Some("2"));
}

#[test]
fn a_callers_words_are_repeated_only_in_part() {
    let problem = Problem::ModelNotFound(format!("\u{1b}[2J{}", "x".repeat(1_000)));
    let text = problem.json(Shape::Openai, &id()).to_string();
    assert!(text.len() < 400 && !text.contains("\\u001b"));
}
