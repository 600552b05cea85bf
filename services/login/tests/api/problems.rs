use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{TestApp, Tokens, authorize, json, location, new_tenant, parameter, refusal};

#[tokio::test]
async fn each_field_is_named_at_once() {
    let login = TestApp::start().await;
    let wrong = json!({
        "name": " ", "slug": "A B", "locale": "fr", "time_zone": "Seoul", "currency_code": "won",
        "admin": {"email": "nobody", "display_name": ""},
    });
    let response = login.post("/v1/tenants", None, &wrong).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let problem = json(response).await;
    let pairs: Vec<_> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| (error["field"].as_str(), error["code"].as_str()))
        .collect();
    let expected = [
        ("name", "required"),
        ("slug", "invalid_slug"),
        ("locale", "unsupported_locale"),
        ("time_zone", "invalid_time_zone"),
        ("currency_code", "invalid_currency"),
        ("admin.email", "invalid_email"),
        ("admin.display_name", "required"),
    ];
    assert_eq!(pairs, expected.map(|(field, code)| (Some(field), Some(code))));
    assert_eq!((&problem["type"], &problem["code"]), (&json!("/problems/invalid_request"), &json!("invalid_request")));
}

#[tokio::test]
async fn what_cant_be_read_is_a_problem_too() {
    let login = TestApp::start().await;
    let mut incomplete = new_tenant("acme");
    incomplete["admin"].as_object_mut().expect("an object").remove("email");
    let problem = json(login.post("/v1/tenants", None, &incomplete).await).await;
    assert_eq!(problem["errors"][0]["field"], "admin.email");
    let nowhere = login.http.get(login.url("/nowhere")).send().await.expect("an answer");
    assert_eq!(refusal(nowhere).await, (StatusCode::NOT_FOUND, "not_found".to_owned()));
    for path in ["/v1/members", "/v1/tenant", "/v1/sessions", "/v1/clients", "/v1/invitations"] {
        let nobody = login.http.get(login.url(path)).send().await.expect("an answer");
        assert_eq!(nobody.headers()["www-authenticate"], "Bearer", "{path}");
        assert_eq!(refusal(nobody).await, (StatusCode::UNAUTHORIZED, "unauthenticated".to_owned()));
    }
    let acme = login.company("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    for path in ["/v1/members?limit=0", "/v1/members?cursor=x"] {
        assert_eq!(login.get(path, admin.access()).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
}

#[tokio::test]
async fn the_openapi_document_is_the_one_that_is_printed() {
    let login = TestApp::start().await;
    let document: Value = json(login.http.get(login.url("/openapi.json")).send().await.expect("an answer")).await;
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    assert_eq!(serde_json::from_str::<Value>(&login::app::openapi()).expect("JSON"), document);
}

#[tokio::test]
async fn the_docs_page_lists_every_operation() {
    let login = TestApp::start().await;
    let docs = login.http.get(login.url("/docs")).send().await.expect("an answer");
    assert_eq!(docs.status(), StatusCode::OK);
    let page = docs.text().await.expect("a page");
    let document: Value = serde_json::from_str(&login::app::openapi()).expect("JSON");
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("operations").keys() {
            assert!(page.contains(&format!("{} {path}", method.to_uppercase())), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_client_that_only_asked_who_someone_is_may_do_nothing() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let ask = authorize("public", &[("scope", "openid profile")]);
    let code = parameter(&location(&login.look(&ask, &cookie).await), "code").expect("a code");
    let tokens = Tokens(json(login.exchange("public", &code).await).await);
    for path in ["/v1/members", "/v1/tenant", "/v1/sessions", "/v1/clients", "/v1/invitations"] {
        let refused = login.get(path, tokens.access()).await;
        assert_eq!(refusal(refused).await, (StatusCode::FORBIDDEN, "insufficient_scope".to_owned()), "{path}");
    }
}
