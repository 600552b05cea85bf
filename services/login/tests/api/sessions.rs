use chrono::Duration;
use contracts::login::v1::{ListSessionsRequest, RevokeSessionRequest, login_client::LoginClient};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    grpc::by,
    harness::{TestApp, Tokens, authorize, claims, json, location, new_tenant},
    passkeys::{challenge, with_passkey},
};

#[tokio::test]
async fn a_person_sees_and_ends_their_sessions() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let (old, current) = (login.tokens(&acme.admin_email).await, login.tokens(&acme.admin_email).await);
    let list = json(login.get("/v1/sessions", current.access()).await).await;
    let items = list["items"].as_array().expect("a list");
    assert_eq!((items.len(), &items[0]["current"], &items[1]["current"]), (2, &true.into(), &false.into()));
    assert_eq!(items[0]["device"], "Firefox on Linux");

    let sid = claims(old.access())["sid"].as_str().expect("a session").to_owned();
    let path = login.url(&format!("/v1/sessions/{sid}"));
    for _ in 0..2 {
        let response = login.http.delete(&path).bearer_auth(current.access()).send().await.expect("response");
        assert_eq!(response.status(), StatusCode::NO_CONTENT, "repeating succeeds");
    }
    assert_eq!(login.refresh(old.refresh()).await.status(), StatusCode::BAD_REQUEST, "its refresh tokens are revoked");
    assert_eq!(login.refresh(current.refresh()).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn only_admins_end_sessions_of_others() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let member = login.tokens(&login.member(&admin, "amy").await).await;
    let end = async |of: &str, by: &str| {
        let sid = claims(of)["sid"].as_str().expect("a session").to_owned();
        let request = login.http.delete(login.url(&format!("/v1/sessions/{sid}"))).bearer_auth(by);
        request.send().await.expect("response").status()
    };
    assert_eq!(end(admin.access(), member.access()).await, StatusCode::FORBIDDEN);
    assert_eq!(login.refresh(admin.refresh()).await.status(), StatusCode::OK);
    assert_eq!(end(member.access(), admin.access()).await, StatusCode::NO_CONTENT);
    assert_eq!(login.refresh(member.refresh()).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_demoted_admin_ends_only_their_own_sessions() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let email = login.member(&admin, "amy").await;
    let amy = claims(login.tokens(&email).await.access())["sub"].as_str().expect("an id").to_owned();
    let path = format!("/v1/members/{amy}");
    login.send(Method::PATCH, &path, admin.access(), &json!({"roles": ["admin"]})).await;
    let (before, own) = (login.tokens(&email).await, login.tokens(&email).await);
    login.send(Method::PATCH, &path, admin.access(), &json!({"roles": ["member"]})).await;
    let address = support::serve_grpc(login::grpc::routes(login.app.clone())).await;
    let mut grpc = LoginClient::connect(format!("http://{address}")).await.expect("connected");
    let user_id = acme.admin_id.clone();
    let listed = grpc.list_sessions(by(before.access(), ListSessionsRequest { user_id })).await;
    assert_eq!(listed.expect_err("refused").code(), tonic::Code::PermissionDenied);
    for (of, ends) in [(&admin, false), (&own, true)] {
        let session_id = claims(of.access())["sid"].as_str().expect("a session").to_owned();
        let path = format!("/v1/sessions/{session_id}");
        let ended = login.send(Method::DELETE, &path, before.access(), &json!({})).await;
        assert_eq!(ended.status(), if ends { StatusCode::NO_CONTENT } else { StatusCode::FORBIDDEN });
        let revoked = grpc.revoke_session(by(before.access(), RevokeSessionRequest { session_id })).await;
        assert_eq!(
            revoked.map_or_else(|status| status.code(), |_| tonic::Code::Ok),
            match ends {
                true => tonic::Code::Ok,
                false => tonic::Code::PermissionDenied,
            }
        );
        assert_eq!(login.refresh(of.refresh()).await.status().is_success(), !ends);
    }
}

#[tokio::test]
async fn the_page_ends_a_session_and_signs_out() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let (other, cookie) = (login.sign_in(&acme.admin_email).await, login.sign_in(&acme.admin_email).await);
    let tokens = json(login.exchange("public", &login.code(&other, "public").await).await).await;
    let sid = claims(tokens["access_token"].as_str().expect("a token"))["sid"].as_str().expect("a session").to_owned();
    assert_eq!(login.form(&format!("/sessions/{sid}/end"), &cookie, &[]).await.status(), StatusCode::SEE_OTHER);
    assert!(!login.visit("/", &other).await.text().await.expect("page text").contains("Ada"));
    assert!(login.visit("/", &cookie).await.text().await.expect("page text").contains("Ada"));
    login.form("/sign-out", &cookie, &[]).await;
    assert!(!login.visit("/", &cookie).await.text().await.expect("page text").contains("Ada"));
}

