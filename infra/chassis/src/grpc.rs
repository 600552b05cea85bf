//! Metrics and logs of gRPC servers: one measurement and one log line per call.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use futures::future::BoxFuture;
use http::{Request, Response};
use opentelemetry::metrics::Histogram;
use tokio::time::Instant;
use tonic::{Code, Status};
use tower::{Layer, Service};

use crate::telemetry::{attribute, duration_histogram, names};

/// Whether calls to `path` are traced. Health checks and reflection are not: they would outnumber all other calls.
pub(crate) fn is_traced(path: &str) -> bool {
    !path.starts_with("/grpc.health.") && !path.starts_with("/grpc.reflection.")
}

/// Measures and logs each call. A streaming call is measured when it starts.
#[derive(Clone)]
pub(crate) struct CallMetrics {
    duration: Arc<Histogram<f64>>,
}

impl Default for CallMetrics {
    fn default() -> Self {
        Self { duration: Arc::new(duration_histogram(names::RPC_SERVER_CALL_DURATION, "Duration of gRPC calls")) }
    }
}

impl<S> Layer<S> for CallMetrics {
    type Service = Measured<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Measured { inner, duration: Arc::clone(&self.duration) }
    }
}

/// See [`CallMetrics`].
#[derive(Clone)]
pub(crate) struct Measured<S> {
    inner: S,
    duration: Arc<Histogram<f64>>,
}

impl<S, B, R> Service<Request<B>> for Measured<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let path = request.uri().path().trim_start_matches('/').to_owned();
        let answer = self.inner.call(request);
        if !is_traced(&format!("/{path}")) {
            return Box::pin(answer);
        }
        let duration = Arc::clone(&self.duration);
        Box::pin(async move {
            let started = Instant::now();
            let answer = answer.await?;
            let code = Status::from_header_map(answer.headers()).map_or(Code::Ok, |status| status.code());
            let took = started.elapsed();
            tracing::info!(rpc.method = path, code = ?code, milliseconds = took.as_secs_f64() * 1000.0, "call");
            let attributes =
                [attribute(names::RPC_METHOD, path), attribute(names::RPC_RESPONSE_STATUS_CODE, format!("{code:?}"))];
            duration.record(took.as_secs_f64(), &attributes);
            Ok(answer)
        })
    }
}
