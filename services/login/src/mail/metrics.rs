use chassis::telemetry::{attribute, counter, gauge};
use chrono::Duration;
use opentelemetry::metrics::{Counter, Gauge};

/// How the mail goes.
#[derive(Clone)]
pub struct MailMetrics {
    tries: Counter<u64>,
    age: Gauge<f64>,
    failed: Gauge<f64>,
}

impl MailMetrics {
    /// Counters at nought.
    pub fn new() -> Self {
        Self {
            tries: counter("login.mails", "Tries to send a mail, by how they ended"),
            age: gauge("login.mail.age_seconds", "Seconds that the oldest mail has waited to be sent"),
            failed: gauge("login.mail.failed", "Mails that were given up"),
        }
    }

    /// A try ended so: `sent`, `postponed`, `refused` (nobody gets mail there), `failed`.
    pub fn tried(&self, outcome: &'static str) {
        self.tries.add(1, &[attribute("outcome", outcome)]);
    }

    /// How long the oldest mail has waited, and how many were given up.
    pub fn backlog(&self, age: Option<Duration>, failed: i64) {
        self.age.record(age.map_or(0.0, |age| age.as_seconds_f64().max(0.0)), &[]);
        self.failed.record(failed as f64, &[]);
    }
}

impl Default for MailMetrics {
    fn default() -> Self {
        Self::new()
    }
}
