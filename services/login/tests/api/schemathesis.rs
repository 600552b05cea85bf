//! schemathesis generates requests from the OpenAPI document: no 5xx, and no undocumented response.

use std::{env, process::Stdio};

use tokio::process::Command;

use crate::harness::TestApp;

/// Environment variable with the path of schemathesis.
const VARIABLE: &str = "SCHEMATHESIS";

/// Timeout in seconds.
const DEADLINE: &str = "240";

#[tokio::test(flavor = "multi_thread")]
async fn generated_requests_get_documented_responses() {
    let program = env::var(VARIABLE).unwrap_or_else(|_| "schemathesis".to_owned());
    let found = Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().await;
    if !found.is_ok_and(|status| status.success()) {
        eprintln!(
            "SKIPPED generated_requests_get_documented_responses: schemathesis is missing: \
             `python3 -m venv V && V/bin/pip install schemathesis==4.32.5`, then {VARIABLE}=V/bin/schemathesis"
        );
        return;
    }
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let output = Command::new("timeout")
        .args([DEADLINE, &program])
        .args(["--config-file", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemathesis.toml"), "run"])
        .arg(login.url("/openapi.json"))
        .args(["--header", &format!("Authorization: Bearer {}", admin.access())])
        .args(["--checks", "all", "--phases", "examples,coverage,fuzzing", "--max-examples", "15", "--seed", "7"])
        .args(["--no-color", "--warnings", "off"])
        .current_dir(env::temp_dir())
        .output()
        .await
        .expect("it runs");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}\n{report}", output.status);
    assert!(report.contains("Test cases:"), "{report}");
}
