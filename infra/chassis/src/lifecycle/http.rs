use std::net::SocketAddr;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
};
use http::{HeaderValue, Version, header};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{Error, listener, ops::Readiness};

/// Serves `router` until `stop`, then finishes the running requests.
pub(super) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> Result<(), Error> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener::http(listener), service).with_graceful_shutdown(stop.cancelled_owned()).await?)
}

/// Closes keep-alive connections after their next response while the process drains: clients reconnect to another
/// replica. Otherwise a client could send a request at the moment the listener closes.
pub(super) fn closing(router: Router, readiness: Readiness) -> Router {
    router.layer(middleware::from_fn_with_state(readiness, close))
}

async fn close(State(readiness): State<Readiness>, request: Request, next: Next) -> Response {
    // HTTP/2 uses GOAWAY and forbids the header (RFC 9113, section 8.2.2).
    let is_http_1 = request.version() < Version::HTTP_2;
    let mut response = next.run(request).await;
    if is_http_1 && readiness.is_draining() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
