//! Rows that an earlier release stored in forms that are refused or written in another way now.

use reqwest::StatusCode;
use serde_json::json;

use crate::{
    harness::{PASSWORD, TestApp, VERIFIER, authorize, claims, cookie, json, location, new_tenant, parameter, refusal},
    idn::store_as_before,
    third_party::text,
};

/// An address that only an earlier release accepted: its domain is no valid A-label.
const REFUSED: &str = "mina@xn--a.example";
const NEW: &str = "a quiet river at dawn";

const UNICODE: &str = "https://한강-x.example/cb";
const ASCII: &str = "https://xn---x-9t1io77k.example/cb";

async fn sign_in(login: &TestApp, email: &str, password: &str) -> reqwest::Response {
    login.form("/sign-in", "", &[("email", email), ("password", password)]).await
}

#[tokio::test]
async fn an_address_that_is_refused_now_keeps_its_account() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let mina = login.tokens(&login.member(&admin, "mina").await).await;
    store_as_before(&login, text(&claims(mina.access()), "sub"), REFUSED).await;

    assert_eq!(sign_in(&login, " MINA@xn--a.example", PASSWORD).await.status(), StatusCode::SEE_OTHER);
    login.form("/forgot-password", "", &[("email", REFUSED)]).await;
    login.send_mails().await;
    let reset = format!("/reset-password/{}", login.mailed_token(REFUSED, "/reset-password/").await);
    assert_eq!(location(&login.form(&reset, "", &[("password", NEW)]).await), "/password-changed");
    let session = cookie(&sign_in(&login, REFUSED, NEW).await);
    assert_eq!(location(&login.form("/profile/erase", &session, &[("password", NEW)]).await), "/");
    assert!(!login.visit("/", &session).await.text().await.expect("page text").contains("mina"), "erased");
    assert_eq!(sign_in(&login, REFUSED, NEW).await.status(), StatusCode::UNAUTHORIZED);

    let new = json!({"email": REFUSED, "role": "member", "locale": "en"});
    let invited = login.post("/v1/invitations", Some(admin.access()), &new).await;
    assert_eq!(refusal(invited).await.0, StatusCode::UNPROCESSABLE_ENTITY, "no new account has it");
}

/// Browsers do not submit such an address from an input of the type `email`.
#[tokio::test]
async fn an_address_with_letters_that_are_refused_now_keeps_its_account() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let (mina, stored) = ("한강@x.example", login.tokens(&login.member(&admin, "mina").await).await);
    store_as_before(&login, text(&claims(stored.access()), "sub"), mina).await;
    assert_eq!(sign_in(&login, mina, PASSWORD).await.status(), StatusCode::SEE_OTHER);
    for path in ["/sign-in", "/forgot-password"] {
        let page = login.visit(path, "").await.text().await.expect("page text");
        assert!(page.contains(r#"name="email" type="text""#) && page.contains(r#"inputmode="email""#), "{page}");
    }
    login.form("/forgot-password", "", &[("email", mina)]).await;
    login.send_mails().await;
    login.mailed_token(mina, "/reset-password/").await;

    let new = json!({"email": mina, "role": "member", "locale": "en"});
    let invited = json(login.post("/v1/invitations", Some(admin.access()), &new).await).await;
    assert_eq!(
        (text(&invited["errors"][0], "field"), text(&invited["errors"][0], "code")),
        ("email", "invalid_local_part")
    );
    let mut tenant = new_tenant("other");
    tenant["admin"]["email"] = json!(mina);
    let refused = json(login.post("/v1/tenants", None, &tenant).await).await;
    assert_eq!(text(&refused["errors"][0], "field"), "admin.email");
    let fields = [("name", "x"), ("slug", "xyz"), ("email", mina), ("display_name", "x"), ("locale", "en")];
    let page = login.form("/sign-up", "", &fields).await.text().await.expect("page text");
    assert!(page.contains("Before the @"), "{page}");
}

#[tokio::test]
async fn an_invitation_to_an_address_that_is_refused_now_is_accepted() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let new = json!({"email": "mina@acme.example", "role": "member", "locale": "en"});
    login.post("/v1/invitations", Some(admin.access()), &new).await;
    let path = format!("/invitations/{}", login.mailed_token("mina@acme.example", "/invitations/").await);
    let update = sqlx::query("UPDATE invitation SET email = $1").bind(REFUSED);
    update.execute(&login.superuser().await).await.expect("updated");
    assert_eq!(location(&login.form(&path, "", &[("display_name", "Mina"), ("password", PASSWORD)]).await), "/");
    assert_eq!(sign_in(&login, REFUSED, PASSWORD).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_client_with_a_host_of_before_is_found_by_each_form() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let created = login.register(&admin, &json!({})).await;
    let client_id = text(&created, "client_id");
    let pool = login.superuser().await;
    let stored = "UPDATE client SET redirect_uris = ARRAY[$1], post_logout_redirect_uris = ARRAY[$1]";
    sqlx::query(stored).bind(UNICODE).execute(&pool).await.expect("updated");
    let session = login.sign_in(&acme.admin_email).await;
    let consent = authorize(client_id, &[("redirect_uri", UNICODE)]);
    assert!(login.allow(&consent, &session).await.starts_with(ASCII));
    for (redirect_uri, is_code_of_before) in [(UNICODE, false), (ASCII, false), (UNICODE, true), (ASCII, true)] {
        let answer = location(&login.visit(&authorize(client_id, &[("redirect_uri", redirect_uri)]), &session).await);
        assert!(answer.starts_with(ASCII), "{answer}");
        if is_code_of_before {
            let stored = "UPDATE authorization_code SET redirect_uri = $1";
            sqlx::query(stored).bind(UNICODE).execute(&pool).await.expect("updated");
        }
        let code = parameter(&answer, "code").expect("a code");
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", client_id),
            ("redirect_uri", redirect_uri),
            ("code", &code),
            ("code_verifier", VERIFIER),
        ];
        assert_eq!(login.token(&fields).await.status(), StatusCode::OK, "{redirect_uri}, {is_code_of_before}");
    }
    for address in [UNICODE, ASCII] {
        let query = [("client_id", client_id), ("post_logout_redirect_uri", address)];
        let url = reqwest::Url::parse_with_params("http://x/logout", query).expect("an address");
        let asked = login.visit(&format!("/logout?{}", url.query().expect("a query")), &session).await;
        assert_eq!(asked.status(), StatusCode::OK, "{address}");
    }
}
