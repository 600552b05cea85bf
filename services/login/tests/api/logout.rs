use reqwest::{StatusCode, Url};

use crate::harness::{TestApp, location, parameter};

const BYE: &str = "http://127.0.0.1:9999/bye";

fn logout(parameters: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("http://x/logout", parameters).expect("an address");
    format!("/logout?{}", url.query().expect("a query"))
}

#[tokio::test]
async fn a_client_signs_its_person_out() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let response = login.exchange("public", &login.code(&cookie, "public").await).await;
    let tokens = crate::harness::Tokens(crate::harness::json(response).await);
    login.clock.advance(chrono::Duration::hours(1));

    let path = logout(&[("id_token_hint", tokens.id()), ("post_logout_redirect_uri", BYE), ("state", "s")]);
    let response = login.visit(&path, &cookie).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert!(response.headers()["set-cookie"].to_str().expect("text").contains("Max-Age=0"));
    let address = location(&response);
    assert_eq!((address.starts_with(BYE), parameter(&address, "state").as_deref()), (true, Some("s")));
    assert_eq!(login.refresh(tokens.refresh()).await.status(), StatusCode::BAD_REQUEST);
    assert!(!login.visit("/", &cookie).await.text().await.expect("page text").contains("Ada"));
    assert_eq!(login.visit(&path, "").await.status(), StatusCode::SEE_OTHER, "repeating succeeds");
}

#[tokio::test]
async fn without_a_hint_the_person_must_confirm() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let path = logout(&[("client_id", "public"), ("post_logout_redirect_uri", BYE)]);
    let confirmation = login.visit(&path, &cookie).await;
    assert_eq!(confirmation.status(), StatusCode::OK);
    let policy = confirmation.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:9999;"), "{policy}");
    assert!(login.visit("/", &cookie).await.text().await.expect("page text").contains("Ada"));

    let foreign =
        login.http.post(login.url("/logout")).header("cookie", &cookie).header("origin", "http://evil.example");
    let foreign = foreign.form(&[("confirm", "yes")]).send().await.expect("response");
    assert_eq!(foreign.status(), StatusCode::OK, "confirmation page");
    assert!(login.visit("/", &cookie).await.text().await.expect("page text").contains("Ada"));

    let fields = [("client_id", "public"), ("post_logout_redirect_uri", BYE), ("confirm", "yes")];
    assert_eq!(location(&login.form("/logout", &cookie, &fields).await), BYE);
    assert!(!login.visit("/", &cookie).await.text().await.expect("page text").contains("Ada"));
}

#[tokio::test]
async fn unregistered_post_logout_uris_are_never_redirected_to() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let tokens = login.tokens(&acme.admin_email).await;
    let cases = [
        logout(&[("id_token_hint", tokens.id()), ("post_logout_redirect_uri", "http://evil.example/")]),
        logout(&[("id_token_hint", tokens.id()), ("client_id", "confidential"), ("post_logout_redirect_uri", BYE)]),
        logout(&[("post_logout_redirect_uri", BYE)]),
        logout(&[("id_token_hint", tokens.access()), ("post_logout_redirect_uri", BYE)]),
    ];
    for path in cases {
        let response = login.visit(&path, "").await;
        assert_eq!((response.status(), response.headers().get("location")), (StatusCode::BAD_REQUEST, None), "{path}");
    }
    assert_eq!(login.refresh(tokens.refresh()).await.status(), StatusCode::OK, "the session is still active");
}

#[tokio::test]
async fn a_request_that_contradicts_itself_ends_no_session() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let response = login.exchange("public", &login.code(&cookie, "public").await).await;
    let tokens = crate::harness::Tokens(crate::harness::json(response).await);
    for client_id in ["confidential", "nobody"] {
        let fields = [("id_token_hint", tokens.id()), ("client_id", client_id)];
        assert_eq!(login.visit(&logout(&fields), &cookie).await.status(), StatusCode::BAD_REQUEST, "{client_id}");
        assert_eq!(login.visit(&logout(&fields), "").await.status(), StatusCode::BAD_REQUEST, "without a session");
        let confirmed = [fields[0], fields[1], ("confirm", "yes")];
        assert_eq!(login.form("/logout", &cookie, &confirmed).await.status(), StatusCode::BAD_REQUEST, "{client_id}");
    }
    assert!(login.visit("/", &cookie).await.text().await.expect("page text").contains("Ada"), "still signed in");
    let same = [("id_token_hint", tokens.id()), ("client_id", "public")];
    assert_eq!(login.visit(&logout(&same), &cookie).await.status(), StatusCode::OK);
    assert!(!login.visit("/", &cookie).await.text().await.expect("page text").contains("Ada"), "signed out");
}
