//! The error page, for errors that no form can show.

use askama::Template;
use axum::response::{IntoResponse, Response};
use chassis::problem::Problem;
use http::{StatusCode, header};

use super::{
    page::{Frame, Visitor, show},
    return_to::ReturnTo,
};
use crate::{error::Error, http::see_other};

#[derive(Template)]
#[template(path = "failure.html")]
struct Failure<'a> {
    page: Frame<'a>,
    title: String,
    text: String,
    /// Problem code and detail, in English, for developers.
    detail: String,
    /// The authorization request on whose way the person is.
    again: Option<&'a str>,
}

/// The page for a request of a page that was made for another session of this browser. Offers the way that the request's
/// address keeps.
pub(crate) fn other_session(visitor: &Visitor, query: &str) -> Response {
    let texts = &visitor.texts;
    let (title, text) = (texts.get("failure-other-session-title"), texts.get("failure-other-session-text"));
    let way = ReturnTo::of_query(query);
    let template = Failure { page: visitor.frame(), title, text, detail: String::new(), again: way.request() };
    show(StatusCode::CONFLICT, &template)
}

pub(crate) fn page(visitor: &Visitor, error: Error) -> Response {
    page_on_way(visitor, error, &ReturnTo::default())
}

/// As [`page`], for a person on the way to a client: the page offers to continue there.
pub(super) fn page_on_way(visitor: &Visitor, error: Error, way: &ReturnTo) -> Response {
    if matches!(error, Error::SessionEnded) {
        return see_other(&way.link("/sign-in"));
    }
    let texts = &visitor.texts;
    let (title, text) = match &error {
        Error::OAuth(_) => (texts.get("failure-client-title"), texts.get("failure-client-text")),
        Error::NotFound("invitation_not_found") => {
            (texts.get("failure-invitation-title"), texts.get("failure-invitation-text"))
        }
        Error::NotFound("sign_up_not_found") => (texts.get("failure-verify-title"), texts.get("failure-verify-text")),
        Error::NotFound("password_reset_not_found") => {
            (texts.get("failure-reset-title"), texts.get("failure-reset-text"))
        }
        Error::SlugTaken | Error::EmailTaken => (texts.get("failure-taken-title"), texts.get("failure-taken-text")),
        Error::NotFound(_) => (texts.get("failure-not-found-title"), texts.get("failure-not-found-text")),
        Error::Forbidden => (texts.get("failure-forbidden-title"), texts.get("failure-forbidden-text")),
        _ => (texts.get("failure-title"), texts.get("failure-text")),
    };
    let problem = Problem::from(error);
    let status = problem.status();
    let detail = if status == StatusCode::BAD_REQUEST {
        format!("{}: {}", problem.code(), problem.detail())
    } else {
        String::new()
    };
    let mut response = show(status, &Failure { page: visitor.frame(), title, text, detail, again: way.request() });
    // Copy `Retry-After` of the problem.
    if let Some(after) = problem.into_response().headers_mut().remove(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, after);
    }
    response
}
