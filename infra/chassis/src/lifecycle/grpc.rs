use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{service::Routes, transport::Server};
use tonic_health::{ServingStatus, server::HealthReporter};

use super::Reflection;
use crate::{Error, grpc::CallMetrics, listener, ops::Readiness, secret};

/// Serves `routes`, health and reflection until `stop`. Then sends GOAWAY and finishes the running calls.
pub(super) async fn serve(
    listener: TcpListener,
    routes: Routes,
    reflection: Reflection,
    readiness: Readiness,
    stop: CancellationToken,
) -> Result<(), Error> {
    let (reporter, health) = tonic_health::server::health_reporter();
    // tonic starts with SERVING, before readiness is known.
    reporter.set_service_status("", ServingStatus::NotServing).await;
    let watch = tokio::spawn(report(reporter, readiness, stop.clone()));
    let reflected = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(reflection.descriptors)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        // The descriptors contain the services of all products.
        .with_service_name(reflection.service)
        .with_service_name("grpc.health.v1.Health")
        .build_v1()?;

    let served = Server::builder()
        .layer(tonic_tracing_opentelemetry::middleware::server::OtelGrpcLayer::default().filter(crate::grpc::is_traced))
        .layer(CallMetrics::default())
        .http2_keepalive_interval(Some(Duration::from_secs(20)))
        .http2_keepalive_timeout(Some(Duration::from_secs(10)))
        .max_connection_age(connection_age())
        .add_routes(routes)
        .add_service(health)
        .add_service(reflected)
        .serve_with_incoming_shutdown(listener::grpc(listener), stop.cancelled_owned())
        .await;
    watch.abort();
    Ok(served?)
}

/// A maximum age of connections between 4 and 6 minutes, so that new replicas get connections too.
///
/// tonic takes one age per server. It is random: otherwise the connections to all replicas of a rollout would end at the
/// same time.
fn connection_age() -> Duration {
    let [half_seconds] = secret::random::<1>();
    Duration::from_secs(240) + Duration::from_millis(500) * u32::from(half_seconds)
}

async fn report(mut reporter: HealthReporter, readiness: Readiness, stop: CancellationToken) {
    let mut every_second = tokio::time::interval(Duration::from_secs(1));
    while stop.run_until_cancelled(every_second.tick()).await.is_some() {
        let status = if readiness.is_ready().await { ServingStatus::Serving } else { ServingStatus::NotServing };
        reporter.set_service_status("", status).await;
    }
    reporter.set_service_status("", ServingStatus::NotServing).await;
    // Ends the streams of `Watch`, which would block the shutdown.
    reporter.clear_service_status("").await;
}
