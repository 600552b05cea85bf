//! Failures of pages with a sign-in: a redirect to sign-in, and the page of a failed sign-in.

use axum::{
    Extension,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderValue, StatusCode, request::Parts};
use url::form_urlencoded::byte_serialize;

use super::pending::can_return_to;
use crate::{
    http::{LOCALES, is_htmx},
    oidc::TokenError,
    problem::Problem,
    text::{Locale, Texts},
};

/// The failure of a page. Use cases' errors become [`Failure::Problem`]: `impl From<Error> for Failure`.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Redirects to sign-in, which returns to this path.
    SignedOut(String),
    /// Shows the page of a failed sign-in.
    SignIn(FailedSignIn),
    /// Shows the error page of a problem: see [`crate::http::public_framed`].
    Problem(Problem),
}

/// Why a sign-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The sign-in took too long, or the browser has no cookie of it, also not after it began again.
    Expired,
    /// login or the product refused it.
    Refused,
    /// login did not answer.
    Unavailable,
}

/// A failed sign-in, for its page.
#[derive(Clone, Debug)]
pub struct FailedSignIn {
    pub(super) reason: Reason,
    /// The path that the person wanted to open, if the sign-in is known.
    pub(super) return_to: Option<String>,
}

impl Failure {
    /// The failure of a page for signed-in people: a sign-in, which returns to this path.
    pub fn signed_out(path: &str) -> Self {
        Self::SignedOut(path.to_owned())
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Problem(error.into())
    }
}

impl From<&TokenError> for Reason {
    fn from(error: &TokenError) -> Self {
        match error {
            TokenError::Unavailable(_) => Self::Unavailable,
            TokenError::Refused(_) | TokenError::IdToken(_) => Self::Refused,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = match &self {
            Self::Problem(problem) => return problem.clone().into_response(),
            Self::SignedOut(_) => StatusCode::SEE_OTHER.into_response(),
            Self::SignIn(failed) => failed.problem().into_response(),
        };
        response.extensions_mut().insert(self);
        response
    }
}

impl FailedSignIn {
    /// The failure in a few words.
    pub fn title(&self, locale: Locale) -> String {
        Texts::new(&LOCALES, locale).get("error-sign-in")
    }

    /// The reason, and the next step for the person.
    pub fn text(&self, locale: Locale) -> String {
        Texts::new(&LOCALES, locale).get(match self.reason {
            Reason::Expired => "error-sign-in-expired",
            Reason::Refused => "error-sign-in-refused",
            Reason::Unavailable => "error-sign-in-unavailable",
        })
    }

    /// The address of a new sign-in, with the same path to return to.
    pub fn again(&self) -> String {
        sign_in_path(self.return_to.as_deref().unwrap_or("/"))
    }

    fn problem(&self) -> Problem {
        match self.reason {
            Reason::Unavailable => Problem::unavailable("The sign-in could not reach login."),
            Reason::Expired => Problem::new(StatusCode::BAD_REQUEST, "sign_in_failed", "The sign-in has expired."),
            Reason::Refused => Problem::new(StatusCode::BAD_REQUEST, "sign_in_failed", "Login refused the sign-in."),
        }
    }
}

/// Middleware that leads a signed-out browser to sign-in, and shows a failed sign-in by `page`. Other errors go on to
/// [`crate::http::public_framed`].
///
/// `page` gets the head of the request and returns the page in the product's frame. Its status is set here.
pub async fn show_failures<F, R>(page: F, request: Request, next: Next) -> Response
where
    F: FnOnce(Parts, FailedSignIn) -> R,
    R: Future<Output = Response>,
{
    let (parts, body) = request.into_parts();
    let kept = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    match response.extensions().get::<Failure>().cloned() {
        Some(Failure::SignedOut(path)) => to_sign_in(&path, is_htmx(&kept.headers)),
        Some(Failure::SignIn(failed)) => {
            // A program that asks for JSON gets the problem: see `crate::http::public`.
            let problem = Extension(failed.problem());
            (response.status(), problem, page(kept, failed).await).into_response()
        }
        _ => response,
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
