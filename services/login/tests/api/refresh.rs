use chrono::Duration;
use reqwest::{Response, StatusCode};

use crate::harness::{TestApp, Tokens, claims, json, refusal};

async fn granted(response: Response) -> Tokens {
    assert_eq!(response.status(), StatusCode::OK);
    Tokens(json(response).await)
}

async fn is_refused(response: Response) -> bool {
    refusal(response).await == (StatusCode::BAD_REQUEST, "invalid_grant".to_owned())
}

#[tokio::test]
async fn each_refresh_gives_the_next_token() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let first = login.tokens(&tenant.admin_email).await;
    login.clock.advance(Duration::minutes(10));
    let second = granted(login.refresh(first.refresh()).await).await;
    assert_ne!(first.refresh(), second.refresh());
    let (old, new) = (claims(first.access()), claims(second.access()));
    assert_eq!((&old["sid"], &old["sub"], &old["scope"]), (&new["sid"], &new["sub"], &new["scope"]));
    assert_eq!(claims(second.id()).get("nonce"), None);
    assert_eq!(claims(second.id())["auth_time"], claims(first.id())["auth_time"]);
    granted(login.refresh(second.refresh()).await).await;
}

#[tokio::test]
async fn a_refresh_can_be_repeated_after_a_lost_response() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let first = login.tokens(&tenant.admin_email).await;
    let lost = granted(login.refresh(first.refresh()).await).await;
    let again = granted(login.refresh(first.refresh()).await).await;
    assert_ne!(lost.refresh(), again.refresh());
    let third = granted(login.refresh(again.refresh()).await).await;
    assert!(is_refused(login.refresh(lost.refresh()).await).await, "the lost token is invalid");
    assert!(is_refused(login.refresh(third.refresh()).await).await, "its use revokes the family");
}

#[tokio::test]
async fn reuse_of_a_token_ends_its_family() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let first = login.tokens(&tenant.admin_email).await;
    let second = granted(login.refresh(first.refresh()).await).await;
    let third = granted(login.refresh(second.refresh()).await).await;
    assert!(is_refused(login.refresh(first.refresh()).await).await);
    assert!(is_refused(login.refresh(third.refresh()).await).await);
    let other_session = login.tokens(&tenant.admin_email).await;
    granted(login.refresh(other_session.refresh()).await).await;
}

#[tokio::test]
async fn the_grace_period_ends_after_a_minute() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let first = login.tokens(&tenant.admin_email).await;
    let second = granted(login.refresh(first.refresh()).await).await;
    login.clock.advance(Duration::seconds(61));
    assert!(is_refused(login.refresh(first.refresh()).await).await);
    assert!(is_refused(login.refresh(second.refresh()).await).await);
}

#[tokio::test]
async fn concurrent_refreshes_leave_one_valid_token() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let first = login.tokens(&tenant.admin_email).await;
    let (one, other) = tokio::join!(login.refresh(first.refresh()), login.refresh(first.refresh()));
    let (one, other) = (granted(one).await, granted(other).await);
    let live: i64 = sqlx::query_scalar("SELECT count(*) FROM refresh_token WHERE used_at IS NULL AND NOT superseded")
        .fetch_one(&login.superuser().await)
        .await
        .expect("a count");
    assert_eq!(live, 1);
    assert_ne!(one.refresh(), other.refresh());
}

#[tokio::test]
async fn a_refresh_narrows_scopes_but_never_widens_them() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let first = login.tokens(&tenant.admin_email).await;
    let ask = async |token: &str, scope: &str| {
        login
            .token(&[
                ("grant_type", "refresh_token"),
                ("client_id", "public"),
                ("refresh_token", token),
                ("scope", scope),
            ])
            .await
    };
    assert_eq!(refusal(ask(first.refresh(), "api offline_access").await).await.1, "invalid_scope");
    let narrow = granted(ask(first.refresh(), "api").await).await;
    assert_eq!(narrow.0["scope"], "api");
    assert_eq!(granted(login.refresh(narrow.refresh()).await).await.0["scope"], "openid profile email api");
}

#[tokio::test]
async fn a_scope_is_returned_as_login_writes_it() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let mut tokens = login.tokens(&tenant.admin_email).await;
    let all = "openid profile email api";
    for (requested, expected) in
        [("\t", all), (" \t ", all), ("\tapi", "api"), ("api\t\topenid", "openid api"), ("api api\n", "api")]
    {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", "public"),
            ("refresh_token", tokens.refresh()),
            ("scope", requested),
        ];
        tokens = granted(login.token(&fields).await).await;
        assert_eq!(tokens.0["scope"], expected, "{requested:?}");
        assert_eq!(claims(tokens.access())["scope"], expected, "{requested:?}");
    }
}

#[tokio::test]
async fn a_refresh_token_is_bound_to_its_client_and_session() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let tokens = login.tokens(&tenant.admin_email).await;
    let request = login.http.post(login.url("/token")).basic_auth("confidential", Some("hush"));
    let foreign = request
        .form(&[("grant_type", "refresh_token"), ("refresh_token", tokens.refresh())])
        .send()
        .await
        .expect("response");
    assert!(is_refused(foreign).await);
    login.clock.advance(Duration::days(30));
    assert!(is_refused(login.refresh(tokens.refresh()).await).await);
}
