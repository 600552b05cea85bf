//! Accepts forms from login's own pages only, in addition to the cookie's `SameSite=Lax`.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use chassis::{http::is_same_origin, problem::Problem};
use http::{StatusCode, request::Parts};

use crate::app::App;

/// Extractor: the request was sent by one of login's own pages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SameOrigin;

impl FromRequestParts<App> for SameOrigin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let foreign =
            || Problem::new(StatusCode::FORBIDDEN, "foreign_origin", "Forms are accepted from login's own pages only.");
        is_same_origin(&parts.headers, &app.issuer.origin()).then_some(Self).ok_or_else(foreign)
    }
}

impl OptionalFromRequestParts<App> for SameOrigin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Self::Rejection> {
        Ok(is_same_origin(&parts.headers, &app.issuer.origin()).then_some(Self))
    }
}
