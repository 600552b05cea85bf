//! Values of requests that are stored have bounds.

use reqwest::{Response, StatusCode, Url, header};
use serde_json::json;

use crate::harness::{CHALLENGE, REDIRECT, TestApp, authorize, json, location, parameter};

/// nginx and others refuse a request line of more than 8 KiB, and drop such a response header.
const PROXY: usize = 8_000;

/// Expects the error page of a bad request, which leads nowhere.
async fn refused(response: Response, reason: &str) {
    assert_eq!(
        (response.status(), response.headers().get(header::LOCATION)),
        (StatusCode::BAD_REQUEST, None),
        "{reason}"
    );
    assert!(!response.headers().contains_key(header::SET_COOKIE), "{reason}");
    let page = response.text().await.expect("page text");
    assert!(page.contains(reason), "{reason}: {page}");
}

#[tokio::test]
async fn a_parameter_that_is_passed_on_is_bounded() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let cases = [("state", 2048), ("login_hint", 1024), ("scope", 1024), ("prompt", 256), ("ui_locales", 256)];
    for (name, longest) in cases {
        let reason = format!("{name} is longer than {longest} bytes");
        // Three times as long in an address.
        for value in ["x".repeat(longest + 1), "\"".repeat(longest / 3 + 1)] {
            let request = authorize("public", &[(name, &value)]);
            refused(login.visit(&request, "").await, &reason).await;
            refused(login.visit(&request, &cookie).await, &reason).await;
            let fields: Vec<_> =
                Url::parse(&format!("http://x{request}")).expect("a URL").query_pairs().into_owned().collect();
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            refused(login.form("/authorize", &cookie, &fields).await, &reason).await;
        }
    }
    let long = [("nonce", "n".repeat(1000)), ("login_hint", "h".repeat(1024)), ("state", "s".repeat(2048))];
    let long = long.each_ref().map(|(name, value)| (*name, value.as_str()));
    let sign_in = location(&login.visit(&authorize("public", &long), "").await);
    assert!(sign_in.starts_with("/sign-in?") && sign_in.len() < PROXY, "{}", sign_in.len());
    let answer = location(&login.visit(&authorize("public", &long), &cookie).await);
    assert_eq!(parameter(&answer, "state").as_deref(), Some(long[2].1));
    assert!(answer.len() < PROXY && parameter(&answer, "code").is_some());
}

#[tokio::test]
async fn a_request_that_does_not_fit_into_an_address_is_refused() {
    let login = TestApp::start().await;
    let unknown = |length| authorize("public", &[("unknown", &"x".repeat(length))]);
    refused(login.visit(&unknown(7000), "").await, "the request is too long").await;
    let longest = location(&login.visit(&unknown(6000), "").await);
    assert!(longest.starts_with("/sign-in?") && longest.len() < PROXY, "{}", longest.len());
    let page = login.visit(&longest, "").await;
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.text().await.expect("page text").contains("/sign-in?return_to="), "the page keeps the way");

    // Parameters without a value do not count, but make the address long.
    let empty = format!("{}{}", authorize("public", &[]), "&x=".repeat(3000));
    assert!(location(&login.visit(&empty, "").await).len() < PROXY);
    for request in [unknown(7000), authorize("public", &[("state", &"s".repeat(2049))]), empty] {
        let query = [("return_to", request.as_str())];
        let page = Url::parse_with_params("http://x/sign-in", query).expect("a URL");
        let page = login.visit(&format!("/sign-in?{}", page.query().expect("a query")), "").await;
        assert_eq!((page.status(), page.headers().get(header::SET_COOKIE)), (StatusCode::OK, None));
        assert!(!page.text().await.expect("page text").contains("return_to"), "the way is dropped");
    }
}

#[tokio::test]
async fn the_state_of_a_sign_out_is_bounded() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    for (name, longest) in [("state", 2048), ("ui_locales", 256)] {
        let value = "x".repeat(longest + 1);
        let fields =
            [("client_id", "public"), ("post_logout_redirect_uri", "http://127.0.0.1:9999/bye"), (name, &value)];
        let url = Url::parse_with_params("http://x/logout", fields).expect("a URL");
        let reason = format!("{name} is longer than {longest} bytes");
        refused(login.visit(&format!("/logout?{}", url.query().expect("a query")), &cookie).await, &reason).await;
        let confirmed = [fields.as_slice(), &[("confirm", "yes")]].concat();
        refused(login.form("/logout", &cookie, &confirmed).await, &reason).await;
    }
    assert!(login.visit("/", &cookie).await.text().await.expect("page text").contains("Ada"), "still signed in");
}

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
