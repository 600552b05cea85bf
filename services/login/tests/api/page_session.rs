//! Pages that stay open while another person signs in: their forms and scripts change nothing for that person.

use reqwest::{StatusCode, header};
use serde_json::json;

use crate::harness::{TestApp, location};

const FIELD: &str = "name=\"page_session\" value=\"";

/// The session that a page names.
fn named(page: &str) -> &str {
    let (_, rest) = page.split_once(FIELD).unwrap_or_else(|| panic!("no session in {page}"));
    rest.split('"').next().unwrap_or_default()
}

async fn page(login: &TestApp, path: &str, cookie: &str) -> String {
    login.visit(path, cookie).await.text().await.expect("a page")
}

#[tokio::test]
async fn every_form_of_a_signed_in_person_names_the_session() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    login.member(&admin, "amy").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    for path in ["/", "/profile", "/profile/erase", "/members", "/clients", "/logout"] {
        let page = page(&login, path, &cookie).await;
        let forms = page.matches("<form").count();
        assert!(forms > 0, "{path}: {page}");
        assert_eq!(page.matches(FIELD).count(), forms, "{path}: {page}");
    }
}

#[tokio::test]
async fn a_form_of_another_sessions_page_is_rejected() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let bobs = login.sign_in(&acme.admin_email).await;
    let amys = login.sign_in(&login.member(&admin, "amy").await).await;
    let open = page(&login, "/profile", &bobs).await;
    let fields = [("display_name", "Bob"), ("locale", "en"), ("confirm", "yes"), ("page_session", named(&open))];
    for path in ["/profile", "/sign-out", "/logout", "/profile/erase"] {
        let request = login.http.post(login.url(path)).form(&fields).header(header::COOKIE, &amys);
        let request = request.header(header::ORIGIN, login.app.issuer.origin()).header(header::ACCEPT, "text/html");
        let refused = request.send().await.expect("response");
        assert_eq!(refused.status(), StatusCode::CONFLICT, "{path}");
        assert!(refused.text().await.expect("a page").contains("변경된 내용은 없습니다"), "{path}");
    }
    let request = login.http.post(login.url("/passkeys/options")).json(&json!({}));
    let request = request.header(header::COOKIE, &amys).header(header::ORIGIN, login.app.issuer.origin());
    let refused = request.header("x-page-session", named(&open)).send().await.expect("response");
    assert_eq!(refused.status(), StatusCode::CONFLICT);

    let own = page(&login, "/profile", &amys).await;
    assert!(own.contains("value=\"amy\""), "{own}");
    let fields = [("display_name", "Amy"), ("locale", "ko"), ("page_session", named(&own))];
    assert_eq!(location(&login.form("/profile", &amys, &fields).await), "/");
}
