//! The way back to a client: the authorization request that brought a person to login. It goes along from page to page,
//! through the e-mail of a sign-up or of a forgotten password, and is offered when these end.

use askama::Template;
use axum::response::Response;
use chassis::id::TenantId;
use chrono::Duration;
use http::StatusCode;
use serde::Deserialize;

use super::page::{Frame, Visitor, show};
use crate::{
    app::App,
    http::{
        cookie::{self, SetCookie},
        oidc::authorize::{request_in, supported, with_return_to},
        sealed, see_other,
    },
    usecase::oauth::authorize::validate,
};

/// Longest way back that is kept, in bytes: sealed, it fits into a cookie.
const MAX_LENGTH: usize = 2_200;

/// Keeps the way back in the browser, for an invitation, whose link knows nothing of it.
const COOKIE: &str = "login_return";

const LIFETIME: Duration = Duration::hours(1);

/// Query parameter of the pages.
#[derive(Deserialize, Default)]
pub(super) struct ReturnTo {
    return_to: Option<String>,
}

#[derive(Template)]
#[template(path = "offer.html")]
struct Offer<'a> {
    page: Frame<'a>,
    client_name: &'a str,
    address: &'a str,
}

impl ReturnTo {
    /// The way in the query of any page.
    pub(super) fn of_query(query: &str) -> Self {
        let found = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "return_to");
        Self { return_to: found.map(|(_, value)| value.into_owned()) }
    }

    /// The authorization request. No other address is accepted.
    pub(super) fn request(&self) -> Option<&str> {
        self.return_to.as_deref().filter(|return_to| request_in(return_to).is_some())
    }

    /// The authorization request, if it is short enough to be stored.
    pub(super) fn kept(&self) -> Option<&str> {
        self.request().filter(|request| request.len() <= MAX_LENGTH)
    }

    /// The address of another page, with the way back.
    pub(super) fn link(&self, page: &str) -> String {
        self.request().map_or_else(|| page.to_owned(), |request| with_return_to(page, request))
    }

    /// The cookie that keeps the way back.
    pub(super) fn cookie(&self, app: &App) -> Option<SetCookie> {
        let sealed = sealed::seal(app, COOKIE, &self.kept()?);
        Some(cookie::set(&app.issuer, COOKIE, &sealed, LIFETIME))
    }
}

impl From<Option<String>> for ReturnTo {
    fn from(return_to: Option<String>) -> Self {
        Self { return_to }
    }
}

/// The way back of this browser.
pub(super) fn remembered(app: &App, visitor: &Visitor) -> ReturnTo {
    let sealed = cookie::value(&visitor.cookies, &app.issuer, COOKIE);
    ReturnTo { return_to: sealed.and_then(|sealed| sealed::open(app, COOKIE, sealed)) }
}

/// Deletes the cookie that keeps the way back, if the browser has it.
pub(super) fn forgotten(app: &App, visitor: &Visitor) -> Option<SetCookie> {
    let kept = cookie::value(&visitor.cookies, &app.issuer, COOKIE);
    kept.map(|_| cookie::set(&app.issuer, COOKIE, "", Duration::zero()))
}

/// Ends a sign-up or an invitation: offers the way back to a person of this tenant, otherwise shows the home page.
///
/// It is only offered, because the e-mail may have been opened in another browser, which the client does not know. The
/// name of another tenant's client is not shown: it is text of a stranger. A program is shown no page, and gets the
/// redirect.
pub(super) async fn offer(app: &App, visitor: &Visitor, tenant_id: TenantId, way: &ReturnTo) -> Response {
    let parameters = way.request().filter(|_| visitor.is_browser).and_then(request_in);
    let request = match &parameters {
        Some(parameters) => validate(app, &supported(parameters)).await.ok(),
        None => None,
    };
    match (way.request(), request.filter(|request| request.is_of(tenant_id))) {
        (Some(address), Some(request)) => {
            show(StatusCode::OK, &Offer { page: visitor.frame(), client_name: request.client_name(), address })
        }
        _ => see_other("/"),
    }
}
