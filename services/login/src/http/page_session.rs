//! Rejects the forms of pages that were made for another session of this browser.

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chassis::http::expect_same_session;
use http::StatusCode;

use super::{
    cookie,
    pages::{failure, page::Visitor},
};
use crate::app::App;

/// Middleware. Requests without the session cookie pass, and those that name no session, such as a client's.
pub(super) async fn same_session(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut kept = parts.clone();
    match expect_same_session(&cookie::session_name(&app.issuer), Request::from_parts(parts, body)).await {
        Ok(request) => next.run(request).await,
        Err(problem) if problem.status() == StatusCode::CONFLICT => {
            match Visitor::from_request_parts(&mut kept, &app).await {
                Ok(visitor) => failure::other_session(&visitor, kept.uri.query().unwrap_or_default()),
                Err(response) => response,
            }
        }
        Err(problem) => problem.into_response(),
    }
}
