//! Pages on the way from login to the address of a client.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::page::{Frame, Visitor, show};
use crate::{
    domain::{oauth::Refusal, redirect},
    http::see_other,
};

#[derive(Template)]
#[template(path = "leave.html")]
struct Ask<'a> {
    page: Frame<'a>,
    host: String,
    address: &'a str,
    /// Error for the client's developer, in English.
    detail: String,
}

#[derive(Template)]
#[template(path = "continue.html")]
struct Continue<'a> {
    page: Frame<'a>,
    address: &'a str,
}

/// Continues at `address` after a form.
///
/// A browser gets a page that navigates by itself instead of a redirect. Chromium applies the `form-action` of the
/// form's page to every redirect of the answer, also to those of the client. No list of origins can express that: a
/// client may redirect anywhere, and IPv6 literals are not valid in it. Only browsers apply it, so everyone else gets the
/// redirect.
pub(crate) fn after_form(visitor: &Visitor, address: &str) -> Response {
    let stays_here = address.starts_with('/') && !address.starts_with("/authorize?");
    if stays_here || !visitor.is_browser {
        return see_other(address);
    }
    show(StatusCode::OK, &Continue { page: visitor.frame(), address })
}

/// Shows an error of an authorization request, with a link that returns it to the client. It names the host only: a
/// client's name is text of any tenant.
pub(crate) fn ask(visitor: &Visitor, address: &str, refusal: Refusal) -> Response {
    let (host, detail) = (redirect::host(address).unwrap_or_default(), refusal.to_string());
    show(StatusCode::BAD_REQUEST, &Ask { page: visitor.frame(), host, address, detail })
}
