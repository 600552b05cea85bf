//! What login counts, beside what chassis counts for every product.

use chassis::telemetry::{attribute, counter, gauge};
use opentelemetry::metrics::{Counter, Gauge};

use crate::error::Error;

/// Business figures.
#[derive(Clone)]
pub struct Metrics {
    sign_ins: Counter<u64>,
    signing_key_age: Gauge<f64>,
}

impl Metrics {
    /// Metrics at nought.
    pub fn new() -> Self {
        Self {
            sign_ins: counter("login.sign_ins", "Sign-ins, by method and how they ended"),
            signing_key_age: gauge("login.signing_key.age.seconds", "How long the key has signed that signs now"),
        }
    }

    /// A try to sign in by password ended so: `success`, `bad_credentials`, `throttled`, `busy`, `plan_limit`, `error`.
    pub fn sign_in<T>(&self, outcome: &Result<T, Error>) {
        self.sign_ins.add(1, &[attribute("method", "password"), attribute("outcome", outcome_of(outcome))]);
    }

    /// A try to sign in by passkey ended so: `success`, `bad_credentials`, `error`.
    pub fn passkey_sign_in<T>(&self, outcome: &Result<T, Error>) {
        self.sign_ins.add(1, &[attribute("method", "passkey"), attribute("outcome", outcome_of(outcome))]);
    }

    /// The key of this algorithm that signs now has done so for so many seconds.
    pub fn signing_key_age(&self, algorithm: &'static str, seconds: f64) {
        self.signing_key_age.record(seconds, &[attribute("algorithm", algorithm)]);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// The name by which an end is counted.
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
