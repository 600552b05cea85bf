//! How long an answer may take, and who is late when it takes longer.

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

/// Longest time to an answer's head; a stream of events then goes on as long as it likes.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Answers in time, whatever the handler does: 504 is our failure, and counts against objectives; 408 (RFC 9110 §15.5.9)
/// is that of a sender who never finished the request.
pub(super) async fn within_time(request: Request, next: Next) -> Response {
    let arrived = Arc::new(AtomicBool::new(request.body().is_end_stream()));
    let request = request.map(|body| noting_its_end(body, Arc::clone(&arrived)));
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) if !arrived.load(Ordering::Relaxed) => {
            let detail = "The request did not arrive in time.";
            Problem::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", detail).into_response()
        }
        Err(_elapsed) => {
            tracing::warn!("request took too long");
            Problem::new(StatusCode::GATEWAY_TIMEOUT, "timeout", "This took too long.").into_response()
        }
    }
}

fn noting_its_end(body: Body, arrived: Arc<AtomicBool>) -> Body {
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
    async fn who_is_late_is_told_apart() {
        for body in [Body::empty(), Body::from("whole")] {
            assert_eq!(status(body, true).await, StatusCode::GATEWAY_TIMEOUT);
        }
        assert_eq!(status(half_a_body(), false).await, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(status(Body::from("whole"), false).await, StatusCode::OK);
    }
}
