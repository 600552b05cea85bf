//! The operator commands `login admin …`.

use std::process::Command as Process;

use contracts::login::v1::{TenantChanged, TenantStatus};
use login::admin::{Command, execute};
use reqwest::StatusCode;
use secrecy::ExposeSecret;

use crate::{
    events::published,
    harness::{PASSWORD, TestApp, json},
};

#[tokio::test]
async fn a_suspended_company_is_signed_out_until_it_is_active_again() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let (ada, olga) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
    let slug = || "acme".to_owned();
    let suspend = || execute(&login.app, Command::SuspendTenant { slug: slug() });
    assert_eq!(suspend().await.as_deref(), Ok("suspended acme: 1 sessions ended"));
    assert_eq!(suspend().await.as_deref(), Ok("acme was already suspended"));
    assert_eq!(login.refresh(ada.refresh()).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(login.refresh(olga.refresh()).await.status(), StatusCode::OK);
    let refused = login.form("/sign-in", "", &[("email", &acme.admin_email), ("password", PASSWORD)]).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let tenants = published::<TenantChanged>(&login, "login.tenant.v1").await;
    let (key, _, last) = tenants.last().expect("an event");
    assert_eq!((key, last.status(), last.version), (&acme.tenant_id, TenantStatus::Suspended, 2));

    let activate = || execute(&login.app, Command::ActivateTenant { slug: slug() });
    assert_eq!(activate().await.as_deref(), Ok("activated acme"));
    assert_eq!(activate().await.as_deref(), Ok("acme was already active"));
    login.sign_in(&acme.admin_email).await;
}

#[tokio::test]
async fn an_unlocked_account_can_sign_in_at_once() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    for _ in 0..10 {
        login.form("/sign-in", "", &[("email", &acme.admin_email), ("password", "a wrong password")]).await;
    }
    let locked = login.form("/sign-in", "", &[("email", &acme.admin_email), ("password", PASSWORD)]).await;
    assert_eq!(locked.status(), StatusCode::TOO_MANY_REQUESTS);
    let done = execute(&login.app, Command::Unlock { email: acme.admin_email.clone() }).await;
    let says = "deleted the failed sign-in attempts of admin@acme.example; a network with 60 failures within 15 minutes stays blocked";
    assert_eq!(done.as_deref(), Ok(says));
    login.sign_in(&acme.admin_email).await;
    let done = execute(&login.app, Command::Unlock { email: "nobody@acme.example".to_owned() }).await;
    assert_eq!(done, Err("no account has the address nobody@acme.example".to_owned()));
}

#[tokio::test]
async fn a_plan_is_set_by_name() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let ada = login.tokens(&acme.admin_email).await;
    let set = |slug: &str, plan: &str| execute(&login.app, Command::SetPlan { slug: slug.into(), plan: plan.into() });
    assert_eq!(set("acme", "pro").await.as_deref(), Ok("acme has the plan pro"));
    assert_eq!(json(login.get("/v1/tenant", ada.access()).await).await["plan"], "pro");
    assert_eq!(set("acme", "gold").await, Err("PLAN gold: must be free or pro".to_owned()));
    assert_eq!(set("nobody", "pro").await, Err("no tenant has the slug nobody".to_owned()));
}

#[tokio::test]
async fn the_exit_code_shows_the_outcome() {
    let login = TestApp::start().await;
    login.tenant("acme").await;
    let run = |arguments: &[&str], with_secret: bool| {
        let clients = std::env::temp_dir().join(format!("login-admin-{}.json", std::process::id()));
        std::fs::write(&clients, r#"{"clients":[]}"#).expect("written");
        let mut process = Process::new(env!("CARGO_BIN_EXE_login"));
        process.arg("admin").args(arguments).env_clear();
        process.env("DATABASE_URL", login.database.url("app").expose_secret());
        process.env("WORKER_DATABASE_URL", login.database.url("worker").expose_secret());
        process.env("KAFKA_BROKERS", "127.0.0.1:9").env("LOGIN_PUBLIC_URL", "http://login.test");
        process.env("LOGIN_CLIENTS_FILE", &clients).env("LOGIN_MAIL", "dev");
        if with_secret {
            process.env("LOGIN_KEY_SECRET", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
        }
        let output = process.output().expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text").trim().to_owned();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let done = (Some(0), "acme has the plan pro".to_owned(), String::new());
    assert_eq!(run(&["set-plan", "acme", "pro"], true), done);
    let unknown = "login: no tenant has the slug nobody".to_owned();
    assert_eq!(run(&["suspend-tenant", "nobody"], true), (Some(1), String::new(), unknown));
    let (code, _, why) = run(&["suspend-tenant", "acme"], false);
    assert_eq!(code, Some(64));
    assert!(why.contains("LOGIN_KEY_SECRET"), "{why}");
    assert_eq!(run(&["frobnicate"], true).0, Some(64));
}
