use chrono::Duration;
use reqwest::StatusCode;

use crate::harness::{REDIRECT, TestApp, Tokens, VERIFIER, authorize, json, location, parameter, refusal};

type Fields = &'static [(&'static str, &'static str)];

#[tokio::test]
async fn unregistered_redirect_uris_are_never_redirected_to() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let cookie = login.sign_in(&tenant.admin_email).await;
    let cases = [
        ("public", [("redirect_uri", "http://evil.example/callback")]),
        ("public", [("redirect_uri", "http://127.0.0.1:9999/callback/")]),
        ("public", [("redirect_uri", "http://127.0.0.1:9998/callback")]),
        ("public", [("redirect_uri", "")]),
        ("native", [("redirect_uri", "http://127.0.0.1:51004/x/../cb")]),
        ("native", [("redirect_uri", "http://127.0.0.1:51004/%63b")]),
        ("native", [("redirect_uri", "http://127.0.0.1:51004/p80")]),
        ("nobody", [("state", "x")]),
        ("", [("state", "x")]),
    ];
    for (client, changes) in cases {
        let response = login.visit(&authorize(client, &changes), &cookie).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{client} {changes:?}");
        assert!(response.headers().get("location").is_none());
    }
    let twice = format!("{}&state=again", authorize("public", &[]));
    assert_eq!(login.visit(&twice, &cookie).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn request_errors_are_returned_to_the_client() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let cookie = login.sign_in(&tenant.admin_email).await;
    let cases: [(Fields, &str); 10] = [
        (&[("code_challenge", ""), ("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_type", "")], "invalid_request"),
        (&[("response_mode", "fragment")], "invalid_request"),
        (&[("scope", "unheard_of")], "invalid_scope"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("request", "x")], "request_not_supported"),
        (&[("request_uri", "https://x.example")], "request_uri_not_supported"),
    ];
    for (changes, expected) in cases {
        let answer = location(&login.visit(&authorize("public", changes), &cookie).await);
        assert!(answer.starts_with("http://127.0.0.1:9999/callback?"), "{answer}");
        assert_eq!(parameter(&answer, "error").as_deref(), Some(expected), "{changes:?}");
        assert_eq!(parameter(&answer, "state").as_deref(), Some("a state"));
        assert!(parameter(&answer, "iss").is_some() && parameter(&answer, "code").is_none());
    }
}

#[tokio::test]
async fn a_code_is_bound_to_its_client_redirect_uri_and_verifier() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let cookie = login.sign_in(&tenant.admin_email).await;
    let code = login.code(&cookie, "public").await;
    let with = |client: &'static str, redirect: &'static str, verifier: &'static str| {
        [
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("redirect_uri", redirect),
            ("code", code.as_str()),
            ("code_verifier", verifier),
        ]
    };
    let cases = [
        with("public", REDIRECT, "wrong-verifier-wrong-verifier-wrong-verifier"),
        with("public", "http://127.0.0.1:9999/other", VERIFIER),
        with("native", REDIRECT, VERIFIER),
    ];
    for fields in cases {
        assert_eq!(refusal(login.token(&fields).await).await, (StatusCode::BAD_REQUEST, "invalid_grant".to_owned()));
    }
    assert_eq!(login.exchange("public", &code).await.status(), StatusCode::OK);
    let missing =
        [("grant_type", "authorization_code"), ("client_id", "public"), ("redirect_uri", REDIRECT), ("code", "x")];
    assert_eq!(refusal(login.token(&missing).await).await.1, "invalid_request");
}

#[tokio::test]
async fn reuse_of_a_code_revokes_its_tokens() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let cookie = login.sign_in(&tenant.admin_email).await;
    let code = login.code(&cookie, "public").await;
    let tokens = Tokens(json(login.exchange("public", &code).await).await);
    assert_eq!(refusal(login.exchange("public", &code).await).await.1, "invalid_grant");
    assert_eq!(refusal(login.refresh(tokens.refresh()).await).await.1, "invalid_grant");
}

#[tokio::test]
async fn concurrent_exchanges_of_a_code_succeed_once() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let cookie = login.sign_in(&tenant.admin_email).await;
    let code = login.code(&cookie, "public").await;
    let (one, other) = tokio::join!(login.exchange("public", &code), login.exchange("public", &code));
    let mut statuses = [one.status(), other.status()];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::BAD_REQUEST]);
}

#[tokio::test]
async fn a_code_expires_after_a_minute() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let cookie = login.sign_in(&tenant.admin_email).await;
    let code = login.code(&cookie, "public").await;
    login.clock.advance(Duration::seconds(60));
    assert_eq!(refusal(login.exchange("public", &code).await).await.1, "invalid_grant");
}

#[tokio::test]
async fn the_token_endpoint_returns_oauth_errors() {
    let login = TestApp::start().await;
    let cases: [(Fields, u16, &str); 5] = [
        (&[("client_id", "public")], 400, "invalid_request"),
        (&[("grant_type", "password"), ("client_id", "public")], 400, "unsupported_grant_type"),
        (&[("grant_type", "client_credentials"), ("client_id", "public")], 400, "unauthorized_client"),
        (&[("grant_type", "refresh_token"), ("client_id", "nobody")], 401, "invalid_client"),
        (&[("grant_type", "refresh_token")], 401, "invalid_client"),
    ];
    for (fields, status, error) in cases {
        let (got, name) = refusal(login.token(fields).await).await;
        assert_eq!((got.as_u16(), name.as_str()), (status, error), "{fields:?}");
    }
    let json_body = login.post("/token", None, &serde_json::json!({"grant_type": "refresh_token"})).await;
    assert_eq!(refusal(json_body).await.1, "invalid_request");
    let empty = login.http.post(login.url("/token")).send().await.expect("response");
    assert_eq!(empty.status(), 400);
    assert_eq!(json(empty).await["error_description"], "grant_type is missing");
    let wrong = login.http.post(login.url("/token")).basic_auth("confidential", Some("wrong"));
    let wrong = wrong.form(&[("grant_type", "client_credentials")]).send().await.expect("response");
    assert_eq!(wrong.headers()["www-authenticate"], "Basic realm=\"login\"");
}
