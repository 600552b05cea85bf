//! Runs schemathesis, which generates requests from an OpenAPI document.

use std::{env, process::Stdio};

use tokio::process::Command;

/// Environment variable with the path of schemathesis.
const VARIABLE: &str = "SCHEMATHESIS";

/// Timeout in seconds.
const DEADLINE: &str = "240";

/// Sends generated requests with all checks: no 5xx, and no undocumented response. `settings` is the file of schemathesis'
/// settings, `document` the address of the OpenAPI document, and `token` the access token of the requests. Prints `SKIPPED` and
/// the name of the test if schemathesis is missing.
///
/// # Panics
/// If a check fails.
pub async fn schemathesis(test: &str, settings: &str, document: String, token: &str) {
    let program = env::var(VARIABLE).unwrap_or_else(|_| "schemathesis".to_owned());
    let found = Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().await;
    if !found.is_ok_and(|status| status.success()) {
        eprintln!(
            "SKIPPED {test}: schemathesis is missing: \
             `python3 -m venv V && V/bin/pip install schemathesis==4.32.5`, then {VARIABLE}=V/bin/schemathesis"
        );
        return;
    }
    let output = Command::new("timeout")
        .args([DEADLINE, &program])
        .args(["--config-file", settings, "run"])
        .arg(document)
        .args(["--header", &format!("Authorization: Bearer {token}")])
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
