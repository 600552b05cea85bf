//! Rows that a later release stored with values that this one does not know. During a rollout, both read the same rows.

use chrono::Duration;
use login::usecase::rotate_keys::rotate_due_keys;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{PASSWORD, TestApp, json, location, new_tenant};

const UNKNOWN: &str = "a value of a later release";

/// Changes rows as the migrations and the processes of a later release do.
async fn execute(login: &TestApp, sql: &'static str) {
    sqlx::raw_sql(sql).execute(&login.superuser().await).await.expect(UNKNOWN);
}

#[tokio::test]
async fn an_invitation_with_an_unknown_language_and_role_is_accepted() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let new = json!({"email": "amy@acme.example", "role": "admin", "locale": "ko"});
    login.post("/v1/invitations", Some(admin.access()), &new).await;
    execute(
        &login,
        "ALTER TABLE invitation DROP CONSTRAINT invitation_role_check, DROP CONSTRAINT invitation_locale_check;
         UPDATE invitation SET role = 'auditor', locale = 'fr'",
    )
    .await;
    let open = json(login.get("/v1/invitations", admin.access()).await).await;
    assert_eq!((&open["items"][0]["role"], &open["items"][0]["locale"]), (&json!("auditor"), &json!("fr")));
    let token = login.mailed_token("amy@acme.example", "/invitations/").await;
    let page = login.visit(&format!("/invitations/{token}"), "").await;
    assert_eq!(page.status(), StatusCode::OK);
    let accepted = json!({"token": token, "display_name": "Amy", "password": PASSWORD});
    let joined = login.post("/v1/invitations/accept", None, &accepted).await;
    assert_eq!(joined.status(), StatusCode::CREATED);

    let members = json(login.get("/v1/members", admin.access()).await).await;
    let amy = members["items"].as_array().expect("members").iter().find(|one| one["email"] == "amy@acme.example");
    let amy = amy.expect("joined");
    assert_eq!(
        (&amy["roles"], &amy["locale"]),
        (&json!(["member"]), &json!("en")),
        "the least rights, and the default language"
    );
}

/// Changes the sealed form of the only pending sign-up.
async fn change_sign_up(login: &TestApp, change: &Value) {
    let (pool, sealer) = (login.superuser().await, &login.app.sealer);
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT sealed FROM pending_sign_up").fetch_one(&pool).await.expect("one");
    let mut form: Value = serde_json::from_slice(&sealer.open(&sealed).expect("opened")).expect("JSON");
    form.as_object_mut().expect("a form").extend(change.as_object().expect("fields").clone());
    let sealed = sealer.seal(form.to_string().as_bytes());
    sqlx::query("UPDATE pending_sign_up SET sealed = $1").bind(sealed).execute(&pool).await.expect("updated");
}

#[tokio::test]
async fn a_sign_up_with_unknown_values_is_completed() {
    let login = TestApp::start().await;
    assert_eq!(login.post("/v1/tenants", None, &new_tenant("acme")).await.status(), StatusCode::ACCEPTED);
    let change =
        json!({"slug": "status", "locale": "fr", "time_zone": "Mars/Olympus", "currency_code": "CHF", "plan": "gold"});
    change_sign_up(&login, &change).await;
    let path = format!("/verify/{}", login.mailed_token("admin@acme.example", "/verify/").await);
    assert_eq!(login.visit(&path, "").await.status(), StatusCode::OK);
    let completed = login.form(&path, "", &[("password", PASSWORD)]).await;
    assert_eq!((completed.status(), location(&completed)), (StatusCode::SEE_OTHER, "/".to_owned()));

    let admin = login.tokens("admin@acme.example").await;
    let tenant = json(login.get("/v1/tenant", admin.access()).await).await;
    let values = ["slug", "locale", "time_zone", "currency_code"].map(|field| tenant[field].clone());
    assert_eq!(
        json!(values),
        json!(["status", "en", "Mars/Olympus", "CHF"]),
        "kept for the later release where possible"
    );
}

#[tokio::test]
async fn keys_of_an_unknown_algorithm_are_left_to_the_later_release() {
    let login = TestApp::start().await;
    rotate_due_keys(&login.app).await.expect("rotated");
    execute(
        &login,
        "ALTER TABLE signing_key DROP CONSTRAINT signing_key_algorithm_check;
         INSERT INTO signing_key (kid, algorithm, sealed, created_at) VALUES ('later', 'EdDSA', '', '2020-01-01')",
    )
    .await;
    for _ in 0..2 {
        rotate_due_keys(&login.app).await.expect("rotated");
        login.clock.advance(Duration::minutes(1));
    }
    let kept: Vec<(String, i64)> =
        sqlx::query_as("SELECT algorithm, count(*) FROM signing_key GROUP BY algorithm ORDER BY algorithm")
            .fetch_all(&login.superuser().await)
            .await
            .expect("keys");
    let kept: Vec<_> = kept.iter().map(|(algorithm, count)| (algorithm.as_str(), *count)).collect();
    assert_eq!(kept, [("ES256", 1), ("EdDSA", 1), ("RS256", 1)]);
}
