//! One span, one measurement and one log line per request. They contain the route but never the path or the query, which
//! can contain tokens.

use std::sync::LazyLock;

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use http::Method;
use opentelemetry::metrics::Histogram;
use tokio::time::Instant;
use tracing::{Instrument, field::Empty};

use crate::telemetry::{self, attribute, names};

static DURATION: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    telemetry::duration_histogram(
        names::HTTP_SERVER_REQUEST_DURATION,
        "Seconds from a request to the headers of its response",
    )
});

/// Observes a request. Its span continues the trace of the header `traceparent`.
pub(super) async fn observe(product: &'static str, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = known_method(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!(
        "request",
        otel.name = format!("{method} {route}").trim_end(),
        otel.kind = "server",
        otel.status_code = Empty,
        product,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        tenant = Empty,
        linked_trace_id = Empty,
    );
    if let Some(parent) = request.headers().get("traceparent").and_then(|parent| parent.to_str().ok()) {
        telemetry::continue_from(&span, parent);
    }
    let response = next.run(request).instrument(span.clone()).await;
    let status = i64::from(response.status().as_u16());
    span.record(names::HTTP_RESPONSE_STATUS_CODE, status);
    if response.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    let attributes = [
        attribute(names::HTTP_REQUEST_METHOD, method),
        attribute(names::HTTP_ROUTE, route),
        attribute(names::HTTP_RESPONSE_STATUS_CODE, status),
    ];
    let took = started.elapsed().as_secs_f64();
    DURATION.record(took, &attributes);
    span.in_scope(|| tracing::info!(milliseconds = took * 1000.0, "request"));
    response
}

/// Maps unknown methods to `_OTHER`: a client could invent methods, and each would be a time series.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "_OTHER",
    }
}
