//! One trace over two products, and the measurement of the calls. In its own test binary, because a process has one
//! subscriber and one provider of metrics.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{extract::Request, middleware};
use chassis::client;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use prometheus::Registry;
use tonic::service::Routes;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tracing::Instrument;
use tracing_subscriber::layer::SubscriberExt;

#[tokio::test]
async fn a_call_continues_the_trace_and_is_measured() {
    let registry = Registry::new();
    let reader = opentelemetry_prometheus::exporter().with_registry(registry.clone()).build().expect("a reader");
    opentelemetry::global::set_meter_provider(SdkMeterProvider::builder().with_reader(reader).build());
    opentelemetry::global::set_text_map_propagator(opentelemetry_sdk::propagation::TraceContextPropagator::new());
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
    let traces = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(traces)).expect("set once");

    let seen = Arc::new(Mutex::new(None));
    let note = Arc::clone(&seen);
    let noted = middleware::from_fn(move |request: Request, next: middleware::Next| {
        *note.lock().expect("not poisoned") = request.headers().get("traceparent").cloned();
        next.run(request)
    });
    let (_, health) = tonic_health::server::health_reporter();
    let peer = Routes::from(Routes::new(health).into_axum_router().layer(noted));
    let address = support::serve_grpc(peer).await;
    let channel = client::channel(&address.parse().expect("an address"));

    let span = tracing::info_span!("page");
    let ours = span.in_scope(chassis::telemetry::traceparent).expect("a trace");
    let call = async { HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await };
    call.instrument(span).await.expect("an answer");
    let theirs = seen.lock().expect("not poisoned").clone().expect("a traceparent");
    let parts = |text: &str| text.split('-').map(str::to_owned).collect::<Vec<_>>();
    let (ours, theirs) = (parts(&ours), parts(theirs.to_str().expect("text")));
    assert_eq!(ours[1], theirs[1], "the same trace");
    assert_ne!(ours[2], theirs[2], "the call has its own span");

    let given_up = async { HealthClient::new(channel).check(HealthCheckRequest::default()).await };
    tokio::time::timeout(Duration::ZERO, given_up).await.expect_err("no answer yet");
    let families = registry.gather();
    let calls = families.iter().find(|family| family.name() == "rpc_client_call_duration_seconds");
    let calls = calls.expect("the metric").get_metric().iter().map(|metric| {
        let label = |name: &str| metric.get_label().iter().find(|label| label.name() == name).expect("set").value();
        let count = metric.get_histogram().get_sample_count();
        (label("rpc_method").to_owned(), label("rpc_response_status_code").to_owned(), count)
    });
    let of = |code: &str| ("grpc.health.v1.Health/Check".to_owned(), code.to_owned(), 1);
    assert_eq!(calls.collect::<Vec<_>>(), [of("Cancelled"), of("Ok")]);
}
