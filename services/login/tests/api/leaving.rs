//! login is no open redirector: nobody is sent to a tenant's address before a person of the tenant signed in or confirmed
//! (RFC 9700 §4.11.2).

use reqwest::{Response, StatusCode, header};
use serde_json::json;

use crate::{
    harness::{REDIRECT, TestApp, Tokens, authorize, location, parameter},
    third_party::text,
};

const BYE: &str = "https://wiki.acme.example/bye";

/// A tenant's client, and its admin.
async fn wiki(login: &TestApp) -> (String, String, Tokens) {
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let created = login.register(&admin, &json!({"post_logout_redirect_uris": [BYE]})).await;
    (text(&created, "client_id").to_owned(), acme.admin_email, admin)
}

/// The address of the link that leaves login, in the page instead of a redirect.
async fn link(response: Response, status: StatusCode) -> String {
    assert_eq!((response.status(), response.headers().get(header::LOCATION)), (status, None));
    let page = response.text().await.expect("page text");
    assert!(!page.contains("http-equiv"), "the page does not navigate by itself: {page}");
    let link =
        page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).find(|link| link.contains("://"));
    link.unwrap_or_else(|| panic!("no link in {page}")).replace("&#38;", "&").replace("&amp;", "&")
}

#[tokio::test]
async fn an_error_leads_a_stranger_nowhere_without_a_click() {
    let login = TestApp::start().await;
    let (client_id, _, _) = wiki(&login).await;
    let other = login.tenant("other").await;
    let outsider = login.sign_in(&other.admin_email).await;
    let cases = [
        ("scope", "unheard_of", "invalid_scope"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_mode", "fragment", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("request", "x", "request_not_supported"),
        ("prompt", "none login", "invalid_request"),
        ("max_age", "soon", "invalid_request"),
    ];
    for (name, value, error) in cases {
        let request = authorize(&client_id, &[(name, value)]);
        for cookie in ["", &outsider] {
            let address = link(login.visit(&request, cookie).await, StatusCode::BAD_REQUEST).await;
            assert!(address.starts_with(REDIRECT), "{address}");
            assert_eq!(parameter(&address, "error").as_deref(), Some(error), "{name}={value}");
            assert_eq!(parameter(&address, "state").as_deref(), Some("a state"));
        }
    }
    // A valid request of a person of another tenant ends with an error, too.
    let address = link(login.visit(&authorize(&client_id, &[]), &outsider).await, StatusCode::BAD_REQUEST).await;
    assert_eq!(parameter(&address, "error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn an_error_returns_at_once_for_own_people_first_party_clients_and_silent_requests() {
    let login = TestApp::start().await;
    let (client_id, email, _) = wiki(&login).await;
    let cookie = login.sign_in(&email).await;
    let wrong = [("scope", "unheard_of")];
    let silent = [("prompt", "none")];
    for (request, cookie, error) in [
        (authorize(&client_id, &wrong), cookie.as_str(), "invalid_scope"),
        (authorize("public", &wrong), "", "invalid_scope"),
        (authorize(&client_id, &silent), "", "login_required"),
        (authorize(&client_id, &[wrong[0], silent[0]]), "", "invalid_scope"),
    ] {
        let address = location(&login.visit(&request, cookie).await);
        assert_eq!(parameter(&address, "error").as_deref(), Some(error), "{request}");
    }
}

#[tokio::test]
async fn a_sign_out_leads_a_stranger_nowhere_without_a_click() {
    let login = TestApp::start().await;
    let (client_id, email, _) = wiki(&login).await;
    let other = login.tenant("other").await;
    let cookie = login.sign_in(&email).await;
    let hint = login.tokens_of(&client_id, &cookie, &[]).await;
    let query = |pairs: &[(&str, &str)]| {
        let url = reqwest::Url::parse_with_params("http://x/logout", pairs).expect("an address");
        format!("/logout?{}", url.query().expect("a query"))
    };
    let by_id = query(&[("client_id", &client_id), ("post_logout_redirect_uri", BYE)]);
    let by_hint = query(&[("id_token_hint", hint.id()), ("post_logout_redirect_uri", BYE), ("state", "s")]);

    assert_eq!(link(login.visit(&by_id, "").await, StatusCode::OK).await, BYE);
    let outsider = login.sign_in(&other.admin_email).await;
    let fields = [("client_id", client_id.as_str()), ("post_logout_redirect_uri", BYE), ("confirm", "yes")];
    assert_eq!(link(login.form("/logout", &outsider, &fields).await, StatusCode::OK).await, BYE);
    // The person of the tenant continues at once. The same hint leads nobody else there.
    assert_eq!(location(&login.visit(&by_hint, &cookie).await), format!("{BYE}?state=s"));
    assert_eq!(link(login.visit(&by_hint, "").await, StatusCode::OK).await, format!("{BYE}?state=s"));
    let again = login.sign_in(&email).await;
    assert_eq!(location(&login.form("/logout", &again, &fields).await), BYE, "confirmed");
}
