//! Captures everything that a product logs and traces, to search it for secrets and personal data.

use std::{
    fmt::Write as _,
    io,
    sync::{Arc, Mutex},
};

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SdkTracerProvider, Span, SpanData, SpanProcessor},
};
use sqlx::{AssertSqlSafe, PgPool};
use tracing_subscriber::{
    Layer, filter::LevelFilter, fmt::format::FmtSpan, layer::SubscriberExt, util::SubscriberInitExt,
};

/// Captured output as text.
#[derive(Debug, Clone, Default)]
pub struct Captured(Arc<Mutex<String>>);

impl Captured {
    /// Captures the log and the spans of this process, at the level `TRACE`. Returns both.
    ///
    /// # Panics
    /// If the process has a subscriber already: such a test needs its own process.
    pub fn start() -> (Self, Self) {
        let (logs, spans) = (Self::default(), Self::default());
        let provider = SdkTracerProvider::builder().with_span_processor(spans.clone()).build();
        let log = logs.clone();
        let lines = tracing_subscriber::fmt::layer().with_span_events(FmtSpan::FULL).with_writer(move || log.clone());
        tracing_subscriber::registry()
            .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("test")).with_filter(LevelFilter::TRACE))
            .with(lines.with_ansi(false).with_filter(LevelFilter::TRACE))
            .init();
        (logs, spans)
    }

    /// Returns the captured text.
    ///
    /// # Panics
    /// If another thread has panicked while it wrote.
    pub fn text(&self) -> String {
        self.0.lock().expect("not poisoned").clone()
    }
}

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Captures spans with attributes, events and links.
impl SpanProcessor for Captured {
    fn on_start(&self, _: &mut Span, _: &opentelemetry::Context) {}

    fn on_end(&self, span: SpanData) {
        writeln!(self.0.lock().expect("not poisoned"), "{span:?}").expect("written");
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: std::time::Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Secrets or personal data by name, to search for.
#[derive(Debug, Default)]
pub struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    /// Adds a secret, and returns it.
    ///
    /// # Panics
    /// If it is so short that it could be found by chance.
    pub fn add(&mut self, name: &'static str, secret: &str) -> String {
        assert!(secret.len() >= 16, "{name} is too short to be searched for: {secret}");
        self.0.push((name, secret.to_owned()));
        secret.to_owned()
    }

    /// The names of the secrets in a text. Searches a secret as text, as Postgres bytea, and as Rust debug output.
    pub fn found_in(&self, text: &str) -> Vec<&'static str> {
        let forms = |secret: &str| {
            let bytes = secret.as_bytes();
            let hexadecimal = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            [secret.to_owned(), hexadecimal, format!("{bytes:?}"), BASE64_STANDARD_NO_PAD.encode(bytes)]
        };
        let is_there = |secret: &str| forms(secret).iter().any(|form| text.contains(form));
        self.0.iter().filter(|(_, secret)| is_there(secret)).map(|(name, _)| *name).collect()
    }
}

/// All rows of a table as JSON texts.
///
/// # Panics
/// If the table cannot be read.
pub async fn rows(database: &PgPool, table: &str) -> Vec<String> {
    let all = format!("SELECT row_to_json(t)::text FROM {table} t");
    sqlx::query_scalar(AssertSqlSafe(all)).fetch_all(database).await.expect("rows")
}

/// The names of all tables.
///
/// # Panics
/// If they cannot be read.
pub async fn tables(database: &PgPool) -> Vec<String> {
    let tables = sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'");
    tables.fetch_all(database).await.expect("the tables")
}
