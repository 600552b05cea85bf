use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

/// `no` switches off the buffering of a response in nginx, and in proxies that follow it.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Adds the headers that let each event of an event stream pass a proxy at once. Proxies do not buffer, store or
/// compress such a response.
pub(super) async fn unbuffered(mut response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
        let headers = response.headers_mut();
        headers.insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    }
    response
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::response::{
        IntoResponse,
        sse::{Event, Sse},
    };
    use futures::stream;

    use super::*;

    #[tokio::test]
    async fn proxies_pass_each_event_on_at_once() {
        let events = stream::iter([Ok::<_, Infallible>(Event::default().data("now"))]);
        let response = unbuffered(Sse::new(events).into_response()).await;
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        assert_eq!(response.headers()["cache-control"], "no-cache, no-transform");

        let response = unbuffered("a page".into_response()).await;
        assert!(!response.headers().contains_key("x-accel-buffering"));
    }
}
