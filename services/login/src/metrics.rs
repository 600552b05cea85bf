//! login's own metrics, besides those of chassis.

use chassis::telemetry::{attribute, counter, gauge};
use opentelemetry::metrics::{Counter, Gauge};

use crate::error::Error;

#[derive(Clone)]
pub struct Metrics {
    sign_ins: Counter<u64>,
    signing_key_age: Gauge<f64>,
}

impl Metrics {
    pub fn new() -> Self {
        Self {
            sign_ins: counter("login.sign_ins", "Sign-ins, by method and outcome"),
            signing_key_age: gauge("login.signing_key.age.seconds", "Age of the current signing key"),
        }
    }

    /// Counts a sign-in by password.
    pub fn sign_in<T>(&self, outcome: &Result<T, Error>) {
        self.sign_ins.add(1, &[attribute("method", "password"), attribute("outcome", outcome_of(outcome))]);
    }

    /// Counts a sign-in by passkey.
    pub fn passkey_sign_in<T>(&self, outcome: &Result<T, Error>) {
        self.sign_ins.add(1, &[attribute("method", "passkey"), attribute("outcome", outcome_of(outcome))]);
    }

    /// Records for how long the current key of an algorithm has signed.
    pub fn signing_key_age(&self, algorithm: &'static str, seconds: f64) {
        self.signing_key_age.record(seconds, &[attribute("algorithm", algorithm)]);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// The attribute `outcome`: `success`, `bad_credentials`, `throttled`, `busy`, `plan_limit` or `error`.
fn outcome_of<T>(outcome: &Result<T, Error>) -> &'static str {
    match outcome {
        Ok(_) => "success",
        Err(Error::BadCredentials | Error::BadPasskey) => "bad_credentials",
        Err(Error::Throttled(_)) => "throttled",
        Err(Error::Busy) => "busy",
        Err(Error::PlanLimitSignIns(_)) => "plan_limit",
        Err(_) => "error",
    }
}
