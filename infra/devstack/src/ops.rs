//! Reads the readiness of a product from its ops port.

use std::{fmt, time::Duration};

use anyhow::Result;
use reqwest::{Client, StatusCode};
use serde_json::Value;

/// The answer of `/readyz`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    Ready,
    /// The checks that failed.
    NotReady(String),
    /// The port does not answer.
    Silent,
}

/// Builds an HTTP client with a short timeout.
pub fn client() -> Result<Client> {
    // Ignores proxy settings: both processes run on this machine.
    Ok(Client::builder().timeout(Duration::from_secs(3)).no_proxy().build()?)
}

/// Calls `/readyz` on that port.
pub async fn readiness(client: &Client, port: u16) -> Readiness {
    let Ok(response) = client.get(format!("http://127.0.0.1:{port}/readyz")).send().await else {
        return Readiness::Silent;
    };
    let status = response.status();
    let body = response.text().await.unwrap_or_default();
    if status == StatusCode::OK { Readiness::Ready } else { Readiness::NotReady(reasons(&body)) }
}

/// Lists the failed checks, each with its reason.
fn reasons(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let checks = body["checks"].as_object().into_iter().flatten();
    let failed = checks.filter(|(_, answer)| **answer != "ok");
    let reasons: Vec<String> =
        failed.map(|(name, answer)| format!("{name}: {}", answer.as_str().unwrap_or("failed"))).collect();
    if reasons.is_empty() { "no reason given".to_owned() } else { reasons.join("; ") }
}

impl fmt::Display for Readiness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready => formatter.write_str("ready"),
            Self::NotReady(why) => write!(formatter, "not ready: {why}"),
            Self::Silent => formatter.write_str("no answer"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::reasons;

    #[test]
    fn failed_checks_are_named() {
        let body = r#"{"ready":false,"checks":{"keys":"ok","schema":"too old"}}"#;
        assert_eq!(reasons(body), "schema: too old");
        assert_eq!(reasons("busy"), "no reason given");
    }
}
