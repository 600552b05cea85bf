//! Values of requests that are stored have bounds.

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{CHALLENGE, REDIRECT, TestApp, json, location, parameter};

#[tokio::test]
async fn a_nonce_that_does_not_fit_into_an_id_token_is_refused() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    for (length, error) in [(1000, None), (1001, Some("invalid_request"))] {
        let nonce = "n".repeat(length);
        let fields = [
            ("response_type", "code"),
            ("client_id", "public"),
            ("redirect_uri", REDIRECT),
            ("scope", "openid"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("nonce", &nonce),
        ];
        let answer = location(&login.form("/authorize", &cookie, &fields).await);
        assert_eq!(parameter(&answer, "error").as_deref(), error, "{length}");
    }
}

#[tokio::test]
async fn a_list_that_is_too_long_is_one_error() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let new = json!({"client_name": "Wiki", "redirect_uris": vec!["x"; 10_000]});
    let refused = login.post("/v1/clients", Some(admin.access()), &new).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let errors = json!([{"field": "redirect_uris", "code": "too_many", "detail": "must be at most 20"}]);
    assert_eq!(json(refused).await["errors"], errors);
}
