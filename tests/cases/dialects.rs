//! Clients that speak Anthropic's Messages or OpenAI's Responses, to models of every format.

use conformance::{FORMATS, Tenant, World, read, unique};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

fn post(tenant: &Tenant<'_>, path: &str, body: &Value) -> RequestBuilder {
    tenant.world.post(&tenant.host, path, body).bearer_auth(tenant.token(json!({})))
}

/// The events of a stream: names and data.
fn events(text: &str) -> Vec<(String, Value)> {
    let mut events = Vec::new();
    for event in text.split("\n\n").filter(|event| !event.is_empty() && !event.starts_with(':')) {
        let mut lines = event.lines();
        let name =
            lines.next().unwrap().strip_prefix("event: ").unwrap_or_else(|| panic!("{event}"));
        let data = lines.next().unwrap().strip_prefix("data: ").unwrap();
        events.push((name.to_owned(), serde_json::from_str(data).unwrap()));
    }
    events
}

fn message(model: &str) -> Value {
    json!({"model": model, "max_tokens": 50,
        "messages": [{"role": "user", "content": "one two three four five"}]})
}

fn response(model: &str) -> Value {
    json!({"model": model, "max_output_tokens": 50, "input": "one two three four five"})
}

#[tokio::test]
async fn messages_reach_models_of_every_format() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 10_000})).await;
    for format in FORMATS {
        let model = format!("demo-echo{format}");
        let before = tenant.settled().await;
        let (status, whole) = read(post(&tenant, "/v1/messages", &message(&model))).await;
        assert_eq!(status, 200, "{model}: {whole}");
        assert_eq!((&whole["type"], &whole["role"]), (&json!("message"), &json!("assistant")));
        assert_eq!(whole["content"][0]["text"], "one two three four five", "{model}: {whole}");
        assert_eq!(whole["stop_reason"], "end_turn");
        let usage = (&whole["usage"]["input_tokens"], &whole["usage"]["output_tokens"]);
        assert_eq!(usage, (&json!(5), &json!(5)), "{model}");
        let mut body = message(&model);
        body["stream"] = true.into();
        let (status, text) = read(post(&tenant, "/v1/messages", &body)).await;
        assert_eq!(status, 200, "{model}: {text}");
        let events = events(text.as_str().unwrap());
        let said: String =
            events.iter().filter_map(|(_, data)| data["delta"]["text"].as_str()).collect();
        assert_eq!(said, "one two three four five", "{model}");
        assert_eq!(events.first().unwrap().0, "message_start", "{model}");
        assert_eq!(events.last().unwrap().0, "message_stop", "{model}");
        assert_eq!(before - tenant.settled().await, 16, "{model}");
    }
    tenant.check_books().await;
}

#[tokio::test]
async fn responses_reach_models_of_every_format() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 10_000})).await;
    for format in FORMATS {
        let model = format!("demo-echo{format}");
        let before = tenant.settled().await;
        let (status, whole) = read(post(&tenant, "/v1/responses", &response(&model))).await;
        assert_eq!(status, 200, "{model}: {whole}");
        assert_eq!((&whole["object"], &whole["status"]), (&json!("response"), &json!("completed")));
        let item =
            whole["output"].as_array().unwrap().iter().find(|item| item["type"] == "message");
        let text = &item.unwrap()["content"][0]["text"];
        assert_eq!(text, "one two three four five", "{model}: {whole}");
        assert_eq!(whole["usage"]["total_tokens"], 10, "{model}");
        let mut body = response(&model);
        body["stream"] = true.into();
        let (status, text) = read(post(&tenant, "/v1/responses", &body)).await;
        assert_eq!(status, 200, "{model}: {text}");
        let events = events(text.as_str().unwrap());
        let said = events.iter().filter(|(name, _)| name == "response.output_text.delta");
        let said: String = said.filter_map(|(_, data)| data["delta"].as_str()).collect();
        assert_eq!(said, "one two three four five", "{model}");
        assert_eq!(events.first().unwrap().0, "response.created", "{model}");
        assert_eq!(events.last().unwrap().0, "response.completed", "{model}");
        assert_eq!(before - tenant.settled().await, 16, "{model}");
    }
    tenant.check_books().await;
}

