//! Shared by all pages: the visitor, their language, the page frame and form errors.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::{FromRequestParts, OriginalUri},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chassis::{
    http::{BASE_CSS_URL, Csp, PAGE_SESSION, html},
    id::TenantId,
    problem::{FieldError, Problem},
    text::{Locale, Texts},
};
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};

use super::browser::is_browser;
use crate::{
    LOCALES,
    app::App,
    domain::calendar::local,
    error::Error,
    http::{cookie, oidc},
    usecase::sessions::authenticate::{SignedIn, authenticate},
};

/// Extractor: the person who visits a page, signed in or not.
pub(crate) struct Visitor {
    /// Texts in the visitor's language.
    pub(crate) texts: Texts,
    pub(crate) signed_in: Option<SignedIn>,
    pub(crate) cookies: CookieJar,
    /// Whether the client shows pages. A program only follows redirects.
    pub(crate) is_browser: bool,
    accept_language: Option<HeaderValue>,
}

impl Visitor {
    fn new(headers: &HeaderMap, requested_locale: Option<&str>, signed_in: Option<SignedIn>) -> Self {
        let accept_language = headers.get(header::ACCEPT_LANGUAGE).cloned();
        let texts = texts(signed_in.as_ref(), requested_locale, accept_language.as_ref());
        let cookies = CookieJar::from_headers(headers);
        Self { texts, signed_in, cookies, is_browser: is_browser(headers), accept_language }
    }

    /// The visitor in the language that a form requests by `ui_locales`. A client may send its request as a form instead
    /// of a link (OpenID Connect Core §3.1.2.1).
    pub(crate) fn requesting(self, body: &str) -> Self {
        let parameters = oidc::Parameters::parse(body).ok();
        let requested = parameters.as_ref().and_then(|parameters| parameters.value("ui_locales"));
        match requested {
            Some(_) => {
                let texts = texts(self.signed_in.as_ref(), requested, self.accept_language.as_ref());
                Self { texts, ..self }
            }
            None => self,
        }
    }

    /// The tenant of the person who is signed in.
    pub(crate) fn tenant_id(&self) -> Option<TenantId> {
        self.signed_in.as_ref().map(|person| person.tenant.tenant_id)
    }

    pub(crate) fn frame(&self) -> Frame<'_> {
        Frame { texts: &self.texts, css_url: BASE_CSS_URL, person: self.signed_in.as_ref() }
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let jar = CookieJar::from_headers(&parts.headers);
        let requested_locale = requested_locale(parts);
        let authenticated = match cookie::token(&jar, &app.issuer) {
            Some(token) => authenticate(app, token).await,
            None => Ok(None),
        };
        match authenticated {
            Ok(signed_in) => Ok(Self::new(&parts.headers, requested_locale.as_deref(), signed_in)),
            Err(error) => {
                Err(super::failure::page(&Self::new(&parts.headers, requested_locale.as_deref(), None), error))
            }
        }
    }
}

/// Texts in the person's own language, the requested one, or that of the browser.
fn texts(person: Option<&SignedIn>, requested: Option<&str>, accept_language: Option<&HeaderValue>) -> Texts {
    let own = person.map(|person| person.user.locale.as_str());
    Texts::new(&LOCALES, Locale::negotiate(own.or(requested), accept_language))
}

/// `ui_locales` of this request or of the authorization request in `return_to`.
fn requested_locale(parts: &Parts) -> Option<String> {
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |uri| &uri.0);
    let query = oidc::Parameters::parse(uri.query()?).ok()?;
    let request = query.value("return_to").and_then(oidc::authorize::request_in);
    request.as_ref().unwrap_or(&query).value("ui_locales").map(str::to_owned)
}

/// Data of `base.html`, the frame of every page.
pub(crate) struct Frame<'a> {
    pub(crate) texts: &'a Texts,
    /// Shared style sheet of all products.
    pub(crate) css_url: &'static str,
    pub(crate) person: Option<&'a SignedIn>,
}

impl Frame<'_> {
    /// BCP 47 language tag.
    pub(crate) fn language(&self) -> &'static str {
        self.texts.locale.as_str()
    }

    /// The hidden field of a form of the signed-in person: it names the session that the page is made for.
    pub(crate) fn session_field(&self) -> String {
        let field = |person: &SignedIn| {
            format!(r#"<input type="hidden" name="{PAGE_SESSION}" value="{}">"#, person.page_session)
        };
        self.person.map(field).unwrap_or_default()
    }

    /// Formats a time in the tenant's time zone.
    pub(crate) fn local(&self, time: &DateTime<Utc>) -> String {
        let zone = self.person.map_or("Etc/UTC", |person| &person.tenant.time_zone);
        local(zone, *time).format("%Y-%m-%d %H:%M").to_string()
    }
}

