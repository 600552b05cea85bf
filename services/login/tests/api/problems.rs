use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{TestApp, Tokens, authorize, json, location, new_tenant, parameter, refusal};

#[tokio::test]
async fn all_invalid_fields_are_named_together() {
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
async fn unreadable_requests_are_problems() {
    let login = TestApp::start().await;
    let mut incomplete = new_tenant("acme");
    incomplete["admin"].as_object_mut().expect("an object").remove("email");
    let problem = json(login.post("/v1/tenants", None, &incomplete).await).await;
    assert_eq!(problem["errors"][0]["field"], "admin.email");
    let nowhere = login.http.get(login.url("/nowhere")).send().await.expect("response");
    assert_eq!(refusal(nowhere).await, (StatusCode::NOT_FOUND, "not_found".to_owned()));
    for path in ["/v1/members", "/v1/tenant", "/v1/sessions", "/v1/clients", "/v1/invitations"] {
        let nobody = login.http.get(login.url(path)).send().await.expect("response");
        assert_eq!(nobody.headers()["www-authenticate"], "Bearer", "{path}");
        assert_eq!(refusal(nobody).await, (StatusCode::UNAUTHORIZED, "unauthenticated".to_owned()));
    }
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    for path in ["/v1/members?limit=0", "/v1/members?cursor=x"] {
        assert_eq!(login.get(path, admin.access()).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
}

#[tokio::test]
async fn the_served_openapi_document_equals_the_printed_one() {
    let login = TestApp::start().await;
    let document: Value = json(login.http.get(login.url("/openapi.json")).send().await.expect("response")).await;
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    assert_eq!(serde_json::from_str::<Value>(&login::http::api::openapi_json()).expect("JSON"), document);
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_its_explanation() {
    let login = TestApp::start().await;
    login.tenant("acme").await;
    let taken = json(login.post("/v1/tenants", None, &new_tenant("acme")).await).await;
    let unknown = json(login.post("/v1/tenants/verify", None, &json!({"token": "x", "password": "y"})).await).await;
    for (problem, language, expected) in [
        (&taken, "en", "Another tenant has this slug"),
        (&taken, "ko", "다른 회사에서 사용 중인 짧은 이름입니다"),
        (&unknown, "en", "Fields or parameters are not valid"),
    ] {
        let url = login.url(problem["type"].as_str().expect("a type"));
        let page = login.http.get(url).header("accept-language", language).send().await.expect("response");
        assert_eq!(page.status(), StatusCode::OK);
        let page = page.text().await.expect("page text");
        assert!(page.contains(expected) && page.contains(problem["code"].as_str().expect("a code")), "{page}");
    }
    let other_session = login.http.get(login.url("/problems/other_session")).send().await.expect("response");
    assert_eq!(other_session.status(), StatusCode::OK);
    let nothing = login.http.get(login.url("/problems/nothing")).send().await.expect("response");
    assert_eq!(refusal(nothing).await, (StatusCode::NOT_FOUND, "not_found".to_owned()));
}

#[tokio::test]
async fn only_an_https_issuer_asks_browsers_for_https() {
    let login = TestApp::start().await;
    let secure = login.replica_of("https://login.test").await;
    for path in ["/", "/sign-in", "/jwks", "/nowhere"] {
        let header = async |base: &str| {
            let response = login.http.get(format!("{base}{path}")).send().await.expect("response");
            response.headers().get("strict-transport-security").map(|value| value.to_str().expect("text").to_owned())
        };
        assert_eq!(header(&secure).await.as_deref(), Some("max-age=31536000"), "{path}");
        assert_eq!(header(&login.base).await, None, "{path}");
    }
}

#[tokio::test]
async fn the_docs_page_lists_every_operation() {
    let login = TestApp::start().await;
    let docs = login.http.get(login.url("/docs")).send().await.expect("response");
    assert_eq!(docs.status(), StatusCode::OK);
    let page = docs.text().await.expect("page text");
    let document: Value = serde_json::from_str(&login::http::api::openapi_json()).expect("JSON");
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("operations").keys() {
            assert!(page.contains(&format!("{} {path}", method.to_uppercase())), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_token_without_scope_api_is_refused() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let ask = authorize("public", &[("scope", "openid profile")]);
    let code = parameter(&location(&login.visit(&ask, &cookie).await), "code").expect("a code");
    let tokens = Tokens(json(login.exchange("public", &code).await).await);
    for path in ["/v1/members", "/v1/tenant", "/v1/sessions", "/v1/clients", "/v1/invitations"] {
        let refused = login.get(path, tokens.access()).await;
        assert_eq!(refusal(refused).await, (StatusCode::FORBIDDEN, "insufficient_scope".to_owned()), "{path}");
    }
}
