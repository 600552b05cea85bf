use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures::future::BoxFuture;
use opentelemetry::{global, propagation::Injector};
use tokio::sync::Notify;
use tonic::{Code, Status, body::Body, transport};
use tower::Service;
use tracing::{Instrument, Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::{measured::Measured, resolver, unsent};
use crate::config::Addrs;

type Request = http::Request<Body>;
type Response = http::Response<Body>;

/// A channel to all replicas of a peer. It connects on first use. Clones share the connections.
///
/// Each call has a client span and a measurement, and sends its trace context. A call ends at its deadline even while no replica can be
/// reached.
#[derive(Debug, Clone)]
pub struct Channel {
    balanced: transport::Channel,
    /// Wakes the resolver after a failed call, to probe all replicas.
    suspicion: Arc<Notify>,
}

/// Creates a channel to a peer. Its host names are resolved again every few seconds.
///
/// # Panics
/// Outside of a Tokio runtime.
pub fn channel(addresses: &Addrs) -> Channel {
    let (balanced, changes) = transport::Channel::balance_channel(64);
    let suspicion = Arc::new(Notify::new());
    tokio::spawn(resolver::run(addresses.clone(), changes, Arc::clone(&suspicion)));
    Channel { balanced, suspicion }
}

impl Service<Request> for Channel {
    type Response = Response;
    type Error = Status;
    type Future = BoxFuture<'static, Result<Response, Status>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Status>> {
        // The wait for a replica is part of `call`, so that the deadline covers it.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let method = request.uri().path().trim_start_matches('/').to_owned();
        let span = tracing::info_span!(
            "call",
            otel.name = method,
            otel.kind = "client",
            otel.status_code = Empty,
            rpc.method = method,
            rpc.system.name = "grpc",
            rpc.response.status_code = Empty,
        );
        inject(&span, &mut request);
        let deadline = deadline(&request);
        let measured = Measured::new(method);
        let (mut balanced, suspicion) = (self.balanced.clone(), Arc::clone(&self.suspicion));
        let call = async move {
            let answer = async {
                std::future::poll_fn(|context| balanced.poll_ready(context)).await?;
                balanced.call(request).await
            };
            let answer = match deadline {
                Some(deadline) => tokio::time::timeout(deadline, answer).await,
                None => Ok(answer.await),
            };
            let answer = match answer {
                Ok(Ok(response)) => Ok(response),
                Ok(Err(error)) => {
                    suspicion.notify_one();
                    Err(unsent::status(error))
                }
                Err(_elapsed) => Err(Status::deadline_exceeded("no response within the deadline")),
            };
            let code = code(&answer);
            record(&Span::current(), code);
            measured.ended(code);
            answer
        };
        Box::pin(call.instrument(span))
    }
}

/// The status of a call. It is in the headers of a failed call; trailers are left to the caller.
fn code(answer: &Result<Response, Status>) -> Code {
    match answer {
        Ok(response) => Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code()),
        Err(status) => status.code(),
    }
}

/// Records an error status on the span.
fn record(span: &Span, code: Code) {
    if code != Code::Ok {
        span.record("rpc.response.status_code", code as i32);
        span.record("otel.status_code", "ERROR");
    }
}

fn inject(span: &Span, request: &mut Request) {
    let context = span.context();
    global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&context, &mut Headers(request.headers_mut()));
    });
}

struct Headers<'a>(&'a mut http::HeaderMap);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(key), http::HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}

/// Parses the header `grpc-timeout`: at most eight digits and a unit.
fn deadline(request: &Request) -> Option<Duration> {
    let text = request.headers().get("grpc-timeout")?.to_str().ok()?;
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = number.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number.saturating_mul(3600))),
        "M" => Some(Duration::from_secs(number.saturating_mul(60))),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_without_a_replica_ends_at_its_deadline() {
        let mut channel = channel(&"no-such-peer.invalid:9090".parse().expect("an address"));
        let request = http::Request::builder().uri("/login.v1.Login/GetUser").header("grpc-timeout", "300m");
        let status = channel.call(request.body(Body::default()).expect("a request")).await.expect_err("no listener");
        assert_eq!(status.code(), Code::DeadlineExceeded);
    }

    #[test]
    fn deadlines_are_parsed_in_each_unit() {
        for (text, expected) in [
            ("2S", Some(Duration::from_secs(2))),
            ("300000u", Some(Duration::from_millis(300))),
            ("5", None),
            ("", None),
            ("xS", None),
        ] {
            let request = http::Request::builder().header("grpc-timeout", text).body(Body::default());
            assert_eq!(deadline(&request.expect("a request")), expected, "{text}");
        }
    }
}
