use contracts::login::v1::{SessionChanged, SessionState, TenantChanged, UsageRecorded, UserChanged};
use prost::Message;

use reqwest::Method;

use crate::harness::{PASSWORD, Tenant, TestApp, new_tenant};

/// Events of a topic in the outbox, oldest first: key, tenant, message.
pub(crate) async fn published<E: Message + Default>(login: &TestApp, topic: &str) -> Vec<(String, String, E)> {
    let rows: Vec<(String, String, Vec<u8>)> =
        sqlx::query_as("SELECT key, tenant_id::text, payload FROM outbox WHERE topic = $1 ORDER BY seq")
            .bind(topic)
            .fetch_all(&login.superuser().await)
            .await
            .expect("the outbox");
    rows.into_iter()
        .map(|(key, tenant, payload)| (key, tenant, E::decode(payload.as_slice()).expect("a message")))
        .collect()
}

#[tokio::test]
async fn a_sign_up_publishes_the_tenant_and_its_admin() {
    let login = TestApp::start().await;
    let Tenant { tenant_id, admin_id, .. } = login.tenant("acme").await;
    let tenants = published::<TenantChanged>(&login, "login.tenant.v1").await;
    let [(key, tenant, changed)] = tenants.as_slice() else { panic!("one event: {tenants:?}") };
    assert_eq!((key, tenant, &changed.tenant_id), (&tenant_id, &tenant_id, &tenant_id));
    assert_eq!((changed.slug.as_str(), changed.currency_code.as_str(), changed.version), ("acme", "USD", 1));

    let users = published::<UserChanged>(&login, "login.user.v1").await;
    let [(key, tenant, changed)] = users.as_slice() else { panic!("one event: {users:?}") };
    let user = changed.user.as_ref().expect("a user");
    assert_eq!((key, tenant, &user.user_id, &user.tenant_id), (&admin_id, &tenant_id, &admin_id, &tenant_id));
    assert_eq!((user.email.as_str(), user.locale.as_str(), changed.version), ("admin@acme.example", "en", 1));
}

#[tokio::test]
async fn a_sign_in_publishes_the_session_and_usage() {
    let login = TestApp::start().await;
    let signed_up = login.tenant("acme").await;
    let cookie = login.sign_in(&signed_up.admin_email).await;
    login.form("/sign-in", "", &[("email", &signed_up.admin_email), ("password", "a wrong password")]).await;
    login.form("/sign-out", &cookie, &[]).await;
    login.form("/sign-out", &cookie, &[]).await;

    let sessions = published::<SessionChanged>(&login, "login.session.v1").await;
    let states: Vec<_> = sessions.iter().map(|(_, _, changed)| changed.state()).collect();
    assert_eq!(states, [SessionState::Active, SessionState::Ended]);
    let (key, tenant, changed) = &sessions[0];
    assert_eq!((key, tenant, &changed.user_id), (&changed.session_id, &signed_up.tenant_id, &signed_up.admin_id));
    assert_eq!(changed.device, "Firefox on Linux");

    let usage = published::<UsageRecorded>(&login, "login.usage.v1").await;
    assert!(usage.iter().all(|(key, _, _)| key == &signed_up.tenant_id), "{usage:?}");
    let records: Vec<_> = usage.iter().filter_map(|(_, _, recorded)| recorded.record.as_ref()).collect();
    let metered: Vec<_> = records.iter().map(|record| (record.metric.as_str(), record.quantity)).collect();
    assert_eq!(metered, [("login.sign_ins", 1), ("login.monthly_active_members", 1)]);
}

#[tokio::test]
async fn only_a_form_counts_a_sign_in_not_a_robot_that_opens_its_link() {
    let login = TestApp::start().await;
    login.post("/v1/tenants", None, &new_tenant("acme")).await;
    let path = format!("/verify/{}", login.mailed_token("admin@acme.example", "/verify/").await);
    for (method, name, value) in [
        (Method::HEAD, "accept", "text/html"),
        (Method::GET, "sec-purpose", "prefetch;prerender"),
        (Method::GET, "user-agent", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"),
    ] {
        let answer = login.http.request(method, login.url(&path)).header(name, value).send().await.expect("response");
        assert_eq!(answer.status(), 200, "{name}: {value}");
    }
    assert!(published::<UsageRecorded>(&login, "login.usage.v1").await.is_empty());
    assert_eq!(login.form(&path, "", &[("password", PASSWORD)]).await.status(), 303);
    assert_eq!(published::<UsageRecorded>(&login, "login.usage.v1").await.len(), 2);
}

#[tokio::test]
async fn a_failed_request_publishes_no_events() {
    let login = TestApp::start().await;
    login.tenant("acme").await;
    let mut taken = crate::harness::new_tenant("other");
    taken["admin"]["email"] = "admin@acme.example".into();
    login.post("/v1/tenants", None, &taken).await;
    login
        .post("/v1/tenants/verify", None, &serde_json::json!({"token": "x", "password": crate::harness::PASSWORD}))
        .await;
    assert_eq!(published::<TenantChanged>(&login, "login.tenant.v1").await.len(), 1);
    let tenants: i64 =
        sqlx::query_scalar("SELECT count(*) FROM tenant").fetch_one(&login.superuser().await).await.expect("a count");
    assert_eq!(tenants, 1);
}
