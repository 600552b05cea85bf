//! Failures of pages: rendered in the browser's language. API clients get problem documents (RFC 9457).

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT, CONTENT_TYPE},
    },
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use chassis::{
    http::html,
    problem::Problem,
    text::{AcceptLocale, Texts},
};
use url::form_urlencoded::byte_serialize;

use super::view::{Layout, texts};
use crate::{app::App, error::Error, usecase::sign_in::can_return_to};

#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// Redirects to sign-in, which returns to this path.
    SignedOut(String),
    /// With the path that the person wanted to open, if the sign-in is known.
    SignIn(SignInFailure, Option<String>),
    Problem(Problem),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum SignInFailure {
    /// The sign-in took too long, or the browser has no cookie of it, also not after it began again.
    Expired,
    Refused,
    Unavailable,
}

impl Failure {
    pub(super) fn signed_out(path: &str) -> Self {
        Self::SignedOut(path.to_owned())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Problem(error.into())
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Problem(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Problem(problem) => return problem.into_response(),
            Self::SignedOut(_) => StatusCode::SEE_OTHER,
            Self::SignIn(SignInFailure::Unavailable, _) => StatusCode::SERVICE_UNAVAILABLE,
            Self::SignIn(..) => StatusCode::BAD_REQUEST,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    layout: Layout,
    title: String,
    text: String,
    /// Where to sign in again.
    again: Option<String>,
}

/// Replaces failures by HTML pages for browsers, or by a redirect to sign-in.
pub(super) async fn render(
    State(app): State<App>,
    AcceptLocale(locale): AcceptLocale,
    request: Request,
    next: Next,
) -> Response {
    let from_htmx = request.headers().contains_key("hx-request");
    let wants_html = from_htmx || accepts_html(request.headers());
    let response = next.run(request).await;
    let t = texts(locale);
    let (title, text, again) = match response.extensions().get::<Failure>() {
        Some(Failure::SignedOut(path)) => return to_sign_in(path, from_htmx),
        Some(Failure::SignIn(failure, way_back)) => {
            let again = sign_in_path(way_back.as_deref().unwrap_or("/"));
            (t.get("problem-sign-in-title"), sign_in_text(*failure, &t), Some(again))
        }
        _ if wants_html && is_problem(&response) => {
            let (title, text) = problem_texts(&response, &t);
            (title, text, None)
        }
        _ => return response,
    };
    let page = ProblemPage { layout: Layout::new(&app, t, None), title, text, again };
    let mut page = (response.status(), html(&page)).into_response();
    if from_htmx && is_other_session(&response) {
        // htmx loads the page again, for the session that the browser has now.
        page.headers_mut().insert("hx-refresh", HeaderValue::from_static("true"));
    }
    page
}

pub(super) fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// Whether the response is an error without an HTML page; errors of the router itself have no body.
fn is_problem(response: &Response) -> bool {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    (status.is_client_error() || status.is_server_error()) && kind.is_none_or(|kind| kind == "application/problem+json")
}

fn sign_in_text(failure: SignInFailure, t: &Texts) -> String {
    match failure {
        SignInFailure::Expired => t.get("problem-sign-in-expired"),
        SignInFailure::Refused => t.get("problem-sign-in-refused"),
        SignInFailure::Unavailable => t.get("problem-sign-in-unavailable"),
    }
}

/// Whether the request came from a page of another session.
fn is_other_session(response: &Response) -> bool {
    response.extensions().get::<Problem>().is_some_and(|problem| problem.code() == "other_session")
}

fn problem_texts(response: &Response, t: &Texts) -> (String, String) {
    match response.status() {
        StatusCode::FORBIDDEN => (t.get("problem-forbidden-title"), t.get("problem-forbidden")),
        StatusCode::CONFLICT if is_other_session(response) => {
            (t.get("problem-other-session-title"), t.get("problem-other-session"))
        }
        status if status.is_client_error() && status != StatusCode::CONFLICT => {
            (t.get("problem-not-found-title"), t.get("problem-not-found"))
        }
        _ => (t.get("problem-internal-title"), t.get("problem-internal")),
    }
}

/// The address of a sign-in that returns to `path`.
fn sign_in_path(path: &str) -> String {
    // A long path would make a long header, and the sign-in drops it.
    if path == "/" || !can_return_to(path) {
        return "/auth/sign-in".to_owned();
    }
    format!("/auth/sign-in?return_to={}", byte_serialize(path.as_bytes()).collect::<String>())
}

fn to_sign_in(path: &str, from_htmx: bool) -> Response {
    let location = if path == "/" { "/".to_owned() } else { sign_in_path(path) };
    if !from_htmx {
        return Redirect::to(&location).into_response();
    }
    // htmx would follow a redirect itself and insert the sign-in page into this page.
    let location = HeaderValue::try_from(location).expect("percent-encoded");
    (StatusCode::OK, [("hx-redirect", location)]).into_response()
}

#[cfg(test)]
mod tests {
    use chassis::text::Locale;

    use super::*;

    #[test]
    fn only_a_page_of_another_session_is_named_as_one() {
        let t = texts(Locale::En);
        for (code, title) in [("other_session", "problem-other-session-title"), ("conflict", "problem-internal-title")]
        {
            let response = Problem::new(StatusCode::CONFLICT, code, "for the test").into_response();
            assert_eq!(problem_texts(&response, &t).0, t.get(title), "{code}");
            assert_eq!(is_other_session(&response), code == "other_session");
        }
    }
}
