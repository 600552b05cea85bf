//! Management of members by admins.

use chassis::id::{TenantId, UserId};
use contracts::login::v1::{Role, SessionChanged, SessionState, UserChanged, UserStatus};
use login::{
    error::Error,
    store,
    usecase::{
        members::change_member::{Change, change_member},
        sessions::start_session::start_session,
    },
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    events::published,
    harness::{Tenant, TestApp, Tokens, claims, json, location, refusal, request_context},
};

impl TestApp {
    pub(crate) async fn send(&self, method: Method, path: &str, token: &str, body: &Value) -> Response {
        self.http.request(method, self.url(path)).bearer_auth(token).json(body).send().await.expect("response")
    }
}

/// A tenant, its admin's tokens, and a member's address, tokens and id.
async fn people(login: &TestApp) -> (Tenant, Tokens, String, Tokens, String) {
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let email = login.member(&admin, "amy").await;
    let member = login.tokens(&email).await;
    let id = claims(member.access())["sub"].as_str().expect("an id").to_owned();
    (acme, admin, email, member, id)
}

#[tokio::test]
async fn an_admin_grants_and_removes_roles() {
    let login = TestApp::start().await;
    let (_, admin, _, member, amy) = people(&login).await;
    let path = format!("/v1/members/{amy}");
    let changed = login.send(Method::PATCH, &path, admin.access(), &json!({"roles": ["admin"]})).await;
    assert_eq!(changed.status(), StatusCode::OK);
    assert_eq!(json(changed).await["roles"], json!(["member", "admin"]));
    let users = published::<UserChanged>(&login, "login.user.v1").await;
    let (key, _, last) = users.last().expect("an event");
    let user = last.user.as_ref().expect("a user");
    assert_eq!((key, last.version), (&amy, 2));
    assert_eq!(user.roles().collect::<Vec<_>>(), [Role::Member, Role::Admin]);

    let same = login.send(Method::PATCH, &path, admin.access(), &json!({"roles": ["member", "admin"]})).await;
    assert_eq!(same.status(), StatusCode::OK);
    assert_eq!(published::<UserChanged>(&login, "login.user.v1").await.len(), users.len(), "nothing changed");
    let refreshed = Tokens(json(login.refresh(member.refresh()).await).await);
    assert_eq!(claims(refreshed.access())["roles"], json!(["member", "admin"]));

    for (body, field, code) in [
        (json!({"roles": []}), "roles", "required"),
        (json!({"roles": ["owner"]}), "roles", "invalid_role"),
        (json!({"status": "gone"}), "status", "invalid_status"),
    ] {
        let refused = json(login.send(Method::PATCH, &path, admin.access(), &body).await).await;
        assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["code"]), (&json!(field), &json!(code)));
    }
}

#[tokio::test]
async fn a_tenant_keeps_an_admin() {
    let login = TestApp::start().await;
    let (acme, admin, _, member, amy) = people(&login).await;
    let (ada, amy) = (format!("/v1/members/{}", acme.admin_id), format!("/v1/members/{amy}"));
    for body in [json!({"roles": ["member"]}), json!({"status": "suspended"})] {
        let refused = login.send(Method::PATCH, &ada, admin.access(), &body).await;
        assert_eq!(refusal(refused).await, (StatusCode::CONFLICT, "last_admin".to_owned()), "{body}");
    }
    let refused = login.send(Method::DELETE, &ada, admin.access(), &json!({})).await;
    assert_eq!(refusal(refused).await, (StatusCode::CONFLICT, "last_admin".to_owned()));

    login.send(Method::PATCH, &amy, admin.access(), &json!({"roles": ["admin"]})).await;
    let second = Tokens(json(login.refresh(member.refresh()).await).await);
    let step_down = json!({"roles": ["member"]});
    let (one, two) = tokio::join!(
        login.send(Method::PATCH, &ada, admin.access(), &step_down),
        login.send(Method::PATCH, &amy, second.access(), &step_down),
    );
    let mut statuses = [one.status().as_u16(), two.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "also concurrently");
}

#[tokio::test]
async fn suspension_ends_all_sessions() {
    let login = TestApp::start().await;
    let (_, admin, email, member, amy) = people(&login).await;
    let cookie = login.sign_in(&email).await;
    let path = format!("/v1/members/{amy}");
    let suspended = login.send(Method::PATCH, &path, admin.access(), &json!({"status": "suspended"})).await;
    assert_eq!(json(suspended).await["status"], "suspended");

    assert_eq!(login.refresh(member.refresh()).await.status(), StatusCode::BAD_REQUEST);
    assert!(login.visit("/", &cookie).await.text().await.expect("page text").contains("/sign-in"));
    let refused = login.form("/sign-in", "", &[("email", &email), ("password", crate::harness::PASSWORD)]).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let ended = published::<SessionChanged>(&login, "login.session.v1").await;
    let ended = ended.iter().filter(|(_, _, event)| event.state() == SessionState::Ended && event.user_id == amy);
    assert_eq!(ended.count(), 2);
    let users = published::<UserChanged>(&login, "login.user.v1").await;
    let user = users.last().and_then(|(_, _, event)| event.user.as_ref()).expect("a user");
    assert_eq!((user.user_id.as_str(), user.status()), (amy.as_str(), UserStatus::Suspended));

    login.send(Method::PATCH, &path, admin.access(), &json!({"status": "active"})).await;
    login.sign_in(&email).await;
}

