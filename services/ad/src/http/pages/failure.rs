//! The page of a failed sign-in, and the frame of chassis's error pages. Programs get problem documents (RFC 9457).

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header::ACCEPT_LANGUAGE, request::Parts},
    response::{IntoResponse, Response},
};
use chassis::{
    http::{ErrorPage, html, is_htmx},
    sign_in::{FailedSignIn, Failure},
    text::Locale,
};

use super::{
    view::{Layout, Person, csp, texts},
    visitor::MaybeSignedIn,
};
use crate::{app::App, error::Error};

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Problem(error.into())
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

/// Shows an error in the frame of ad: a signed-in person keeps the header, and their language. `None` if it cannot be known
/// who is signed in.
pub(super) async fn frame(app: App, mut parts: Parts, error: ErrorPage) -> Option<Response> {
    let browser = MaybeSignedIn::from_request_parts(&mut parts, &app).await.ok()?;
    let (locale, t) = (browser.locale, texts(browser.locale));
    let (title, text) = match error.problem().code() {
        "forbidden" => (t.get("problem-forbidden-title"), t.get("problem-forbidden")),
        "tenant_not_known_yet" => (t.get("problem-not-known-title"), t.get("problem-not-known")),
        "precondition_failed" => (t.get("problem-changed-title"), t.get("problem-changed")),
        "idempotency_key_reused" => (t.get("problem-sent-title"), t.get("problem-sent")),
        "too_many_campaigns" => (t.get("problem-too-many-title"), t.get("problem-too-many")),
        "currency_not_supported" => (t.get("problem-currency-title"), t.get("problem-currency")),
        _ => (error.title(locale), error.text(locale)),
    };
    let layout = Layout::new(t, browser.visitor.as_ref().map(Person::of));
    let (detail, number) = (error.detail(), error.number(locale));
    let page = ProblemPage { layout, title, text, detail, number, again: None };
    let mut page = (csp(&app.config), html(&page)).into_response();
    if is_htmx(&parts.headers) && error.problem().code() == "other_session" {
        // htmx loads the page again, for the session that the browser has now.
        page.headers_mut().insert("hx-refresh", HeaderValue::from_static("true"));
    }
    Some(page)
}

/// Shows a failed sign-in in the frame of ad.
pub(super) async fn failed_sign_in(app: App, mut parts: Parts, failed: FailedSignIn) -> Response {
    // While the database is unavailable, it is not known who is signed in.
    let browser = MaybeSignedIn::from_request_parts(&mut parts, &app).await.ok();
    let negotiated = Locale::negotiate(None, parts.headers.get(ACCEPT_LANGUAGE));
    let locale = browser.as_ref().map_or(negotiated, |browser| browser.locale);
    let person = browser.and_then(|browser| browser.visitor).as_ref().map(Person::of);
    let page = ProblemPage {
        layout: Layout::new(texts(locale), person),
        title: failed.title(locale),
        text: failed.text(locale),
        detail: None,
        number: None,
        again: Some(failed.again()),
    };
    (csp(&app.config), html(&page)).into_response()
}
