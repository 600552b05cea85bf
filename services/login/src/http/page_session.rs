//! Rejects the forms of pages that were made for another session of this browser.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chassis::http::expect_same_session;

use super::cookie;
use crate::app::App;

/// Middleware. Requests without the session cookie pass, and those that name no session, such as a client's.
pub(super) async fn same_session(State(app): State<App>, request: Request, next: Next) -> Response {
    match expect_same_session(&cookie::session_name(&app.issuer), request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}
