//! Tests of sign-in, sign-out and the end of sessions.

use contracts::login::v1::{Role, SessionChanged, SessionState, User, UserChanged, UserStatus};
use reqwest::Method;

use super::*;

fn session(person: TestPerson, state: SessionState) -> SessionChanged {
    SessionChanged {
        session_id: person.session.to_string(),
        tenant_id: person.tenant.to_string(),
        user_id: person.user.to_string(),
        state: state.into(),
        device: String::new(),
        changed_at: None,
    }
}

fn user(person: TestPerson, roles: &[Role], status: UserStatus, version: i64) -> UserChanged {
    let user = User {
        user_id: person.user.to_string(),
        tenant_id: person.tenant.to_string(),
        locale: "ko".into(),
        roles: roles.iter().map(|role| (*role).into()).collect(),
        status: status.into(),
        ..User::default()
    };
    UserChanged { user: Some(user), version, changed_at: None }
}

const ADMIN: [Role; 2] = [Role::Member, Role::Admin];

#[tokio::test]
async fn an_admin_signs_in_returns_to_the_page_and_signs_out() {
    let pages = Pages::start().await;
    let browser = pages.browser();
    assert!(page(browser.get("/").await, 200).await.contains("/auth/sign-in"), "the landing page");
    let sign_in = location(&browser.get("/ledger").await);
    assert_eq!(sign_in, "/auth/sign-in?return_to=%2Fledger");

    let browser = pages.admin().await;
    assert_eq!(browser.cookies().keys().collect::<Vec<_>>(), ["ad_session"]);
    assert_eq!(location(&browser.get("/").await), "/campaigns");
    assert!(page(browser.get("/campaigns").await, 200).await.contains("Your first campaign"));

    let to_login = location(&browser.post("/auth/sign-out", &[]).await);
    assert!(to_login.starts_with(&pages.oidc.url.join("/logout?id_token_hint=ey")), "{to_login}");
    assert!(to_login.contains("post_logout_redirect_uri=http%3A%2F%2Fad.test%2F"), "{to_login}");
    assert!(browser.cookies().is_empty());
    assert_eq!(pages.test.count("SELECT count(*) FROM web_session_key").await, 0);
}

#[tokio::test]
async fn no_token_of_login_is_stored_in_the_clear_or_sent_to_the_browser() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    assert!(browser.cookies().values().all(|value| value.len() == 43 && !value.starts_with("ey")));
    let stored: Vec<u8> = sqlx::query_scalar("SELECT sealed_id_token FROM web_session")
        .fetch_one(&pages.test.superuser)
        .await
        .expect("a session");
    assert!(!stored.windows(4).any(|bytes| bytes == b"eyJ0" || bytes == b"eyJh"));
}

#[tokio::test]
async fn others_than_admins_see_a_page_that_says_so() {
    let pages = Pages::start().await;
    let member = pages.signed_in_as(pages.person(pages.tenant), json!({})).await;
    for path in ["/campaigns", "/ledger", "/ledger.csv"] {
        let text = page(member.get(path).await, 403).await;
        assert!(text.contains("Admins only") && text.contains("/auth/sign-out"), "{path}: {text}");
        assert!(!text.contains("href=\"/ledger\""), "no links to what is not for them");
    }
}

#[tokio::test]
async fn a_session_that_ends_at_login_ends_here() {
    let pages = Pages::start().await;
    let (person, other) = (pages.person(pages.tenant), pages.admin().await);
    let browser = pages.signed_in_as(person, json!({ "roles": ["admin"] })).await;
    pages.test.consume(&session(person, SessionState::Active)).await.expect("consumed");
    assert_eq!(browser.get("/campaigns").await.status(), 200);
    pages.test.consume(&session(person, SessionState::Ended)).await.expect("consumed");
    assert_eq!(location(&browser.get("/campaigns").await), "/auth/sign-in?return_to=%2Fcampaigns");
    assert_eq!(other.get("/campaigns").await.status(), 200);
    assert!(pages.test.consume(&session(person, SessionState::Unspecified)).await.is_err());
}

#[tokio::test]
async fn a_session_that_ended_during_the_sign_in_does_not_begin() {
    let pages = Pages::start().await;
    let person = pages.person(pages.tenant);
    pages.test.consume(&session(person, SessionState::Ended)).await.expect("consumed");
    let browser = pages.browser();
    let back = pages.oidc.authorize(&location(&browser.get("/auth/sign-in").await), person, &json!({}));
    assert!(page(browser.get(path(&back)).await, 400).await.contains("Sign-in failed"));
}

#[tokio::test]
async fn a_changed_role_takes_effect_in_open_sessions() {
    let pages = Pages::start().await;
    let person = pages.person(pages.tenant);
    let browser = pages.signed_in_as(person, json!({ "roles": ["member", "admin"] })).await;
    for (roles, version, status) in [(&ADMIN[..1], 2, 403), (&ADMIN[..], 1, 403), (&ADMIN[..], 3, 200)] {
        pages.test.consume(&user(person, roles, UserStatus::Active, version)).await.expect("consumed");
        let response = browser.get("/campaigns").await;
        assert_eq!(response.status(), status, "version {version}");
        assert!(response.text().await.expect("a page").contains("lang=\"ko\""), "the language of the person");
    }
    pages.test.consume(&user(person, &ADMIN, UserStatus::Suspended, 4)).await.expect("consumed");
    assert!(browser.get("/campaigns").await.status().is_redirection());
}

#[tokio::test]
async fn an_erased_person_is_signed_out_and_forgotten() {
    let pages = Pages::start().await;
    let person = pages.person(pages.tenant);
    let browser = pages.signed_in_as(person, json!({ "roles": ["admin"] })).await;
    pages.test.consume(&user(person, &ADMIN, UserStatus::Active, 1)).await.expect("consumed");
    pages.test.consume_tombstone::<UserChanged>(person.user, person.tenant).await;
    pages.test.consume(&user(person, &ADMIN, UserStatus::Active, 2)).await.expect("consumed");
    assert!(browser.get("/campaigns").await.status().is_redirection());
    for rows in ["SELECT count(*) FROM member", "SELECT count(*) FROM web_session"] {
        assert_eq!(pages.test.count(rows).await, 0, "{rows}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_or_of_another_session_is_refused() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let foreign = browser.request(Method::POST, "/auth/sign-out").header("origin", "https://evil.example");
    assert_eq!(browser.send(foreign.form(&[("a", "b")])).await.status(), 403);
    let named = browser.post("/auth/sign-out", &[("page_session", "another")]).await;
    assert_eq!(named.status(), 409);
    assert_eq!(browser.get("/campaigns").await.status(), 200, "still signed in");
}

#[tokio::test]
async fn sessions_are_swept_after_their_end() {
    let pages = Pages::start().await;
    let person = pages.person(pages.tenant);
    let browser = pages.admin().await;
    pages.test.consume(&session(person, SessionState::Ended)).await.expect("consumed");
    pages.test.clock.advance(chrono::Duration::days(29));
    ad::usecase::sweep::sweep(&pages.test.app).await.expect("swept");
    assert_eq!(pages.test.count("SELECT count(*) FROM ended_session").await, 0);
    assert_eq!(browser.get("/campaigns").await.status(), 200);
    pages.test.clock.advance(chrono::Duration::days(1));
    assert!(browser.get("/campaigns").await.status().is_redirection());
    ad::usecase::sweep::sweep(&pages.test.app).await.expect("swept");
    assert_eq!(pages.test.count("SELECT count(*) FROM web_session_key").await, 0);
}
