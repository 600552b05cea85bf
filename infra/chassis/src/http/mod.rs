//! HTTP servers: extractors, lists, pages, API docs, and the layers around a product's routes.
//!
//! To add an endpoint: 1. write `async fn create(State(app), person: Person, Json(body): Json<NewCampaign>) ->
//! Result<(StatusCode, Json<Campaign>), Problem>` in the product's `http/`; 2. add it to the router, under `/v1`.
//! [`Json`], [`Query`], [`Path`] and [`Form`] reject invalid input with a [`Problem`] that names the field.
//!
//! To change something: take [`Changes<CampaignChange, Campaign>`](Changes), where `Campaign` is the body of the response.
//!
//! To list something: take [`Query<PageQuery>`](PageQuery) and return a [`Page`].
//!
//! To show a page: return [`html`] of an askama template, and put [`csp`] around the routes. Forms and streams of a
//! signed-in person name their session: see [`same_session`]. Add the page to the list in `tests/e2e/src/pages.rs`.
//!
//! To fail a page: return a [`Problem`], as for an API. A browser gets it as an [`ErrorPage`], in the product's frame if the
//! router passes through [`public_framed`].
//!
//! To bill or count what a `GET` shows: check [`is_person_looking`] first. To change something by a `GET`, as the redirects
//! of a sign-in do: put [`not_ahead_of_time`] around the route.
//!
//! To document an API: see [`openapi`].
//!
//! The product's `http::router` passes all routes through [`public`], once.

use std::{any::Any, future};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use tower::ServiceBuilder;
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};

use crate::{
    config::PublicUrl,
    problem::{Kind, Problem},
};

mod accept;
mod assets;
mod client_address;
mod error_page;
mod event_stream;
mod extract;
mod observe;
pub mod openapi;
mod page;
mod page_session;
mod pages;
mod person_looking;
mod problems;
mod same_origin;
mod within_time;

pub use accept::{is_htmx, wants_page};
pub use assets::{Asset, BASE_CSS_URL, HTMX, assets};
pub use client_address::client_address;
pub use error_page::ErrorPage;
pub use extract::{Changes, Form, Json, Path, Query};
pub(crate) use openapi::LOCALES;
pub use page::{Cursor, Page, PageQuery};
pub use page_session::{PAGE_SESSION, expect_same_session, page_session, same_session};
pub use pages::{Csp, csp, html, is_nameable};
pub use person_looking::{NobodyLooking, is_person_looking, nobody_looking, not_ahead_of_time};
pub use same_origin::{is_same_origin, same_origin};

/// Maximum size of a request body in bytes: 1 MiB.
const BODY_LIMIT: usize = 1024 * 1024;

/// Wraps the routes with the layers of every product.
///
/// - One span, one measurement and one log line per request.
/// - A body limit of 1 MiB and a timeout of 30 seconds.
/// - A [`Problem`] for a panic, an unknown path, a wrong method and every other error without one. A browser gets an
///   [`ErrorPage`] instead, in its language.
/// - Security headers for browsers. With a public URL of https, browsers use only https for a year (RFC 6797). Other hosts
///   below this one are not affected.
/// - Headers that keep proxies from buffering an event stream.
/// - `/problems/CODE`, which explains the product's `problems` and those of all products.
pub fn public(router: Router, product: &'static str, url: &PublicUrl, problems: &'static [Kind]) -> Router {
    public_framed(router, product, url, problems, |_, _| future::ready(None))
}

/// As [`public`], with error pages in the product's own frame, such as the header of a signed-in person.
///
/// `frame` gets the head of the request. It returns `None` if it cannot make its frame, for example because the database is
/// unavailable: then the page has no frame. For an address that only programs call, it returns the problem itself.
pub fn public_framed<F, R>(
    router: Router,
    product: &'static str,
    url: &PublicUrl,
    problems: &'static [Kind],
    frame: F,
) -> Router
where
    F: Fn(Parts, ErrorPage) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Option<Response>> + Send + 'static,
{
    let strict_transport = default_header(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    // In this order the product's fallback, with its layers, stays that of the merged router.
    let router = problems::router(product, problems).merge(router).layer(
        ServiceBuilder::new()
            .layer(middleware::from_fn(move |request, next| observe::observe(product, request, next)))
            .layer(default_header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .layer(default_header(header::REFERRER_POLICY, "strict-origin-when-cross-origin"))
            .layer(default_header(header::X_FRAME_OPTIONS, "DENY"))
            .layer(middleware::map_response(event_stream::unbuffered))
            .layer(middleware::from_fn(move |request, next| error_page::show(product, frame.clone(), request, next)))
            .layer(middleware::from_fn(error_page::explain))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(middleware::from_fn(within_time::within_time))
            .layer(DefaultBodyLimit::max(BODY_LIMIT)),
    );
    if url.is_https() { router.layer(strict_transport) } else { router }
}

fn default_header(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

#[expect(clippy::needless_pass_by_value, reason = "the signature is given by tower-http")]
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("of unknown kind"), "handler panicked");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side.").into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request, routing::get};
    use tower::ServiceExt;

    use super::*;

    async fn get_from(router: Router, path: &str) -> Response {
        get_at("http://test.example", router, path).await
    }

    async fn get_at(url: &str, router: Router, path: &str) -> Response {
        let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
        let url = url.parse().expect("a URL");
        public(router, "test", &url, &[]).oneshot(request).await.expect("infallible")
    }

    #[tokio::test]
    async fn https_stays_https() {
        for (url, expected) in [("https://test.example", Some("max-age=31536000")), ("http://test.example", None)] {
            for path in ["/", "/nowhere", "/problems/not_found"] {
                let response = get_at(url, Router::new().route("/", get(StatusCode::OK)), path).await;
                let header = response.headers().get(header::STRICT_TRANSPORT_SECURITY);
                assert_eq!(header.map(|value| value.to_str().expect("text")), expected, "{url}{path}");
            }
        }
    }

    async fn code(response: Response) -> String {
        let body = axum::body::to_bytes(response.into_body(), BODY_LIMIT).await.expect("a body");
        let body: serde_json::Value = serde_json::from_slice(&body).expect("json");
        body["code"].as_str().expect("a code").to_owned()
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_problem() {
        async fn panics() -> StatusCode {
            panic!("a bug")
        }
        let response = get_from(Router::new().route("/", get(panics)), "/").await;
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(code(response).await, "internal");
    }

    #[tokio::test]
    async fn an_unknown_path_is_a_problem() {
        let response = get_from(Router::new().route("/", get(StatusCode::OK)), "/nowhere").await;
        assert_eq!(response.status(), 404);
        assert_eq!(code(response).await, "not_found");
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_hangs_times_out() {
        let hangs = get(|| async { std::future::pending::<StatusCode>().await });
        let response = get_from(Router::new().route("/", hangs), "/").await;
        assert_eq!(response.status(), 504);
    }
}
