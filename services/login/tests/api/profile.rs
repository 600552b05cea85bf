//! Changes of a person's own profile.

use contracts::login::v1::UserChanged;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    events::published,
    harness::{TestApp, claims, json, location},
};

#[tokio::test]
async fn a_person_changes_name_and_language() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let ada = login.tokens(&acme.admin_email).await;
    let me = json(login.get("/v1/me", ada.access()).await).await;
    assert_eq!((&me["email"], &me["display_name"]), (&json!("admin@acme.example"), &json!("Ada")));
    let changed =
        login.send(Method::PATCH, "/v1/me", ada.access(), &json!({"display_name": "에이다", "locale": "ko"})).await;
    assert_eq!(changed.status(), StatusCode::OK);
    let users = published::<UserChanged>(&login, "login.user.v1").await;
    let (_, _, last) = users.last().expect("an event");
    let user = last.user.as_ref().expect("a user");
    assert_eq!((user.display_name.as_str(), user.locale.as_str(), last.version), ("에이다", "ko", 2));

    let nothing = login.send(Method::PATCH, "/v1/me", ada.access(), &json!({})).await;
    assert_eq!(json(nothing).await["display_name"], "에이다");
    assert_eq!(published::<UserChanged>(&login, "login.user.v1").await.len(), users.len());
    let refused =
        json(login.send(Method::PATCH, "/v1/me", ada.access(), &json!({"display_name": "", "locale": "fr"})).await)
            .await;
    let fields: Vec<_> = refused["errors"].as_array().expect("errors").iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["display_name", "locale"]);
    let refreshed = json(login.refresh(ada.refresh()).await).await;
    assert_eq!(claims(refreshed["id_token"].as_str().expect("an ID token"))["name"], "에이다");
}

#[tokio::test]
async fn the_profile_page_changes_name_and_language() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    assert_eq!(location(&login.visit("/profile", "").await), "/sign-in");
    assert!(login.visit("/profile", &cookie).await.text().await.expect("page text").contains("value=\"Ada\""));
    let refused = login.form("/profile", &cookie, &[("display_name", " "), ("locale", "ko")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(location(&login.form("/profile", &cookie, &[("display_name", "Aya"), ("locale", "ko")]).await), "/");
    let page = login.visit("/profile", &cookie).await.text().await.expect("page text");
    assert!(page.contains("value=\"Aya\"") && page.contains("프로필"), "{page}");
}

/// The form sends the name with each change.
#[tokio::test]
async fn a_name_that_an_earlier_release_accepted_stays() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let superuser = login.superuser().await;
    sqlx::query("UPDATE user_account SET display_name = 'evil.example'").execute(&superuser).await.expect("renamed");
    let cookie = login.sign_in(&acme.admin_email).await;
    let fields = [("display_name", "evil.example"), ("locale", "ko")];
    assert_eq!(location(&login.form("/profile", &cookie, &fields).await), "/");
    assert!(login.visit("/profile", &cookie).await.text().await.expect("page text").contains("프로필"));
    let other = [("display_name", "evil.com"), ("locale", "ko")];
    assert_eq!(login.form("/profile", &cookie, &other).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
}
