use chrono::Duration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{PASSWORD, TestApp, Tokens, claims, cookie, json, location, refusal};

async fn invite(login: &TestApp, admin: &Tokens, email: &str) -> String {
    let invited = login
        .post("/v1/invitations", Some(admin.access()), &json!({"email": email, "role": "member", "locale": "en"}))
        .await;
    assert_eq!(invited.status(), StatusCode::CREATED);
    let answer = json(invited).await.to_string();
    let token = login.mailed_token(email, "/invitations/").await;
    assert!(!answer.contains(&token), "who has the token reads the mail: {answer}");
    token
}

fn acceptance(token: &str) -> Value {
    json!({"token": token, "display_name": "Amy", "password": PASSWORD})
}

#[tokio::test]
async fn who_is_invited_joins_once() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let token = invite(&login, &admin, "Amy@Acme.example").await;
    let open = json(login.get("/v1/invitations", admin.access()).await).await;
    assert_eq!(open["items"][0]["email"], "amy@acme.example");

    let member = json(login.post("/v1/invitations/accept", None, &acceptance(&token)).await).await;
    assert_eq!((&member["email"], &member["roles"]), (&json!("amy@acme.example"), &json!(["member"])));
    let again = login.post("/v1/invitations/accept", None, &acceptance(&token)).await;
    assert_eq!(refusal(again).await, (StatusCode::NOT_FOUND, "invitation_not_found".to_owned()));
    let open = json(login.get("/v1/invitations", admin.access()).await).await;
    assert_eq!(open["items"], json!([]));
    login.sign_in("amy@acme.example").await;
}

#[tokio::test]
async fn a_newer_invitation_voids_the_older_and_a_week_voids_all() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let (old, new) =
        (invite(&login, &admin, "amy@acme.example").await, invite(&login, &admin, "amy@acme.example").await);
    assert_eq!(login.post("/v1/invitations/accept", None, &acceptance(&old)).await.status(), StatusCode::NOT_FOUND);
    login.clock.advance(Duration::days(7));
    assert_eq!(login.post("/v1/invitations/accept", None, &acceptance(&new)).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_admins_invite_and_no_member_is_invited_again() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let email = login.member(&admin, "amy").await;
    let member = login.tokens(&email).await;
    let new = json!({"email": email, "role": "admin", "locale": "en"});
    assert_eq!(login.post("/v1/invitations", Some(member.access()), &new).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(login.get("/v1/invitations", member.access()).await.status(), StatusCode::FORBIDDEN);
    let problem = json(login.post("/v1/invitations", Some(admin.access()), &new).await).await;
    assert_eq!(problem["errors"][0]["code"], "already_member");
}

#[tokio::test]
async fn an_address_of_another_company_is_told_only_to_its_owner() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let other = login.company("other").await;
    let admin = login.tokens(&acme.admin_email).await;
    let token = invite(&login, &admin, &other.admin_email).await;
    let taken = login.post("/v1/invitations/accept", None, &acceptance(&token)).await;
    assert_eq!(refusal(taken).await, (StatusCode::CONFLICT, "email_taken".to_owned()));
}

