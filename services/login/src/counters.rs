//! What login counts, beside what chassis counts for every product.

use chassis::telemetry::{attribute, counter};
use opentelemetry::metrics::Counter;

/// Business figures.
#[derive(Clone)]
pub struct Counters {
    sign_ins: Counter<u64>,
}

impl Counters {
    /// Counters at nought.
    pub fn new() -> Self {
        Self { sign_ins: counter("login.sign_ins", "Sign-ins, by method and how they ended") }
    }

    /// A try to sign in by password ended so: `success`, `bad_credentials`, `throttled`, `busy`, `error`.
    pub fn sign_in(&self, outcome: &'static str) {
        self.sign_ins.add(1, &[attribute("method", "password"), attribute("outcome", outcome)]);
    }

    /// A try to sign in by passkey ended so: `success`, `bad_credentials`, `error`.
    pub fn passkey_sign_in(&self, outcome: &'static str) {
        self.sign_ins.add(1, &[attribute("method", "passkey"), attribute("outcome", outcome)]);
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self::new()
    }
}
