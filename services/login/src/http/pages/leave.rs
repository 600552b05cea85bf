//! Pages on the way from login to the address of a client.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::page::{Frame, Visitor, show};
use crate::domain::{oauth::Refusal, redirect};

#[derive(Template)]
#[template(path = "leave.html")]
struct Ask<'a> {
    page: Frame<'a>,
    host: String,
    address: &'a str,
    /// Error for the client's developer, in English.
    detail: String,
}

/// Shows an error of an authorization request, with a link that returns it to the client. It names the host only: a
/// client's name is text of any tenant.
pub(crate) fn ask(visitor: &Visitor, address: &str, refusal: Refusal) -> Response {
    let (host, detail) = (redirect::host(address).unwrap_or_default(), refusal.to_string());
    show(StatusCode::BAD_REQUEST, &Ask { page: visitor.frame(), host, address, detail })
}
