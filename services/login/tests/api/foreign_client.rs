//! Runs the JavaScript library `openid-client` (`tests/relying_party/`) against a login whose issuer is its own address.

use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Output,
};

use chassis::clock::Clock;
use login::app::{App, schema};
use serde_json::{Value, json};
use tokio::{net::TcpListener, process::Command};

use crate::{
    harness::{PASSWORD, Tenant, TestApp},
    settings::settings,
    third_party::text,
};

const BYE: &str = "http://127.0.0.1:9999/bye";

/// Installs the client into a folder. The error is the reason to skip the test.
async fn installed() -> Result<PathBuf, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/relying_party");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("relying_party");
    std::fs::create_dir_all(&target).expect("folder");
    for file in ["package.json", "package-lock.json", "client.mjs"] {
        std::fs::copy(source.join(file), target.join(file)).expect("copied");
    }
    for (tool, hint) in [("node", "install Node.js 20 or newer"), ("npm", "install npm")] {
        let found = Command::new(tool).arg("--version").output().await;
        found.map_err(|error| format!("{tool} is missing ({error}): {hint}"))?;
    }
    let npm =
        Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&target).output();
    let npm = npm.await.expect("npm runs");
    if npm.status.success() { Ok(target) } else { Err(format!("npm ci failed: {}", text_of(&npm))) }
}

fn text_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

/// A login whose issuer is its real address, with the system clock.
pub(crate) async fn served() -> TestApp {
    let database = support::database(&schema()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("bound"));
    let mut settings = settings(&database);
    settings.issuer.login_public_url = base.parse().expect("an address");
    let clock = Clock::system();
    let app = App::new(&settings, clock.clone()).expect("app");
    let router = login::http::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(chassis::listener::http(listener), router).await });
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    TestApp { app, clock, database, base, http }
}

/// Tokens of the first admin, to register a client.
pub(crate) async fn admin(login: &TestApp) -> (Tenant, crate::harness::Tokens) {
    let tenant = login.tenant("acme").await;
    let fields = [("email", tenant.admin_email.as_str()), ("password", PASSWORD)];
    let request = login.http.post(login.url("/sign-in")).header("origin", &login.base).form(&fields);
    let cookie = crate::harness::cookie(&request.send().await.expect("response"));
    let code = login.code(&cookie, "public").await;
    let tokens = crate::harness::json(login.exchange("public", &code).await).await;
    (tenant, crate::harness::Tokens(tokens))
}

#[tokio::test]
async fn a_javascript_client_completes_the_code_flow() {
    let folder = match installed().await {
        Ok(folder) => folder,
        Err(why) => {
            // Written to stderr directly, because the harness captures the output of passing tests.
            writeln!(std::io::stderr(), "SKIPPED the JavaScript client: {why}").expect("standard error");
            return;
        }
    };
    let login = served().await;
    let (tenant, admin) = admin(&login).await;
    for alg in ["RS256", "ES256"] {
        let new = json!({
            "token_endpoint_auth_method": "client_secret_basic", "id_token_signed_response_alg": alg,
            "post_logout_redirect_uris": [BYE],
        });
        let created = login.register(&admin, &new).await;
        let run = Command::new("node")
            .arg("client.mjs")
            .current_dir(&folder)
            .env("ISSUER", &login.base)
            .env("CLIENT_ID", text(&created, "client_id"))
            .env("CLIENT_SECRET", text(&created, "client_secret"))
            .env("ALG", alg)
            .env("EMAIL", &tenant.admin_email)
            .env("PASSWORD", PASSWORD)
            .env("REDIRECT_URI", crate::harness::REDIRECT)
            .env("POST_LOGOUT_REDIRECT_URI", BYE)
            .output();
        let run = run.await.expect("node runs");
        assert!(run.status.success(), "{}", text_of(&run));
        let saw: Value = serde_json::from_slice(&run.stdout).expect("JSON");
        let expected = json!({
            "asked": ["/authorize", "/sign-in", "/authorize", "/consent", "/authorize"], "alg": alg,
            "sub": tenant.admin_id, "email": tenant.admin_email, "refreshed_sub": tenant.admin_id, "rotated": true,
            "active": true, "after_revocation": "invalid_grant", "goodbye": true, "active_after_logout": false,
        });
        assert_eq!(saw, expected);
    }
}