/// A suspended person has no active session, in any order of the commits.
#[tokio::test]
async fn a_suspension_and_a_sign_in_wait_for_each_other() {
    let login = TestApp::start().await;
    let (acme, _, _, _, amy) = people(&login).await;
    let tenant: TenantId = acme.tenant_id.parse().expect("an id");
    let amy: UserId = amy.parse().expect("an id");
    let superuser = login.superuser().await;
    let suspend = Change { active: Some(false), ..Change::default() };
    let app = login.app.clone();
    let mut signing_in = app.db.begin(tenant).await.expect("a transaction");
    let user = store::user::find(&mut signing_in, amy).await.expect("read").expect("a person");
    start_session(&app, &mut signing_in, &user, &request_context()).await.expect("started");
    let suspending = tokio::spawn({
        let app = app.clone();
        async move {
            let mut tx = app.db.begin(tenant).await?;
            change_member(&app, &mut tx, amy, suspend).await?;
            tx.commit().await?;
            Ok::<_, Error>(())
        }
    });
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    support::eventually("the suspension waits", async || {
        let count: i64 = sqlx::query_scalar(waiting).fetch_one(&superuser).await.expect("a count");
        (count > 0).then_some(())
    })
    .await;
    signing_in.commit().await.expect("committed");
    suspending.await.expect("joined").expect("suspended");
    let live = "SELECT count(*) FROM session WHERE user_id = $1 AND ended_at IS NULL";
    let live: i64 = sqlx::query_scalar(live).bind(amy.as_uuid()).fetch_one(&superuser).await.expect("a count");
    assert_eq!(live, 0, "the suspension ended the session");

    // Password verified before the suspension, session started after it.
    let mut late = app.db.begin(tenant).await.expect("a transaction");
    let refused = start_session(&app, &mut late, &user, &request_context()).await;
    assert!(matches!(refused, Err(Error::BadCredentials)), "{refused:?}");
}

#[tokio::test]
async fn the_members_page_works_without_a_script() {
    let login = TestApp::start().await;
    let (acme, _, email, _, amy) = people(&login).await;
    let (admin, member) = (login.sign_in(&acme.admin_email).await, login.sign_in(&email).await);
    assert_eq!(location(&login.visit("/members", "").await), "/sign-in");
    assert_eq!(login.visit("/members", &member).await.status(), StatusCode::FORBIDDEN);
    let page = login.visit("/members", &admin).await.text().await.expect("page text");
    assert!(page.contains(&email) && page.contains("2 of 10 members"), "{page}");

    let path = format!("/members/{amy}");
    assert_eq!(location(&login.form(&path, &admin, &[("status", "suspended")]).await), "/members");
    assert!(login.visit("/members", &admin).await.text().await.expect("page text").contains("Reactivate amy"));
    let refused_page = login.form(&format!("/members/{}", acme.admin_id), &admin, &[("role", "member")]).await;
    assert_eq!(refused_page.status(), StatusCode::CONFLICT);
    assert!(refused_page.text().await.expect("page text").contains("at least one active admin"));

    let confirmation = login.visit(&format!("{path}/remove"), &admin).await.text().await.expect("page text");
    assert!(confirmation.contains("Remove amy?"), "{confirmation}");
    assert_eq!(location(&login.form(&format!("{path}/remove"), &admin, &[]).await), "/members");
    assert!(!login.visit("/members", &admin).await.text().await.expect("page text").contains(&email));
    assert_eq!(login.visit(&format!("{path}/remove"), &admin).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_demoted_admin_loses_their_rights_at_once() {
    let login = TestApp::start().await;
    let (_, admin, _, _, amy) = people(&login).await;
    let path = format!("/v1/members/{amy}");
    login.send(Method::PATCH, &path, admin.access(), &json!({"roles": ["admin"]})).await;
    let email = "amy-again@people.example";
    let amys = {
        let mails: Vec<String> = sqlx::query_scalar("SELECT email FROM user_account WHERE user_id = $1::uuid")
            .bind(&amy)
            .fetch_all(&login.superuser().await)
            .await
            .expect("an address");
        login.tokens(&mails[0]).await
    };
    login.send(Method::PATCH, &path, admin.access(), &json!({"roles": ["member"]})).await;
    let forbidden = [
        login.send(Method::PATCH, &path, amys.access(), &json!({"roles": ["admin"]})).await,
        login
            .send(
                Method::POST,
                "/v1/invitations",
                amys.access(),
                &json!({"email": email, "role": "admin", "locale": "en"}),
            )
            .await,
        login
            .send(
                Method::POST,
                "/v1/clients",
                amys.access(),
                &json!({"client_name": "x", "redirect_uris": ["https://x.example/"]}),
            )
            .await,
    ];
    assert_eq!(forbidden.map(|response| response.status()), [StatusCode::FORBIDDEN; 3]);
}
