use chassis::telemetry::{attribute, counter, gauge};
use chrono::Duration;
use opentelemetry::metrics::{Counter, Gauge};

#[derive(Clone)]
pub struct MailMetrics {
    tries: Counter<u64>,
    age: Gauge<f64>,
    failed: Gauge<f64>,
}

impl MailMetrics {
    pub fn new() -> Self {
        Self {
            tries: counter("login.mails", "Attempts to send a mail, by outcome"),
            age: gauge("login.mail.age_seconds", "Seconds that the oldest queued mail has waited"),
            failed: gauge(
                "login.mail.failed",
                "Mails, and requests for password resets, that failed after all attempts",
            ),
        }
    }

    /// Counts an attempt by outcome: `sent`, `postponed`, `refused` (by the recipient's server), `failed`.
    pub fn tried(&self, outcome: &'static str) {
        self.tries.add(1, &[attribute("outcome", outcome)]);
    }

    /// Records the waiting time of the oldest mail and the number of failed mails.
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