#[tokio::test]
async fn the_pages_invite_and_accept() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let admin = login.sign_in(&acme.admin_email).await;
    let fields = [("email", "amy@acme.example"), ("role", "member"), ("locale", "ko")];
    let page = login.form("/invitations", &admin, &fields).await;
    assert_eq!(page.status(), StatusCode::CREATED);
    let token = login.mailed_token("amy@acme.example", "/invitations/").await;
    let page = page.text().await.expect("a page");
    assert!(page.contains("amy@acme.example") && !page.contains(&token));
    let mail = &login.mails("amy@acme.example").await[0];
    assert_eq!(mail["subject"], "Company acme에서 초대했습니다", "in the language that the admin chose");

    let path = format!("/invitations/{token}");
    let shown = login.look(&path, "").await.text().await.expect("a page");
    assert!(shown.contains("Company acme") && shown.contains("amy@acme.example"));
    let short = login.form(&path, "", &[("display_name", "Amy"), ("password", "short")]).await;
    assert_eq!(short.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let joined = login.form(&path, "", &[("display_name", "Amy"), ("password", PASSWORD)]).await;
    let home = login.look("/", &cookie(&joined)).await.text().await.expect("a page");
    assert!(home.contains("Amy") && !home.contains(r#"action="/invitations""#), "a member invites nobody");
    assert_eq!(login.form("/invitations", &cookie(&joined), &fields).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(login.look(&path, "").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_company_invites_the_same_person_a_few_times_an_hour() {
    let login = TestApp::start().await;
    let (acme, other) = (login.company("acme").await, login.company("other").await);
    let (admin, foreign) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
    let new = json!({"email": "amy@acme.example", "role": "member", "locale": "en"});
    for _ in 0..5 {
        invite(&login, &admin, "amy@acme.example").await;
    }
    let last = login.mailed_token("amy@acme.example", "/invitations/").await;
    let refused = login.post("/v1/invitations", Some(admin.access()), &new).await;
    assert_eq!(refused.headers()["retry-after"], "3600");
    assert_eq!(refusal(refused).await, (StatusCode::TOO_MANY_REQUESTS, "too_many_tries".to_owned()));
    invite(&login, &foreign, "amy@acme.example").await;
    assert_eq!(login.mails("amy@acme.example").await.len(), 6);
    let joined = login.post("/v1/invitations/accept", None, &acceptance(&last)).await;
    assert_eq!(joined.status(), StatusCode::CREATED, "the last one that was sent stays good");
}

#[tokio::test]
async fn an_admin_withdraws_an_open_invitation() {
    let login = TestApp::start().await;
    let (acme, other) = (login.company("acme").await, login.company("other").await);
    let (admin, foreign) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
    let token = invite(&login, &admin, "amy@acme.example").await;
    let open = json(login.get("/v1/invitations", admin.access()).await).await;
    let path = format!("/v1/invitations/{}", open["items"][0]["invitation_id"].as_str().expect("an id"));
    let withdraw = async |by: &Tokens| login.send(Method::DELETE, &path, by.access(), &json!({})).await;
    let none = (StatusCode::NOT_FOUND, "invitation_not_found".to_owned());
    assert_eq!(refusal(withdraw(&foreign).await).await, none);
    assert_eq!(withdraw(&admin).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(refusal(withdraw(&admin).await).await, none, "it is gone");
    assert_eq!(json(login.get("/v1/invitations", admin.access()).await).await["items"], json!([]));
    assert_eq!(refusal(login.post("/v1/invitations/accept", None, &acceptance(&token)).await).await, none);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM token_directory WHERE kind = 'invitation'")
        .fetch_one(&login.superuser().await)
        .await
        .expect("a count");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn what_was_accepted_or_is_too_old_is_not_withdrawn() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let token = invite(&login, &admin, "amy@acme.example").await;
    login.post("/v1/invitations/accept", None, &acceptance(&token)).await;
    invite(&login, &admin, "bob@acme.example").await;
    login.clock.advance(Duration::days(7));
    let admin = login.tokens(&acme.admin_email).await;
    let ids: Vec<String> = sqlx::query_scalar("SELECT invitation_id::text FROM invitation")
        .fetch_all(&login.superuser().await)
        .await
        .expect("ids");
    assert_eq!(ids.len(), 2);
    for id in ids {
        let path = format!("/v1/invitations/{id}");
        let refused = login.send(Method::DELETE, &path, admin.access(), &json!({})).await;
        assert_eq!(refusal(refused).await, (StatusCode::NOT_FOUND, "invitation_not_found".to_owned()));
    }
}

#[tokio::test]
async fn the_page_of_the_members_withdraws_an_invitation() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    invite(&login, &admin, "amy@acme.example").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let page = login.look("/members", &cookie).await.text().await.expect("a page");
    assert!(page.contains("amy@acme.example"), "{page}");
    let action = page.split(r#"action=""#).find(|part| part.starts_with("/members/invitations/")).expect("a form");
    let action = action.split('"').next().expect("an address").to_owned();
    assert_eq!(location(&login.form(&action, &cookie, &[]).await), "/members");
    let page = login.look("/members", &cookie).await.text().await.expect("a page");
    assert!(!page.contains("amy@acme.example"), "{page}");
    assert_eq!(location(&login.form(&action, &cookie, &[]).await), "/members", "again is no error");
}

#[tokio::test]
async fn what_an_admin_offered_ends_with_their_role() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let first = login.tokens(&acme.admin_email).await;
    invite(&login, &first, "by-the-first@acme.example").await;
    let demoted = (Method::PATCH, json!({"roles": ["member"]}));
    let suspended = (Method::PATCH, json!({"status": "suspended"}));
    let erased = (Method::DELETE, json!({}));
    for (index, (method, change)) in [demoted, suspended, erased].into_iter().enumerate() {
        let email = login.member(&first, "amy").await;
        let amy = claims(login.tokens(&email).await.access())["sub"].as_str().expect("an id").to_owned();
        let path = format!("/v1/members/{amy}");
        login.send(Method::PATCH, &path, first.access(), &json!({"roles": ["admin"]})).await;
        let amys = login.tokens(&email).await;
        let token = invite(&login, &amys, &format!("by-amy{index}@acme.example")).await;
        assert!(login.send(method, &path, first.access(), &change).await.status().is_success(), "{change}");
        let refused = login.post("/v1/invitations/accept", None, &acceptance(&token)).await;
        assert_eq!(refusal(refused).await, (StatusCode::NOT_FOUND, "invitation_not_found".to_owned()), "{change}");
        let open = json(login.get("/v1/invitations", first.access()).await).await;
        assert_eq!(
            (open["items"].as_array().map(Vec::len), &open["items"][0]["email"]),
            (Some(1), &json!("by-the-first@acme.example"))
        );
    }
}
