use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tonic::service::Routes;

/// Returns a port that is free at the moment, for a process that binds it.
///
/// # Panics
/// If there is none.
pub fn free_port() -> u16 {
    devstack::ports::free_port().expect("a free port")
}

/// Serves `router` on a free port until the test's runtime ends. Returns the base URL, without a trailing slash.
pub async fn serve(router: Router) -> String {
    let (listener, url) = listen().await;
    serve_at(listener, router);
    url
}

/// Binds a free port, for a router that is made with its own URL. Returns the URL, without a trailing slash.
pub async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    (listener, url)
}

/// Serves `router` until the test's runtime ends.
pub fn serve_at(listener: TcpListener, router: Router) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(chassis::listener::http(listener), service).await });
}

/// Serves `routes` on a free port until the test's runtime ends. Returns `host:port`.
pub async fn serve_grpc(routes: Routes) -> String {
    serve(routes.into_axum_router()).await.trim_start_matches("http://").to_owned()
}
