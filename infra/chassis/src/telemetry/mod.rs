//! Traces, logs and metrics. They start before all other parts of the process, and are flushed after them.
//!
//! Traces are exported by OTLP if an endpoint is configured. Without one, spans still have ids, and each log line has its
//! `trace_id`. Metrics are OpenTelemetry instruments, served at `/metrics` as Prometheus text.
//!
//! To add a metric: 1. add a field to the product's `Metrics`, such as `telemetry::counter("login.sign_ins", "Sign-ins")`;
//! 2. record it with attributes of few values, by [`attribute`]; 3. take names that OpenTelemetry defines from [`names`].
//!
//! To log: once, where the error is handled. The message is a short phrase in the past tense or a noun phrase; values are
//! fields. Never log a secret, an e-mail address or the name of a person.

use opentelemetry::{KeyValue, global, metrics, propagation::TextMapCompositePropagator, trace::TracerProvider};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{
    Resource,
    metrics::SdkMeterProvider,
    propagation::{BaggagePropagator, TraceContextPropagator},
    trace::SdkTracerProvider,
};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    Error,
    config::{self, LogFormat},
};

mod context;
mod format;
pub mod names;

pub use context::{continue_from, link, traceparent};

/// The registry of all metrics of the process.
static REGISTRY: std::sync::OnceLock<prometheus::Registry> = std::sync::OnceLock::new();

/// The running telemetry of a process. [`Guard::flush`] exports buffered traces and metrics.
#[must_use]
pub struct Guard {
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
}

impl Guard {
    /// Exports buffered traces and metrics and stops. Failures go to standard error, because logging stops too.
    pub fn flush(self) {
        if let Err(error) = self.traces.shutdown() {
            eprintln!("cannot flush traces: {error}");
        }
        if let Err(error) = self.metrics.shutdown() {
            eprintln!("cannot flush metrics: {error}");
        }
    }
}

/// Starts telemetry for the process.
///
/// # Errors
/// When an exporter cannot be created, or telemetry was started before.
pub fn start(product: &'static str, config: &config::Telemetry) -> Result<Guard, Error> {
    let resource = Resource::builder().with_service_name(product).build();
    let traces = traces(resource.clone(), config)?;
    let registry = REGISTRY.get_or_init(prometheus::Registry::new);
    #[cfg(target_os = "linux")]
    registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
    let exporter = opentelemetry_prometheus::exporter().with_registry(registry.clone()).build()?;
    let metrics = SdkMeterProvider::builder().with_resource(resource).with_reader(exporter).build();

    global::set_text_map_propagator(TextMapCompositePropagator::new(vec![
        Box::new(TraceContextPropagator::new()),
        Box::new(BaggagePropagator::new()),
    ]));
    global::set_tracer_provider(traces.clone());
    global::set_meter_provider(metrics.clone());

    let filter = EnvFilter::try_from_default_env().or_else(|_| EnvFilter::try_new("info"))?;
    let spans = tracing_opentelemetry::layer().with_tracer(traces.tracer(product));
    let lines = match config.log_format {
        LogFormat::Json => tracing_subscriber::fmt::layer()
            .fmt_fields(tracing_subscriber::fmt::format::JsonFields::new())
            .event_format(format::Json { product })
            .boxed(),
        LogFormat::Pretty => tracing_subscriber::fmt::layer().compact().boxed(),
    };
    tracing_subscriber::registry().with(filter).with(spans).with(lines).try_init()?;
    Ok(Guard { traces, metrics })
}

fn traces(resource: Resource, config: &config::Telemetry) -> Result<SdkTracerProvider, Error> {
    let provider = SdkTracerProvider::builder().with_resource(resource);
    let Some(endpoint) = &config.otel_exporter_otlp_endpoint else {
        return Ok(provider.build());
    };
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_tonic().with_endpoint(endpoint.as_str()).build()?;
    Ok(provider.with_batch_exporter(exporter).build())
}

/// Creates a counter. Its name is `<product>.<plural noun>`; Prometheus shows it with underscores and the suffix
/// `_total`.
pub fn counter(name: &'static str, description: &'static str) -> metrics::Counter<u64> {
    global::meter("chassis").u64_counter(name).with_description(description).build()
}

/// Creates a histogram of durations in seconds.
pub fn duration_histogram(name: &'static str, description: &'static str) -> metrics::Histogram<f64> {
    // The thresholds of service level objectives are among these: their share is exact only at a bucket bound.
    let bounds = vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0];
    histogram(name, description, bounds)
}

/// Creates a histogram of delays in seconds: of what takes effect later, in another process.
pub(crate) fn delay_histogram(name: &'static str, description: &'static str) -> metrics::Histogram<f64> {
    histogram(name, description, vec![0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0])
}

fn histogram(name: &'static str, description: &'static str, bounds: Vec<f64>) -> metrics::Histogram<f64> {
    let meter = global::meter("chassis");
    meter.f64_histogram(name).with_unit("s").with_boundaries(bounds).with_description(description).build()
}

/// Creates a gauge that is set by the product.
pub fn gauge(name: &'static str, description: &'static str) -> metrics::Gauge<f64> {
    global::meter("chassis").f64_gauge(name).with_description(description).build()
}

/// Registers a gauge whose values and attributes are read each time metrics are collected.
pub fn observable_gauge<I: IntoIterator<Item = (f64, Vec<KeyValue>)>>(
    name: &'static str,
    description: &'static str,
    read: impl Fn() -> I + Send + Sync + 'static,
) {
    let meter = global::meter("chassis");
    let gauge = meter.f64_observable_gauge(name).with_description(description);
    // The meter holds the callback until the process ends.
    let _ =
        gauge.with_callback(move |gauge| read().into_iter().for_each(|(value, of)| gauge.observe(value, &of))).build();
}

/// Creates an attribute of a metric. It must have few different values, so never an id.
pub fn attribute(key: &'static str, value: impl Into<opentelemetry::Value>) -> KeyValue {
    KeyValue::new(key, value)
}

/// All metrics of the process as Prometheus text.
pub(crate) fn metrics_text() -> Result<String, prometheus::Error> {
    let families = REGISTRY.get_or_init(prometheus::Registry::new).gather();
    prometheus::TextEncoder::new().encode_to_string(&families)
}
