//! The error page, for errors that no form can show.

use askama::Template;
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use chassis::{http::ErrorPage, problem::Problem, text::Texts};
use http::{StatusCode, request::Parts};

use super::{
    page::{Frame, Visitor, show},
    return_to::ReturnTo,
};
use crate::{
    app::App,
    error::Error,
    http::{oidc::FOR_PROGRAMS, see_other},
};

#[derive(Template)]
#[template(path = "failure.html")]
struct Failure<'a> {
    page: Frame<'a>,
    title: String,
    text: String,
    /// Problem code and detail, in English, for developers.
    detail: Option<String>,
    /// A sentence with the trace id.
    number: Option<String>,
    /// The authorization request on whose way the person is.
    again: Option<&'a str>,
}

/// Shows chassis's error page in the frame of login, in the person's language. Offers the way that the request's address
/// keeps. A program's address answers with the problem. `None` if it cannot be known who is signed in.
pub(crate) async fn frame(app: App, mut parts: Parts, error: ErrorPage) -> Option<Response> {
    if FOR_PROGRAMS.contains(&parts.uri.path()) {
        return Some(error.problem().clone().into_response());
    }
    let visitor = Visitor::from_request_parts(&mut parts, &app).await.ok()?;
    let way = ReturnTo::of_query(parts.uri.query().unwrap_or_default());
    Some(of_error(&visitor, &error, &way))
}

pub(crate) fn page(visitor: &Visitor, error: Error) -> Response {
    page_on_way(visitor, error, &ReturnTo::default())
}

/// As [`page`], for a person on the way to a client: the page offers to continue there.
pub(super) fn page_on_way(visitor: &Visitor, error: Error, way: &ReturnTo) -> Response {
    if matches!(error, Error::SessionEnded) {
        return see_other(&way.link("/sign-in"));
    }
    let own = own_texts(&error, &visitor.texts);
    let problem = Problem::from(error);
    let error = ErrorPage::from(problem.clone());
    let page = match own {
        Some((title, text)) => {
            let detail = (problem.status() == StatusCode::BAD_REQUEST)
                .then(|| format!("{}: {}", problem.code(), problem.detail()));
            let page = visitor.frame();
            show(problem.status(), &Failure { page, title, text, detail, number: None, again: way.request() })
        }
        None => of_error(visitor, &error, way),
    };
    // The headers of the problem, such as `Retry-After`, and the problem for a program.
    let (mut head, _) = problem.into_response().into_parts();
    head.headers.extend(page.headers().clone());
    Response::from_parts(head, page.into_body())
}

fn of_error(visitor: &Visitor, error: &ErrorPage, way: &ReturnTo) -> Response {
    let locale = visitor.texts.locale;
    let failure = Failure {
        page: visitor.frame(),
        title: error.title(locale),
        text: error.text(locale),
        detail: error.detail(),
        number: error.number(locale),
        again: way.request(),
    };
    show(error.problem().status(), &failure)
}

/// The texts of errors for which login can say more.
fn own_texts(error: &Error, texts: &Texts) -> Option<(String, String)> {
    let own = match error {
        Error::OAuth(_) => (texts.get("failure-client-title"), texts.get("failure-client-text")),
        Error::NotFound("invitation_not_found") => {
            (texts.get("failure-invitation-title"), texts.get("failure-invitation-text"))
        }
        Error::NotFound("sign_up_not_found") => (texts.get("failure-verify-title"), texts.get("failure-verify-text")),
        Error::NotFound("password_reset_not_found") => {
            (texts.get("failure-reset-title"), texts.get("failure-reset-text"))
        }
        Error::SlugTaken | Error::EmailTaken => (texts.get("failure-taken-title"), texts.get("failure-taken-text")),
        Error::Forbidden => (texts.get("failure-forbidden-title"), texts.get("failure-forbidden-text")),
        _ => return None,
    };
    Some(own)
}
