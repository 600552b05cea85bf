//! Error pages: a browser gets a page in its language where a program gets a problem document.

use askama::Template;
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header, request::Parts};

use super::{BASE_CSS_URL, Csp, accept::Wanted, html, openapi::LOCALES};
use crate::{
    problem::{Problem, trace_id},
    text::{Locale, Texts},
};

/// An error as a page says it to a person.
///
/// It is the same for all products, so that a status reads alike everywhere. A product shows it in its own frame: see
/// [`public_framed`](super::public_framed).
#[derive(Debug, Clone)]
pub struct ErrorPage {
    problem: Problem,
    trace_id: Option<String>,
}

impl From<Problem> for ErrorPage {
    /// The page of a problem in the current trace.
    fn from(problem: Problem) -> Self {
        let trace_id = trace_id().filter(|_| problem.status().is_server_error());
        Self { problem, trace_id }
    }
}

impl ErrorPage {
    /// The problem that a program gets.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The error in a few words.
    pub fn title(&self, locale: Locale) -> String {
        Texts::new(&LOCALES, locale).get(&format!("error-{}", self.key()))
    }

    /// The next step for the person.
    pub fn text(&self, locale: Locale) -> String {
        Texts::new(&LOCALES, locale).get(&format!("error-{}-text", self.key()))
    }

    /// For an error of the product: a sentence with the trace id, for a support request.
    pub fn number(&self, locale: Locale) -> Option<String> {
        let trace_id = self.trace_id.as_deref()?;
        Some(Texts::new(&LOCALES, locale).with("error-number", &[("number", trace_id)]))
    }

    /// For a refused request: the code and the detail of the problem, in English.
    pub fn detail(&self) -> Option<String> {
        let is_refused = self.key() == "refused";
        is_refused.then(|| format!("{}: {}", self.problem.code(), self.problem.detail()))
    }

    /// The start of the names of the texts.
    fn key(&self) -> &'static str {
        match (self.problem.code(), self.problem.status()) {
            ("other_session", _) => "other-session",
            ("foreign_origin", _) => "foreign-origin",
            (_, StatusCode::UNAUTHORIZED) => "unauthenticated",
            (_, StatusCode::FORBIDDEN) => "forbidden",
            (_, StatusCode::NOT_FOUND) => "not-found",
            (_, StatusCode::METHOD_NOT_ALLOWED) => "method",
            (_, StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT) => "timeout",
            (_, StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED) => "conflict",
            (_, StatusCode::GONE) => "gone",
            (_, StatusCode::PAYLOAD_TOO_LARGE) => "too-large",
            (_, StatusCode::TOO_MANY_REQUESTS) => "too-many",
            (_, StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE) => "unavailable",
            (_, status) if status.is_client_error() => "refused",
            _ => "internal",
        }
    }
}

/// The page without a frame of the product.
#[derive(Template)]
#[template(path = "error.html")]
struct Plain {
    t: Texts,
    css_url: &'static str,
    product: &'static str,
    title: String,
    text: String,
    detail: Option<String>,
    number: Option<String>,
}

fn plain(product: &'static str, error: &ErrorPage, headers: &HeaderMap) -> Response {
    let locale = Locale::negotiate(None, headers.get(header::ACCEPT_LANGUAGE));
    let page = Plain {
        t: Texts::new(&LOCALES, locale),
        css_url: BASE_CSS_URL,
        product,
        title: error.title(locale),
        text: error.text(locale),
        detail: error.detail(),
        number: error.number(locale),
    };
    (Csp::default(), html(&page)).into_response()
}

/// Shows an error without a page as a page, in the frame of the product, if the client is a browser. A program that asks
/// for JSON gets the problem of a page, too.
pub(super) async fn show<F, R>(product: &'static str, frame: F, request: Request, next: Next) -> Response
where
    F: Fn(Parts, ErrorPage) -> R,
    R: Future<Output = Option<Response>>,
{
    match Wanted::of(request.headers()) {
        Wanted::Page => {
            let (parts, body) = request.into_parts();
            let kept = parts.clone();
            let response = next.run(Request::from_parts(parts, body)).await;
            if !has_no_page(&response) {
                return response;
            }
            let error = ErrorPage::from(problem_of(&response));
            let headers = kept.headers.clone();
            let page = frame(kept, error.clone()).await.unwrap_or_else(|| plain(product, &error, &headers));
            with_head_of(response, page)
        }
        Wanted::Problem => {
            let response = next.run(request).await;
            match response.extensions().get::<Problem>().cloned() {
                Some(problem) if is_error(&response) && has_type(&response, "text/html") => {
                    with_head_of(response, problem.into_response())
                }
                _ => response,
            }
        }
        Wanted::Either => next.run(request).await,
    }
}

/// Gives a problem document to errors without one: those of the router and of extractors have a status, and at most a line of text.
pub(super) async fn explain(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let has_text = response.headers().contains_key(header::CONTENT_TYPE) && !has_type(&response, "text/plain");
    if !is_error(&response) || has_text {
        return response;
    }
    let problem = problem_of(&response);
    with_head_of(response, problem.into_response())
}

fn is_error(response: &Response) -> bool {
    response.status().is_client_error() || response.status().is_server_error()
}

fn has_no_page(response: &Response) -> bool {
    is_error(response) && has_type(response, "application/problem+json")
}

fn has_type(response: &Response, expected: &str) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(expected)))
}

/// The problem of an error; one that is known by its status only gets the code of the status.
fn problem_of(response: &Response) -> Problem {
    let known = response.extensions().get::<Problem>();
    known.cloned().unwrap_or_else(|| by_status(response.status()))
}

fn by_status(status: StatusCode) -> Problem {
    match status {
        StatusCode::UNAUTHORIZED => Problem::new(status, "unauthenticated", "An access token is needed."),
        StatusCode::FORBIDDEN => Problem::forbidden(),
        StatusCode::NOT_FOUND => Problem::not_found("not_found", "This path does not exist."),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(status, "method_not_allowed", "This method is not allowed here.")
        }
        StatusCode::REQUEST_TIMEOUT => Problem::new(status, "request_timeout", "The request did not arrive in time."),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "too_large", "The request body is too long."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::new(status, "unsupported_media_type", "The media type of the request body is not supported.")
        }
        StatusCode::TOO_MANY_REQUESTS => Problem::new(status, "too_many_requests", "Too many requests."),
        StatusCode::SERVICE_UNAVAILABLE => Problem::new(status, "unavailable", "Try again later."),
        StatusCode::GATEWAY_TIMEOUT => Problem::new(status, "timeout", "The request took too long."),
        status if status.is_client_error() => Problem::new(status, "invalid_request", "The request cannot be read."),
        _ => Problem::new(status, "internal", "Something went wrong on our side."),
    }
}

/// The body of `new` under the status and the headers of `old`, such as `Retry-After` and `Allow`.
fn with_head_of(old: Response, new: Response) -> Response {
    let (mut head, _) = old.into_parts();
    let (shown, body) = new.into_parts();
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
        head.headers.remove(name);
    }
    for (name, value) in &shown.headers {
        head.headers.insert(name, value.clone());
    }
    Response::from_parts(head, body)
}

#[cfg(test)]
mod tests;
