//! The operations server: `/livez` responds while the process runs, `/readyz` reports whether it can serve and why not,
//! `/metrics` has the metrics as Prometheus text.
//!
//! To add a readiness check: `.check("index", || …)` in `App::readiness`. A check covers only this process, never the
//! broker or another product: otherwise one outage would make every product unready.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use futures::future::{BoxFuture, join_all};
use serde_json::json;

use crate::telemetry;

type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// The readiness checks of this process, by name. Clones share the draining state.
#[derive(Clone, Default)]
pub struct Readiness {
    checks: Vec<(&'static str, Check)>,
    draining: Arc<AtomicBool>,
}

impl Readiness {
    /// Creates a readiness without checks: always ready until it drains.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a check. Its error is the reason why the process is not ready.
    #[must_use]
    pub fn check<F>(mut self, name: &'static str, check: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.checks.push((name, Arc::new(move || Box::pin(check()))));
        self
    }

    /// Runs all checks. A check fails after 2 seconds.
    pub async fn report(&self) -> Vec<(&'static str, Result<(), String>)> {
        let run = |(name, check): &(&'static str, Check)| {
            let (name, answer) = (*name, check());
            async move {
                (
                    name,
                    tokio::time::timeout(CHECK_TIMEOUT, answer)
                        .await
                        .unwrap_or_else(|_| Err("no result within 2 s".into())),
                )
            }
        };
        let mut report = join_all(self.checks.iter().map(run)).await;
        if self.is_draining() {
            report.push(("draining", Err("shutting down".into())));
        }
        report
    }

    /// Whether all checks pass and the process is not draining.
    pub async fn is_ready(&self) -> bool {
        self.report().await.iter().all(|(_, answer)| answer.is_ok())
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }
}

/// The routes of the operations server.
pub fn router(readiness: Readiness) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(readiness)
}

async fn readyz(State(readiness): State<Readiness>) -> impl IntoResponse {
    let report = readiness.report().await;
    let ready = report.iter().all(|(_, answer)| answer.is_ok());
    let checks: serde_json::Map<_, _> = report
        .into_iter()
        .map(|(name, answer)| (name.to_owned(), answer.err().unwrap_or_else(|| "ok".into()).into()))
        .collect();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": ready, "checks": checks })))
}

async fn metrics() -> impl IntoResponse {
    match telemetry::metrics_text() {
        Ok(text) => ([("content-type", "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_failed_check_reports_its_reason() {
        let readiness =
            Readiness::new().check("fine", || async { Ok(()) }).check("schema", || async { Err("too old".into()) });
        assert_eq!(readiness.report().await, [("fine", Ok(())), ("schema", Err("too old".to_owned()))]);
    }

    #[tokio::test]
    async fn a_draining_process_is_not_ready() {
        let readiness = Readiness::new();
        assert!(readiness.is_ready().await);
        readiness.drain();
        assert!(!readiness.is_ready().await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_that_hangs_fails() {
        let readiness = Readiness::new().check("stuck", std::future::pending);
        assert_eq!(readiness.report().await, [("stuck", Err("no result within 2 s".to_owned()))]);
    }
}
