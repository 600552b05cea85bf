//! The log lines of librdkafka, the Kafka client, as structured log lines of the product.
//!
//! The client reconnects and retries by itself, and reports each attempt. The outbox and the consumer log what an attempt
//! means for the product, once. So a report of the client is a warning once a minute, and `debug` in between. A failed
//! connection is reported by several threads, and as an error, too: one of these reports is the warning.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use rdkafka::{
    ClientContext,
    config::RDKafkaLogLevel,
    consumer::ConsumerContext,
    error::{
        KafkaError,
        RDKafkaErrorCode::{AllBrokersDown, BrokerTransportFailure},
    },
};
use tracing::Level;

/// A report of the same kind is a warning again after this time.
const QUIET: Duration = Duration::from_secs(60);

/// The last warning of each kind. All clients of the process share it, since all of them report the same broker.
static LAST: Mutex<BTreeMap<String, Instant>> = Mutex::new(BTreeMap::new());

/// The context of every client.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ClientLog;

impl ClientContext for ClientLog {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        let report = Report::of(facility, text);
        report.write(report.level(level, &LAST));
    }

    fn error(&self, error: KafkaError, reason: &str) {
        let code = error.rdkafka_error_code();
        let kind = code.map(|code| format!("{code:?}")).unwrap_or_default();
        let report = Report { kind: &kind, thread: "", reason };
        let reported_before = matches!(code, Some(BrokerTransportFailure | AllBrokersDown));
        report.write(if reported_before { Level::DEBUG } else { report.level(RDKafkaLogLevel::Error, &LAST) });
    }
}

impl ConsumerContext for ClientLog {}

/// A report of the client.
#[derive(Debug, PartialEq, Eq)]
struct Report<'a> {
    /// The client's name of the kind, such as `FAIL`.
    kind: &'a str,
    /// The client's thread, which has the name of its broker.
    thread: &'a str,
    reason: &'a str,
}

impl<'a> Report<'a> {
    /// Takes the thread from the start of the text: `[thrd:NAME]: reason`.
    fn of(kind: &'a str, text: &'a str) -> Self {
        let parts = text.strip_prefix("[thrd:").and_then(|rest| rest.split_once("]: "));
        let (thread, reason) = parts.unwrap_or(("", text));
        Self { kind, thread, reason: reason.trim() }
    }

    fn level(&self, level: RDKafkaLogLevel, last: &Mutex<BTreeMap<String, Instant>>) -> Level {
        use RDKafkaLogLevel::{Alert, Critical, Debug, Emerg, Error, Info, Notice, Warning};
        match level {
            Emerg | Alert | Critical => Level::ERROR,
            // A broker that has just started answers so.
            Error | Warning if self.reason.ends_with("retrying") => Level::DEBUG,
            Error | Warning if self.is_due(last) => Level::WARN,
            Error | Warning | Notice | Info => Level::DEBUG,
            Debug => Level::TRACE,
        }
    }

    fn is_due(&self, last: &Mutex<BTreeMap<String, Instant>>) -> bool {
        let (now, key) = (Instant::now(), format!("{} {}", self.kind, self.broker()));
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.get(&key).is_none_or(|then| now.duration_since(*then) >= QUIET);
        if due {
            last.insert(key, now);
        }
        due
    }

    /// The address of the broker where the reason begins with one, else the thread. A broker has several threads.
    fn broker(&self) -> &str {
        let reason = self.reason.strip_prefix("GroupCoordinator: ").unwrap_or(self.reason);
        let reason = reason.split_once("://").map_or(reason, |(_, rest)| rest);
        let address = reason.split(['/', ' ']).next().unwrap_or_default().trim_end_matches(':');
        let port = address.rsplit_once(':').map_or("", |(_, port)| port);
        if port.parse::<u16>().is_ok() { address } else { self.thread }
    }

    fn write(&self, level: Level) {
        let Self { kind, thread, reason } = self;
        // The macros take the level as a constant only.
        match level {
            Level::ERROR => tracing::error!(target: "librdkafka", kind, thread, reason, "Kafka client"),
            Level::WARN => tracing::warn!(target: "librdkafka", kind, thread, reason, "Kafka client"),
            Level::DEBUG => tracing::debug!(target: "librdkafka", kind, thread, reason, "Kafka client"),
            _ => tracing::trace!(target: "librdkafka", kind, thread, reason, "Kafka client"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: &str = "[thrd:b:9092/bootstrap]: b:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)";

    #[test]
    fn a_report_has_its_thread_and_its_reason() {
        let report = Report::of("FAIL", REFUSED);
        assert_eq!((report.kind, report.thread), ("FAIL", "b:9092/bootstrap"));
        assert!(report.reason.starts_with("b:9092/bootstrap: Connect to"), "{report:?}");
        assert_eq!(Report::of("X", "text"), Report { kind: "X", thread: "", reason: "text" });
    }

    #[test]
    fn a_report_is_a_warning_once_and_quiet_while_it_repeats() {
        let last = Mutex::default();
        let level = |kind: &str, text: &str, level| Report::of(kind, text).level(level, &last);
        assert_eq!(level("FAIL", REFUSED, RDKafkaLogLevel::Error), Level::WARN);
        assert_eq!(level("FAIL", REFUSED, RDKafkaLogLevel::Error), Level::DEBUG);
        let other = REFUSED.replace("b:9092", "c:9092");
        assert_eq!(level("FAIL", &other, RDKafkaLogLevel::Error), Level::WARN, "another broker");
        assert_eq!(level("PARTCNT", REFUSED, RDKafkaLogLevel::Warning), Level::WARN, "another kind");
    }

    #[test]
    fn all_threads_of_a_broker_share_a_warning() {
        let of = |text: &str| Report::of("FAIL", text).broker().to_owned();
        assert_eq!(of(REFUSED), "b:9092");
        assert_eq!(of("[thrd:b:9092/1]: b:9092/1: Disconnected (after 3ms in state UP)"), "b:9092");
        assert_eq!(
            of("[thrd:GroupCoordinator]: GroupCoordinator: b:9092: Connect to ipv4#10.0.0.1:9092 failed"),
            "b:9092"
        );
        assert_eq!(of("[thrd:sasl_ssl://b:9096/1]: sasl_ssl://b:9096/1: SASL authentication error"), "b:9096");
        assert_eq!(of("[thrd:[fd00::1]:9092/1]: [fd00::1]:9092/1: Disconnected"), "[fd00::1]:9092");
        assert_eq!(of("[thrd:main]: Consumer group session timed out: rejoining"), "main");
    }

    #[test]
    fn what_the_client_retries_is_quiet_and_what_it_cannot_survive_is_an_error() {
        let last = Mutex::default();
        let retried = "[thrd:main]: Failed to acquire idempotence PID from broker b:9092/1: Broker: Coordinator load in progress: retrying";
        assert_eq!(Report::of("GETPID", retried).level(RDKafkaLogLevel::Warning, &last), Level::DEBUG);
        assert_eq!(Report::of("REBALANCE", "x").level(RDKafkaLogLevel::Info, &last), Level::DEBUG);
        for level in [RDKafkaLogLevel::Emerg, RDKafkaLogLevel::Alert, RDKafkaLogLevel::Critical] {
            assert_eq!(Report::of("FATAL", "x").level(level, &last), Level::ERROR);
        }
    }
}
