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

use crate::{Error, ops::Readiness};

/// Serves `router` until `stop`, then finishes what it has.
pub(super) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> Result<(), Error> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await?)
}

/// Sends kept-alive connections away for as long as the process drains with its doors open: whoever comes again goes to
/// another replica. A connection that stayed could send its next request just as the doors close on it.
pub(super) fn closing(router: Router, readiness: Readiness) -> Router {
    router.layer(middleware::from_fn_with_state(readiness, close))
}

async fn close(State(readiness): State<Readiness>, request: Request, next: Next) -> Response {
    // HTTP/2 has GOAWAY for this, and forbids the header.
    let is_one_at_a_time = request.version() < Version::HTTP_2;
    let mut response = next.run(request).await;
    if is_one_at_a_time && readiness.is_draining() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