#[tokio::test]
async fn a_message_to_anthropic_passes_as_it_is() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 10_000})).await;
    let user = unique("native");
    let mut body = message("demo-echo-anthropic");
    body["metadata"] = json!({"user_id": user});
    body["top_k"] = json!(40);
    body["x_unknown"] = json!({"kept": [1, 2]});
    body["system"] =
        json!([{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]);
    let (status, answer) = read(post(&tenant, "/v1/messages", &body)).await;
    assert_eq!(status, 200, "{answer}");
    let seen = world.seen(&user, "done").await;
    body["model"] = json!("demo-echo");
    assert_eq!(seen["body"], body);
}

#[tokio::test]
async fn errors_come_in_the_clients_words_and_name_its_fields() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 100})).await;
    let ask = async |path: &str, body: &Value| read(post(&tenant, path, body)).await;
    let mut no_limit = message("demo-echo");
    no_limit.as_object_mut().unwrap().remove("max_tokens");
    let (status, error) = ask("/v1/messages", &no_limit).await;
    assert_eq!((status, &error["type"]), (422, &json!("error")), "{error}");
    assert_eq!(error["error"]["type"], "invalid_request_error");
    assert!(error["error"]["message"].as_str().unwrap().contains("max_tokens"), "{error}");
    let mut top_k = message("demo-echo-anthropic");
    top_k["model"] = json!("demo-echo-ollama");
    top_k["tools"] = json!([{"type": "web_search_20250305", "name": "web_search"}]);
    let (status, error) = ask("/v1/messages", &top_k).await;
    assert_eq!(status, 400, "{error}");
    assert!(error["error"]["message"].as_str().unwrap().contains("tools[0]"), "{error}");
    let (status, error) = ask("/v1/messages", &message("fault-error-500")).await;
    assert_eq!((status, &error["error"]["type"]), (503, &json!("overloaded_error")), "{error}");
    let mut dear = message("demo-echo");
    dear["max_tokens"] = json!(1000);
    let (status, error) = ask("/v1/messages", &dear).await;
    assert_eq!((status, &error["error"]["type"]), (402, &json!("billing_error")), "{error}");
    let mut kept = response("demo-echo");
    kept["previous_response_id"] = json!("resp_1");
    let (status, error) = ask("/v1/responses", &kept).await;
    assert!((400..=422).contains(&status), "{error}");
    assert_eq!(error["error"]["param"], "previous_response_id", "{error}");
    assert_eq!(tenant.settled().await, 100);
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_an_error_in_every_dialect() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 10_000})).await;
    for format in FORMATS {
        let model = format!("fault-cut{format}");
        let mut body = message(&model);
        body["stream"] = true.into();
        let (status, text) = read(post(&tenant, "/v1/messages", &body)).await;
        let found = events(text.as_str().unwrap());
        assert_eq!((status, found.last().unwrap().0.as_str()), (200, "error"), "{model}");
        assert!(found.iter().all(|(name, _)| name != "message_stop"), "{model}");
        let mut body = response(&model);
        body["stream"] = true.into();
        let (status, text) = read(post(&tenant, "/v1/responses", &body)).await;
        let found = events(text.as_str().unwrap());
        assert_eq!(status, 200, "{model}");
        assert!(found.iter().any(|(name, _)| name == "error"), "{model}: {text}");
        assert!(found.iter().all(|(name, _)| name != "response.completed"), "{model}");
    }
    tenant.settled().await;
    tenant.check_books().await;
}

#[tokio::test]
async fn anthropics_header_lets_in_and_tokens_are_counted() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 100})).await;
    let ask = world.post(&tenant.host, "/v1/messages/count_tokens", &json!({
        "model": "demo-echo-anthropic", "messages": [{"role": "user", "content": "one two three"}]}));
    let (status, body) = read(ask.header("x-api-key", tenant.token(json!({})))).await;
    assert_eq!(status, 200, "{body}");
    assert!((3..20).contains(&body["input_tokens"].as_u64().unwrap()), "{body}");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_every_dialect() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 100})).await;
    let huge = "x".repeat(9 * 1024 * 1024);
    for path in ["/v1/messages", "/v1/messages/count_tokens", "/v1/responses"] {
        let body = json!({"model": "demo-echo", "input": huge});
        let (status, error) = read(post(&tenant, path, &body)).await;
        assert_eq!(status, 413, "{path}: {error}");
        assert!(error["error"]["message"].as_str().unwrap().contains("bytes"), "{path}: {error}");
    }
    assert_eq!(tenant.settled().await, 100);
}
