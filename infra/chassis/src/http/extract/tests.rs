use axum::{Router, body::Body, routing::get};
use serde::Deserialize;
use tower::ServiceExt;

use super::*;
use crate::id::UserId;

#[derive(Debug, PartialEq, Deserialize)]
struct Order {
    lines: Vec<Line>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Line {
    count: u32,
    item: String,
}

async fn order(kind: &str, body: &'static str) -> Result<Order, Problem> {
    let request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from(body)).expect("a request");
    Json::from_request(request, &()).await.map(|Json(order)| order)
}

fn field(problem: &Problem) -> (&str, &str) {
    let error = problem.errors().first().expect("a field");
    (&error.field, error.code)
}

#[tokio::test]
async fn a_valid_body_is_parsed() {
    let read = order("application/json; charset=utf-8", r#"{"lines":[{"count":1,"item":"tea"}]}"#).await;
    assert_eq!(read, Ok(Order { lines: vec![Line { count: 1, item: "tea".into() }] }));
}

#[tokio::test]
async fn an_invalid_field_is_named() {
    let wrong = order("application/json", r#"{"lines":[{"count":-1,"item":"tea"}]}"#).await.expect_err("negative");
    assert_eq!(field(&wrong), ("lines[0].count", "invalid"));
    let missing = order("application/json", r#"{"lines":[{"count":1}]}"#).await.expect_err("no item");
    assert_eq!(field(&missing), ("lines[0].item", "required"));
    let nothing = order("application/json", "{}").await.expect_err("no lines");
    assert_eq!(field(&nothing), ("lines", "required"));
}

#[tokio::test]
async fn an_object_is_not_read_by_position() {
    for body in [r#"{"lines":[[1,"tea"]]}"#, r#"{"lines":[[]]}"#, r#"{"lines":[[1,"tea",3]]}"#, r#"{"lines":["tea"]}"#]
    {
        let wrong = order("application/json", body).await.expect_err(body);
        let error = &wrong.errors()[0];
        let expected = ("lines[0]", "invalid", "must be a JSON object");
        assert_eq!((error.field.as_str(), error.code, error.detail.as_str()), expected, "{body}");
    }
    let whole = order("application/json", r#"[[{"count":1,"item":"tea"}]]"#).await.expect_err("an array");
    assert_eq!(field(&whole), ("body", "invalid"));
}

#[tokio::test]
async fn every_unknown_field_is_refused_by_its_name() {
    let wrong = order("application/json", r#"{"lines":[{"count":1,"item":"tea","cuont":2}],"note":{"a":1}}"#).await;
    let named = |problem: &Problem| -> Vec<(String, &str)> {
        problem.errors().iter().map(|error| (error.field.clone(), error.code)).collect()
    };
    let unknown = |field: &str| (field.to_owned(), "unknown_field");
    assert_eq!(named(&wrong.expect_err("unknown")), [unknown("lines[0].cuont"), unknown("note")]);
    // A misspelled field is named beside the one that it leaves missing.
    let missing = order("application/json", r#"{"linse":[]}"#).await.expect_err("no lines");
    assert_eq!(named(&missing), [unknown("linse"), ("lines".to_owned(), "required")]);
}

#[tokio::test]
async fn a_problem_names_a_bounded_number_of_unknown_fields() {
    let many: Vec<String> = (0..1000).map(|number| format!(r#""x{number}{}":1"#, "y".repeat(1000))).collect();
    let body: &'static str = format!(r#"{{"lines":[],{}}}"#, many.join(",")).leak();
    let wrong = order("application/json", body).await.expect_err("unknown");
    assert_eq!(wrong.errors().len(), 20);
    assert!(wrong.errors().iter().all(|error| error.field.len() == 100), "{wrong}");
}

#[tokio::test]
async fn a_field_that_cannot_be_changed_is_told_from_an_unknown_one() {
    #[derive(Debug, utoipa::ToSchema)]
    #[expect(dead_code, reason = "only the schema is used")]
    struct Shown {
        order_id: String,
        lines: Vec<String>,
    }
    let body = Body::from(r#"{"lines":[],"order_id":"7","orderid":"7"}"#);
    let request = Request::builder().header(header::CONTENT_TYPE, "application/json").body(body).expect("a request");
    let wrong = Changes::<Order, Shown>::from_request(request, &()).await.expect_err("fixed");
    let codes: Vec<_> = wrong.errors().iter().map(|error| (error.field.as_str(), error.code)).collect();
    assert_eq!(codes, [("order_id", "fixed"), ("orderid", "unknown_field")]);
}

#[tokio::test]
async fn invalid_json_and_another_media_type_have_their_own_codes() {
    assert_eq!(order("application/json", "{").await.expect_err("cut off").code(), "malformed_json");
    assert_eq!(order("application/json", r#"{"lines":[]} x"#).await.expect_err("more").code(), "malformed_json");
    assert_eq!(order("text/plain", r#"{"lines":[]}"#).await.expect_err("text").code(), "unsupported_media_type");
}

#[tokio::test]
async fn a_form_can_repeat_a_name() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Preferences {
        #[serde(default)]
        interests: Vec<String>,
        age: Option<u32>,
    }
    let of = async |body: &'static str| {
        let request = Request::builder().header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let form = Form::<Preferences>::from_request(request.body(Body::from(body)).expect("a request"), &()).await;
        form.map(|Form(form)| form)
    };
    let two = Preferences { interests: vec!["food".into(), "sport".into()], age: None };
    assert_eq!(of("interests=food&interests=sport").await, Ok(two));
    assert_eq!(of("age=old").await.map_err(|problem| field(&problem).0.to_owned()), Err("age".to_owned()));
}

#[tokio::test]
async fn an_invalid_path_parameter_is_named() {
    let show = get(|Path(id): Path<UserId>| async move { id.to_string() });
    let router: Router = Router::new().route("/users/{user_id}", show);
    let response = router.oneshot(Request::get("/users/7").body(Body::empty()).expect("a request")).await;
    let body = axum::body::to_bytes(response.expect("infallible").into_body(), 4096).await.expect("a body");
    let body: serde_json::Value = serde_json::from_slice(&body).expect("json");
    assert_eq!(body["errors"][0]["field"], "user_id");
}