pub(crate) struct Head {
    status: StatusCode,
    /// Value of `Retry-After`.
    retry_after: Option<Duration>,
    /// The error of a refused form, for a program that asks for JSON: see `chassis::http::public`.
    problem: Option<Problem>,
}

impl From<StatusCode> for Head {
    fn from(status: StatusCode) -> Self {
        Self { status, retry_after: None, problem: None }
    }
}

/// Renders a page whose forms submit to login only.
pub(crate) fn show(head: impl Into<Head>, template: &impl Template) -> Response {
    show_redirecting_to(head, template, None)
}

/// Renders a page with a form that leads to `origin` in the end. This release leaves by a page instead of a redirect
/// (`leave::after_form`), but during a rollout the form may be answered by the release before.
pub(crate) fn show_redirecting_to(head: impl Into<Head>, template: &impl Template, origin: Option<String>) -> Response {
    let Head { status, retry_after, problem } = head.into();
    let policy = Csp { form_action: origin.into_iter().collect(), ..Csp::default() };
    let mut response = (policy, html(template)).into_response();
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    if let Some(after) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
    }
    if let Some(problem) = problem {
        response.extensions_mut().insert(problem);
    }
    response
}

/// Errors of a form in the visitor's language: one for the whole form, one per field.
#[derive(Default)]
pub(crate) struct Mistakes {
    pub(crate) whole: Option<String>,
    fields: Vec<(String, String)>,
}

impl Mistakes {
    pub(crate) fn none() -> (Head, Self) {
        (StatusCode::OK.into(), Self::default())
    }

    /// Translates an error. Returns the error itself if the person cannot correct it.
    pub(crate) fn of(error: Error, texts: &Texts) -> Result<(Head, Self), Error> {
        let Some((status, mistakes)) = Self::translated(&error, texts) else { return Err(error) };
        let head = Head { status, retry_after: error.retry_after(), problem: Some(error.into()) };
        Ok((head, mistakes))
    }

    fn translated(error: &Error, texts: &Texts) -> Option<(StatusCode, Self)> {
        let whole = |status, text| Some((status, Self { whole: Some(text), fields: vec![] }));
        match error {
            Error::Invalid(errors) => {
                let fields = errors.iter().map(|error| (error.field.clone(), message(error, texts)));
                Some((StatusCode::UNPROCESSABLE_ENTITY, Self { whole: None, fields: fields.collect() }))
            }
            Error::BadCredentials => whole(StatusCode::UNAUTHORIZED, texts.get("error-bad-credentials")),
            Error::Throttled(wait) => {
                let minutes = wait.as_secs().div_ceil(60);
                whole(StatusCode::TOO_MANY_REQUESTS, texts.with("error-throttled", &[("minutes", minutes)]))
            }
            Error::Busy => whole(StatusCode::SERVICE_UNAVAILABLE, texts.get("error-busy")),
            Error::TooManyClients => whole(StatusCode::CONFLICT, texts.get("error-too-many-clients")),
            Error::LastAdmin => whole(StatusCode::CONFLICT, texts.get("error-last-admin")),
            Error::PlanLimitMembers => whole(StatusCode::CONFLICT, texts.get("error-plan-members")),
            Error::PlanLimitSignIns(_) => whole(StatusCode::TOO_MANY_REQUESTS, texts.get("error-plan-sign-ins")),
            Error::SlugTaken => Some((StatusCode::CONFLICT, Self::at("slug", texts.get("error-slug-taken")))),
            Error::EmailTaken => Some((StatusCode::CONFLICT, Self::at("email", texts.get("error-email-taken")))),
            _ => None,
        }
    }

    fn at(field: &str, text: String) -> Self {
        Self { whole: None, fields: vec![(field.to_owned(), text)] }
    }

    /// Error of a field.
    pub(crate) fn field(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, text)| text.as_str())
    }
}

fn message(error: &FieldError, texts: &Texts) -> String {
    match error.code {
        "required" => texts.get("error-required"),
        "too_short" => texts.get("error-password-short"),
        "too_common" => texts.get("error-password-common"),
        "too_personal" => texts.get("error-password-personal"),
        "too_long" => texts.get("error-too-long"),
        "invalid_email" => texts.get("error-email"),
        "invalid_local_part" => texts.get("error-email-local"),
        "invalid_name" | "invalid_characters" => texts.get("error-name"),
        "name_reserved" => texts.get("error-name-reserved"),
        "invalid_slug" | "invalid_length" => texts.get("error-slug"),
        "reserved" => texts.get("error-slug-reserved"),
        "wrong_password" => texts.get("error-wrong-password"),
        "too_many" => texts.get("error-too-many"),
        "already_member" => texts.get("error-already-member"),
        _ => texts.get("error-invalid"),
    }
}
