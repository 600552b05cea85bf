//! The timeout of requests. It distinguishes a slow handler (504) from a slow client (408).

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use http::StatusCode;

use crate::problem::Problem;

/// Maximum time to the headers of the response. The body of an event stream may take longer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Ends a request at the timeout.
///
/// The response is 408 (RFC 9110, section 15.5.9) if the request body did not arrive completely. Otherwise it is 504,
/// which counts as an error of the product.
pub(super) async fn within_time(request: Request, next: Next) -> Response {
    let arrived = Arc::new(AtomicBool::new(request.body().is_end_stream()));
    let request = request.map(|body| note_end(body, Arc::clone(&arrived)));
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) if !arrived.load(Ordering::Relaxed) => {
            let detail = "The request did not arrive in time.";
            Problem::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", detail).into_response()
        }
        Err(_elapsed) => {
            tracing::warn!("request timed out");
            Problem::new(StatusCode::GATEWAY_TIMEOUT, "timeout", "The request took too long.").into_response()
        }
    }
}

fn note_end(body: Body, arrived: Arc<AtomicBool>) -> Body {
    if body.is_end_stream() {
        return body;
    }
    let end = stream::once(async move {
        arrived.store(true, Ordering::Relaxed);
        Ok(Bytes::new())
    });
    Body::from_stream(body.into_data_stream().chain(end))
}

#[cfg(test)]
mod tests {
    use axum::{Router, middleware, routing::post};
    use tower::ServiceExt;

    use super::*;

    async fn status(body: Body, hangs: bool) -> StatusCode {
        let handler = move |_: Bytes| async move {
            if hangs {
                std::future::pending::<()>().await;
            }
            StatusCode::OK
        };
        let router = Router::new().route("/", post(handler)).layer(middleware::from_fn(within_time));
        router.oneshot(Request::post("/").body(body).expect("a request")).await.expect("infallible").status()
    }

    fn half_a_body() -> Body {
        let half = stream::iter([Ok::<_, axum::Error>(Bytes::from_static(b"half"))]);
        Body::from_stream(half.chain(stream::pending()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_handler_and_a_slow_client_have_their_own_status() {
        for body in [Body::empty(), Body::from("whole")] {
            assert_eq!(status(body, true).await, StatusCode::GATEWAY_TIMEOUT);
        }
        assert_eq!(status(half_a_body(), false).await, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(status(Body::from("whole"), false).await, StatusCode::OK);
    }
}
