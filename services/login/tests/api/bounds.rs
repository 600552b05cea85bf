//! Values of requests that are stored have bounds.

use reqwest::{Response, StatusCode, Url, header};
use serde_json::json;

use crate::harness::{CHALLENGE, REDIRECT, TestApp, authorize, json, location, parameter};

/// The headers of a response that nginx accepts by default.
const PROXY: usize = 4_096;

/// Returns the location, and expects that a proxy accepts the headers.
fn through_a_proxy(response: &Response) -> String {
    let bytes: usize = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    assert!(bytes + "HTTP/1.1 303 See Other\r\n\r\n".len() < PROXY, "{bytes} bytes of headers");
    location(response)
}

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
    let cases = [("state", 1024), ("login_hint", 512), ("scope", 512), ("prompt", 256), ("ui_locales", 256)];
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
    let (state, quotes) = ("s".repeat(1024), "\"".repeat(150));
    let long = [("nonce", "n"), ("state", state.as_str())];
    for request in [&long[..], &[("state", &quotes)]] {
        let request = authorize("public", request);
        let sign_in = through_a_proxy(&login.visit(&request, "").await);
        assert!(sign_in.starts_with("/sign-in?"), "{sign_in}");
        let page = login.visit(&sign_in, "").await;
        assert_eq!(page.status(), StatusCode::OK);
        assert!(page.headers().contains_key(header::SET_COOKIE), "the way is kept");
        let bytes: usize = page.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        assert!(bytes + 20 < PROXY, "{bytes} bytes of headers");
    }
    let answer = through_a_proxy(&login.visit(&authorize("public", &long), &cookie).await);
    assert_eq!(parameter(&answer, "state").as_deref(), Some(long[1].1));
    assert!(parameter(&answer, "code").is_some());
}

#[tokio::test]
async fn a_request_that_does_not_fit_into_an_address_is_refused() {
    let login = TestApp::start().await;
    let long = |length| {
        let [state, nonce] = ["s", "n"].map(|letter| letter.repeat(length));
        authorize("public", &[("state", &state), ("nonce", &nonce)])
    };
    refused(login.visit(&long(900), "").await, "the request is too long").await;
    let longest = through_a_proxy(&login.visit(&long(650), "").await);
    let page = login.visit(&longest, "").await;
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.text().await.expect("page text").contains("/sign-in?return_to="), "the page keeps the way");
    let encoded = authorize("public", &[("state", &"\"".repeat(340)), ("nonce", &"\"".repeat(130))]);
    refused(login.visit(&encoded, "").await, "too many characters that need to be encoded").await;

    // Unknown parameters, and those without a value, are not passed on.
    let unknown = authorize("public", &[("unknown", &"x".repeat(7000))]);
    let empty = format!("{}{}", authorize("public", &[]), "&x=".repeat(3000));
    for request in [&unknown, &empty] {
        through_a_proxy(&login.visit(request, "").await);
    }
    for request in [unknown, authorize("public", &[("state", &"s".repeat(1025))]), empty] {
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
    for (name, longest) in [("state", 1024), ("ui_locales", 256)] {
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
