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
    assert!(!answer.contains(&token), "the token is only in the e-mail: {answer}");
    token
}

fn acceptance(token: &str) -> Value {
    json!({"token": token, "display_name": "Amy", "password": PASSWORD})
}

#[tokio::test]
async fn an_invitation_is_accepted_once() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
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
async fn an_invitation_ends_by_a_newer_one_or_after_a_week() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let (old, new) =
        (invite(&login, &admin, "amy@acme.example").await, invite(&login, &admin, "amy@acme.example").await);
    assert_eq!(login.post("/v1/invitations/accept", None, &acceptance(&old)).await.status(), StatusCode::NOT_FOUND);
    login.clock.advance(Duration::days(7));
    assert_eq!(login.post("/v1/invitations/accept", None, &acceptance(&new)).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_admins_invite_and_members_are_not_invited_again() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
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
async fn only_the_owner_learns_that_an_address_belongs_to_another_tenant() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let other = login.tenant("other").await;
    let admin = login.tokens(&acme.admin_email).await;
    let token = invite(&login, &admin, &other.admin_email).await;
    let taken = login.post("/v1/invitations/accept", None, &acceptance(&token)).await;
    assert_eq!(refusal(taken).await, (StatusCode::CONFLICT, "email_taken".to_owned()));
}

#[tokio::test]
async fn invitations_work_on_the_pages() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.sign_in(&acme.admin_email).await;
    let fields = [("email", "amy@acme.example"), ("role", "member"), ("locale", "ko")];
    let page = login.form("/invitations", &admin, &fields).await;
    assert_eq!(page.status(), StatusCode::CREATED);
    let token = login.mailed_token("amy@acme.example", "/invitations/").await;
    let page = page.text().await.expect("page text");
    assert!(page.contains("amy@acme.example") && !page.contains(&token));
    let mail = &login.mails("amy@acme.example").await[0];
    assert_eq!(mail["subject"], "회사에 초대받으셨습니다", "in the chosen language");

    let path = format!("/invitations/{token}");
    let shown = login.visit(&path, "").await.text().await.expect("page text");
    assert!(shown.contains("Company acme") && shown.contains("amy@acme.example"));
    let short = login.form(&path, "", &[("display_name", "Amy"), ("password", "short")]).await;
    assert_eq!(short.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let joined = login.form(&path, "", &[("display_name", "Amy"), ("password", PASSWORD)]).await;
    let home = login.visit("/", &cookie(&joined)).await.text().await.expect("page text");
    assert!(home.contains("Amy") && !home.contains(r#"action="/invitations""#), "members cannot invite");
    assert_eq!(login.form("/invitations", &cookie(&joined), &fields).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(login.visit(&path, "").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn invitations_of_an_address_are_limited_per_hour() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
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
    assert_eq!(joined.status(), StatusCode::CREATED, "the newest link stays valid");
}

#[tokio::test]
async fn an_admin_withdraws_an_open_invitation() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let (admin, foreign) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
    let token = invite(&login, &admin, "amy@acme.example").await;
    let open = json(login.get("/v1/invitations", admin.access()).await).await;
    let path = format!("/v1/invitations/{}", open["items"][0]["invitation_id"].as_str().expect("an id"));
    let withdraw = async |by: &Tokens| login.send(Method::DELETE, &path, by.access(), &json!({})).await;
    let none = (StatusCode::NOT_FOUND, "invitation_not_found".to_owned());
    assert_eq!(refusal(withdraw(&foreign).await).await, none);
    assert_eq!(withdraw(&admin).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(refusal(withdraw(&admin).await).await, none, "deleted");
    assert_eq!(json(login.get("/v1/invitations", admin.access()).await).await["items"], json!([]));
    assert_eq!(refusal(login.post("/v1/invitations/accept", None, &acceptance(&token)).await).await, none);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM token_directory WHERE kind = 'invitation'")
        .fetch_one(&login.superuser().await)
        .await
        .expect("a count");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn accepted_or_expired_invitations_cannot_be_withdrawn() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
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
async fn the_members_page_withdraws_an_invitation() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    invite(&login, &admin, "amy@acme.example").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let page = login.visit("/members", &cookie).await.text().await.expect("page text");
    assert!(page.contains("amy@acme.example"), "{page}");
    let action = page.split(r#"action=""#).find(|part| part.starts_with("/members/invitations/")).expect("a form");
    let action = action.split('"').next().expect("an address").to_owned();
    assert_eq!(location(&login.form(&action, &cookie, &[]).await), "/members");
    let page = login.visit("/members", &cookie).await.text().await.expect("page text");
    assert!(!page.contains("amy@acme.example"), "{page}");
    assert_eq!(location(&login.form(&action, &cookie, &[]).await), "/members", "repeating succeeds");
}

#[tokio::test]
async fn invitations_of_an_admin_end_with_their_role() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
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

#[tokio::test]
async fn an_admin_reaches_every_open_invitation_by_pages() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.sign_in(&acme.admin_email).await;
    let fields = [("email", "first@people.example"), ("role", "member"), ("locale", "en")];
    assert_eq!(login.form("/invitations", &admin, &fields).await.status(), StatusCode::CREATED);
    let sql = "INSERT INTO invitation
                   (invitation_id, tenant_id, token_hash, email, role, locale, invited_by, created_at, expires_at)
               SELECT gen_random_uuid(), tenant_id, sha256(number::text::bytea), 'guest' || number || '@people.example',
                      role, locale, invited_by, created_at, expires_at
               FROM invitation, generate_series(100, 224) AS number";
    sqlx::query(sql).execute(&login.superuser().await).await.expect("invited");
    for path in ["/", "/members"] {
        let (mut next, mut shown, mut pages) = (Some(path.to_owned()), vec![], 0);
        while let Some(address) = next {
            let page = login.visit(&address, &admin).await.text().await.expect("page text");
            let before = shown.len();
            shown.extend((100..225).filter(|number| page.contains(&format!(">guest{number}@"))));
            assert!(shown.len() - before <= 20, "a page has a limit");
            let link = page.split('"').find(|part| part.starts_with(&format!("{path}?invitations=")));
            next = link.map(|link| link.replace("#invitations", ""));
            pages += 1;
        }
        shown.sort_unstable();
        assert_eq!((shown, pages), ((100..225).collect::<Vec<_>>(), 7), "{path}");
    }
}
