//! Failures of pages: a redirect to sign-in, the page of a failed sign-in, and the frame of chassis's error pages. API
//! clients get problem documents (RFC 9457).

use askama::Template;
use axum::{
    Extension,
    extract::{FromRequestParts, Request, State},
    http::{HeaderValue, StatusCode, header::ACCEPT_LANGUAGE, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use chassis::{
    http::{ErrorPage, html, is_htmx},
    problem::Problem,
    text::{Locale, Texts},
};
use url::form_urlencoded::byte_serialize;

use super::{
    view::{Layout, Person, csp, texts},
    visitor::MaybeSignedIn,
};
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
        let mut response = match &self {
            Self::Problem(problem) => return problem.clone().into_response(),
            Self::SignedOut(_) => StatusCode::SEE_OTHER.into_response(),
            Self::SignIn(failure, _) => failure.problem().into_response(),
        };
        response.extensions_mut().insert(self);
        response
    }
}

impl SignInFailure {
    fn problem(self) -> Problem {
        match self {
            Self::Unavailable => Problem::unavailable("The sign-in could not reach login."),
            Self::Expired => Problem::new(StatusCode::BAD_REQUEST, "sign_in_failed", "The sign-in has expired."),
            Self::Refused => Problem::new(StatusCode::BAD_REQUEST, "sign_in_failed", "Login refused the sign-in."),
        }
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    layout: Layout,
    title: String,
    text: String,
    /// Code and detail, in English, for developers.
    detail: Option<String>,
    /// A sentence with the trace id.
    number: Option<String>,
    /// Where to sign in again.
    again: Option<String>,
}

/// Shows an error in the frame of mypage: a signed-in person keeps the header, and their language. `None` if it cannot be
/// known who is signed in.
pub(super) async fn frame(app: App, mut parts: Parts, error: ErrorPage) -> Option<Response> {
    let browser = MaybeSignedIn::from_request_parts(&mut parts, &app).await.ok()?;
    let (locale, t) = (browser.locale, texts(browser.locale));
    let (title, text) = match error.problem().code() {
        "forbidden" => (t.get("problem-forbidden-title"), t.get("problem-forbidden")),
        _ => (error.title(locale), error.text(locale)),
    };
    let layout = Layout::new(&app, t, browser.visitor.as_ref().map(Person::of));
    let (detail, number) = (error.detail(), error.number(locale));
    let page = ProblemPage { layout, title, text, detail, number, again: None };
    let mut page = (csp(&app.config), html(&page)).into_response();
    if is_htmx(&parts.headers) && error.problem().code() == "other_session" {
        // htmx loads the page again, for the session that the browser has now.
        page.headers_mut().insert("hx-refresh", HeaderValue::from_static("true"));
    }
    Some(page)
}

/// Leads a signed-out browser to sign-in, and shows a failed sign-in. Other errors go on to [`frame`].
pub(super) async fn render(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut kept = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let (failure, way_back) = match response.extensions().get::<Failure>().cloned() {
        Some(Failure::SignedOut(path)) => return to_sign_in(&path, is_htmx(&kept.headers)),
        Some(Failure::SignIn(failure, way_back)) => (failure, way_back),
        _ => return response,
    };
    let again = Some(sign_in_path(way_back.as_deref().unwrap_or("/")));
    // While the database is unavailable, it is not known who is signed in.
    let browser = MaybeSignedIn::from_request_parts(&mut kept, &app).await.ok();
    let negotiated = Locale::negotiate(None, kept.headers.get(ACCEPT_LANGUAGE));
    let t = texts(browser.as_ref().map_or(negotiated, |browser| browser.locale));
    let person = browser.and_then(|browser| browser.visitor).as_ref().map(Person::of);
    let (title, text) = (t.get("problem-sign-in-title"), sign_in_text(failure, &t));
    let page = ProblemPage { layout: Layout::new(&app, t, person), title, text, detail: None, number: None, again };
    // A program that asks for JSON gets the problem: see `chassis::http::public`.
    let problem = Extension(failure.problem());
    (response.status(), problem, csp(&app.config), html(&page)).into_response()
}

fn sign_in_text(failure: SignInFailure, t: &Texts) -> String {
    match failure {
        SignInFailure::Expired => t.get("problem-sign-in-expired"),
        SignInFailure::Refused => t.get("problem-sign-in-refused"),
        SignInFailure::Unavailable => t.get("problem-sign-in-unavailable"),
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
