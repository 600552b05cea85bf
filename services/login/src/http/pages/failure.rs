//! The error page, for errors that no form can show.

use askama::Template;
use axum::response::{IntoResponse, Response};
use chassis::problem::Problem;
use http::{StatusCode, header};

use super::page::{Frame, Visitor, show};
use crate::{error::Error, http::see_other};

#[derive(Template)]
#[template(path = "failure.html")]
struct Failure<'a> {
    page: Frame<'a>,
    title: String,
    text: String,
    /// Problem code and detail, in English, for developers.
    detail: String,
}

/// The page for a request of a page that was made for another session of this browser.
pub(crate) fn other_session(visitor: &Visitor) -> Response {
    let texts = &visitor.texts;
    let (title, text) = (texts.get("failure-other-session-title"), texts.get("failure-other-session-text"));
    show(StatusCode::CONFLICT, &Failure { page: visitor.frame(), title, text, detail: String::new() })
}

pub(crate) fn page(visitor: &Visitor, error: Error) -> Response {
    if matches!(error, Error::SessionEnded) {
        return see_other("/sign-in");
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
    let mut response = show(status, &Failure { page: visitor.frame(), title, text, detail });
    // Copy `Retry-After` of the problem.
    if let Some(after) = problem.into_response().headers_mut().remove(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, after);
    }
    response
}