#[tokio::test]
async fn a_session_expires_after_thirty_days() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    login.clock.advance(Duration::days(30) - Duration::seconds(1));
    assert!(login.visit("/", &cookie).await.text().await.expect("page text").contains("Ada"));
    login.clock.advance(Duration::seconds(1));
    assert!(!login.visit("/", &cookie).await.text().await.expect("page text").contains("Ada"));
}

#[tokio::test]
async fn signing_in_as_another_person_ends_the_previous_session() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let before = login.sign_in(&acme.admin_email).await;
    let fields = [("email", other.admin_email.as_str()), ("password", crate::harness::PASSWORD)];
    login.form("/sign-in", &before, &fields).await;
    assert!(!login.visit("/", &before).await.text().await.expect("page text").contains("Ada"));
}

/// The earlier session has no cookie in the browser any more, so a sign-out could not end it.
#[tokio::test]
async fn signing_in_again_replaces_the_session_of_the_browser() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let mut device = with_passkey(&login, &acme.admin_email).await;
    let elsewhere = login.tokens(&acme.admin_email).await;
    let before = async || {
        let cookie = login.sign_in(&acme.admin_email).await;
        let tokens = login.exchange("public", &login.code(&cookie, "public").await).await;
        (cookie, Tokens(json(tokens).await))
    };
    let assert_ended = async |(cookie, tokens): &(String, Tokens), by: &str| {
        assert!(!login.visit("/", cookie).await.text().await.expect("page text").contains("Ada"), "{by}");
        assert_eq!(login.refresh(tokens.refresh()).await.status(), StatusCode::BAD_REQUEST, "{by}");
        assert_eq!(login.get("/v1/me", tokens.access()).await.status(), StatusCode::UNAUTHORIZED, "{by}");
    };

    let first = before().await;
    let again = location(&login.visit(&authorize("public", &[("prompt", "login")]), &first.0).await);
    let fields = [("email", acme.admin_email.as_str()), ("password", crate::harness::PASSWORD)];
    assert_eq!(login.form(&again, &first.0, &fields).await.status(), StatusCode::SEE_OTHER);
    assert_ended(&first, "prompt=login").await;

    let second = before().await;
    device.counter += 1;
    let options = challenge(&login).await;
    let body = json!({"ceremony": options["ceremony"], "credential": device.get(&options)});
    assert_eq!(login.script("/sign-in/passkey", &second.0, &body).await.status(), StatusCode::OK);
    assert_ended(&second, "a passkey").await;

    let third = before().await;
    let admin = login.tokens(&acme.admin_email).await;
    let new = json!({"email": "amy@acme.example", "role": "member", "locale": "en"});
    login.post("/v1/invitations", Some(admin.access()), &new).await;
    let path = format!("/invitations/{}", login.mailed_token("amy@acme.example", "/invitations/").await);
    let fields = [("display_name", "Amy"), ("password", crate::harness::PASSWORD)];
    assert_eq!(login.form(&path, &third.0, &fields).await.status(), StatusCode::SEE_OTHER);
    assert_ended(&third, "an invitation").await;

    let fourth = before().await;
    login.post("/v1/tenants", None, &new_tenant("other")).await;
    let path = format!("/verify/{}", login.mailed_token("admin@other.example", "/verify/").await);
    let fields = [("password", crate::harness::PASSWORD)];
    assert_eq!(login.form(&path, &fourth.0, &fields).await.status(), StatusCode::SEE_OTHER);
    assert_ended(&fourth, "a sign-up").await;
    assert_eq!(login.refresh(elsewhere.refresh()).await.status(), StatusCode::OK, "another browser stays signed in");
}
