//! The way to a client survives a forgotten password, a sign-up and an invitation.

use reqwest::{Response, StatusCode, header};
use serde_json::json;

use crate::{
    harness::{ISSUER, PASSWORD, TestApp, authorize, cookie, location, parameter},
    passkeys::{challenge, with_passkey},
    third_party::text,
};

const NEW: &str = "a quiet river at dawn";

/// The first link of a page that starts with `start`, or the action of its form.
fn link(page: &str, start: &str) -> String {
    let quoted = page.split(['"']).find(|text| text.starts_with(start)).unwrap_or_else(|| panic!("{start}: {page}"));
    quoted.replace("&#38;", "&").replace("&amp;", "&")
}

async fn body(response: Response) -> String {
    response.text().await.expect("page text")
}

/// The sign-in page of a client.
async fn sign_in_page(login: &TestApp, client_id: &str) -> String {
    let address = location(&login.visit(&authorize(client_id, &[("ui_locales", "en")]), "").await);
    body(login.visit(&address, "").await).await
}

/// Sends a form as a browser does.
async fn submit(login: &TestApp, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Response {
    let request = login.http.post(login.url(path)).form(fields).header(header::ORIGIN, ISSUER);
    let request = request.header(header::COOKIE, cookie).header(header::ACCEPT, "text/html");
    request.header("sec-fetch-mode", "navigate").send().await.expect("response")
}

/// Whether the answer deletes the cookie of the way back.
fn forgets(response: &Response) -> bool {
    let deletion = |cookie: &str| cookie.starts_with("login_return=;") && cookie.contains("Max-Age=0");
    response.headers().get_all(header::SET_COOKIE).iter().any(|cookie| cookie.to_str().is_ok_and(deletion))
}

fn has_code(address: &str) -> bool {
    parameter(address, "code").is_some()
}

#[tokio::test]
async fn a_forgotten_password_ends_at_the_client() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let page = sign_in_page(&login, "public").await;
    let forgot = link(&page, "/forgot-password?");
    let form = link(&body(login.visit(&forgot, "").await).await, "/forgot-password?");
    let sent = location(&login.form(&form, "", &[("email", &acme.admin_email)]).await);
    assert!(sent.starts_with("/forgot-password/sent?return_to=%2Fauthorize"), "{sent}");
    let again = link(&body(login.visit(&sent, "").await).await, "/forgot-password?");
    assert_eq!(again, form, "a second try keeps the way");
    login.send_mails().await;

    let token = login.mailed_token(&acme.admin_email, "/reset-password/").await;
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "only a token: {token}");
    let changed = location(&login.form(&format!("/reset-password/{token}"), "", &[("password", NEW)]).await);
    let sign_in = link(&body(login.visit(&changed, "").await).await, "/sign-in?");
    let signed_in = login.form(&sign_in, "", &[("email", &acme.admin_email), ("password", NEW)]).await;
    assert!(has_code(&location(&login.visit(&location(&signed_in), &cookie(&signed_in)).await)));
}

#[tokio::test]
async fn the_way_is_sealed_and_says_nothing_about_accounts() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let form = link(&sign_in_page(&login, "public").await, "/forgot-password?");
    let mut answers = vec![];
    for email in [acme.admin_email.as_str(), "nobody@acme.example"] {
        answers.push(location(&login.form(&form, "", &[("email", email)]).await));
    }
    assert_eq!(answers[0], answers[1]);
    let pool = login.superuser().await;
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("SELECT return_to FROM mail_request WHERE return_to IS NOT NULL")
        .fetch_all(&pool)
        .await
        .expect("rows");
    assert_eq!(stored.len(), 2);
    assert!(stored.iter().all(|sealed| !String::from_utf8_lossy(sealed).contains("authorize")));
    // Any other address is dropped.
    for foreign in ["https%3A%2F%2Fevil.example%2F", "%2F%2Fevil.example", "%2Fprofile"] {
        let sent =
            login.form(&format!("/forgot-password?return_to={foreign}"), "", &[("email", "x@acme.example")]).await;
        assert_eq!(location(&sent), "/forgot-password/sent", "{foreign}");
    }
}

#[tokio::test]
async fn a_sign_up_offers_the_client_at_its_end() {
    let login = TestApp::start().await;
    let sign_up = link(&sign_in_page(&login, "public").await, "/sign-up?");
    let page = body(login.visit(&sign_up, "").await).await;
    let form = link(&page, "/sign-up?");
    assert!(link(&page, "/sign-in?").contains("return_to=%2Fauthorize"), "and back");
    let fields = [
        ("name", "Hangang"),
        ("slug", "hangang"),
        ("locale", "en"),
        ("display_name", "Mina"),
        ("email", "mina@hangang.example"),
    ];
    for _ in 0..2 {
        let sent = location(&login.form(&form, "", &fields).await);
        let again = link(&body(login.visit(&sent, "").await).await, "/sign-up?");
        assert_eq!(again, form, "a second mail keeps the way");
    }
    let token = login.mailed_token("mina@hangang.example", "/verify/").await;
    let verified = submit(&login, &format!("/verify/{token}"), "", &[("password", PASSWORD)]).await;
    assert_eq!(verified.status(), StatusCode::OK);
    let cookie = cookie(&verified);
    let page = body(verified).await;
    assert!(page.contains("Public"), "the client's name: {page}");
    assert!(has_code(&location(&login.visit(&link(&page, "/authorize?"), &cookie).await)));
}

/// The sign-in page of a client that a browser sees, and the cookie that it keeps.
async fn see(login: &TestApp, client_id: &str) -> (String, String) {
    let address = location(&login.visit(&authorize(client_id, &[]), "").await);
    let seen = cookie(&login.visit(&address, "").await);
    assert!(seen.starts_with("login_return="), "{seen}");
    (address, seen)
}

/// Invites a person. Returns the path of the link.
async fn invite(login: &TestApp, email: &str, access_token: &str) -> String {
    let new = json!({"email": email, "role": "member", "locale": "en"});
    assert_eq!(login.post("/v1/invitations", Some(access_token), &new).await.status(), StatusCode::CREATED);
    format!("/invitations/{}", login.mailed_token(email, "/invitations/").await)
}

const JOIN: [(&str, &str); 2] = [("display_name", "Amy"), ("password", PASSWORD)];

#[tokio::test]
async fn an_invitation_offers_the_client_of_the_same_browser() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let admin = login.tokens(&acme.admin_email).await;
    let foreign = login.register(&login.tokens(&other.admin_email).await, &json!({"client_name": "Trap"})).await;
    let own = login.register(&admin, &json!({"client_name": "Wiki"})).await;
    for (client_id, email, name) in
        [("public", "amy@acme.example", "Public"), (text(&own, "client_id"), "bob@acme.example", "Wiki")]
    {
        let (_, seen) = see(&login, client_id).await;
        let accepted = submit(&login, &invite(&login, email, admin.access()).await, &seen, &JOIN).await;
        assert_eq!(accepted.status(), StatusCode::OK, "{name}");
        assert!(forgets(&accepted), "{name}");
        let cookies: Vec<_> = accepted.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
        assert!(cookies[0].to_str().is_ok_and(|cookie| cookie.starts_with("login_session=")), "{cookies:?}");
        let page = body(accepted).await;
        assert!(page.contains(name) && link(&page, "/authorize?").contains("client_id="), "{page}");
    }
    let (_, seen) = see(&login, text(&foreign, "client_id")).await;
    let trapped = submit(&login, &invite(&login, "eve@acme.example", admin.access()).await, &seen, &JOIN).await;
    assert_eq!(location(&trapped), "/", "another tenant's client is not offered");
    let (_, seen) = see(&login, "public").await;
    let accepted = login.form(&invite(&login, "pat@acme.example", admin.access()).await, &seen, &JOIN).await;
    assert_eq!(location(&accepted), "/", "a program is shown no page");
}

#[tokio::test]
async fn a_sign_in_forgets_the_way_that_was_kept_for_it() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let (address, seen) = see(&login, "public").await;
    let fields = [("email", acme.admin_email.as_str()), ("password", PASSWORD)];
    let wrong = [("email", acme.admin_email.as_str()), ("password", "a wrong password")];
    for path in [address.as_str(), "/sign-in"] {
        assert!(!forgets(&login.form(path, &seen, &wrong).await), "not yet signed in");
        assert!(forgets(&login.form(path, &seen, &fields).await), "{path}");
        assert!(!forgets(&login.form(path, "", &fields).await), "nothing to forget");
    }
    let mut device = with_passkey(&login, &acme.admin_email).await;
    device.counter += 1;
    let options = challenge(&login).await;
    let answer = json!({"ceremony": options["ceremony"], "credential": device.get(&options)});
    assert!(forgets(&login.script("/sign-in/passkey", &seen, &answer).await));
}

/// Another person signs in, in another tab, while the page of a consent is open.
#[tokio::test]
async fn a_consent_that_fails_keeps_the_way() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let wiki = login.register(&admin, &json!({})).await;
    let request = authorize(text(&wiki, "client_id"), &[("ui_locales", "en")]);
    let cookie = login.sign_in(&acme.admin_email).await;
    let consent = location(&login.visit(&request, &cookie).await);
    let page = body(login.visit(&consent, &cookie).await).await;
    let (_, session) = page.split_once("name=\"page_session\" value=\"").expect("the session of the page");
    let session = session.split('"').next().expect("a name");
    let amys = login.sign_in(&login.member(&admin, "amy").await).await;
    let answer = [("answer", "allow"), ("page_session", session)];
    let refused = submit(&login, &consent, &amys, &answer).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let again = link(&body(refused).await, "/authorize?");
    assert!(location(&login.visit(&again, &amys).await).starts_with("/consent?"), "Amy is asked");
    for foreign in ["https://evil.example", "//evil.example", "/profile"] {
        let refused = submit(&login, &format!("/consent?return_to={foreign}"), &amys, &answer).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT, "{foreign}");
        let page = body(refused).await;
        assert!(!page.contains("evil") && !page.contains("class=\"button\""), "only to the home page: {page}");
    }
}

/// The session ends while the form waits.
#[tokio::test]
async fn a_session_that_ends_on_the_consent_form_keeps_the_way() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let wiki = login.register(&admin, &json!({})).await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let consent = location(&login.visit(&authorize(text(&wiki, "client_id"), &[]), &cookie).await);
    let superuser = login.superuser().await;
    let mut held = superuser.begin().await.expect("a transaction");
    let ends = sqlx::query("UPDATE session SET ended_at = now()");
    ends.execute(&mut *held).await.expect("ended");
    let end = async {
        support::eventually("the form waits", async || {
            let waiting =
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            let waiting: i64 = sqlx::query_scalar(waiting).fetch_one(&superuser).await.expect("a count");
            (waiting > 0).then_some(())
        })
        .await;
        held.commit().await.expect("committed");
    };
    let (refused, ()) = tokio::join!(login.form(&consent, &cookie, &[("answer", "allow")]), end);
    assert_eq!(location(&refused), consent.replacen("/consent?", "/sign-in?", 1));
}
