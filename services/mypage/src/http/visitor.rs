//! Extractors: the person of the browser session, and the language of the response.

use axum::{
    extract::FromRequestParts,
    http::{Method, header::ACCEPT_LANGUAGE, request::Parts},
};
use axum_extra::extract::CookieJar;
use chassis::{
    sign_in::Failure,
    text::{Locale, Texts},
};

use super::view::{Person, texts};
use crate::{
    app::App,
    domain::web_session::Access,
    usecase::{
        access_token::access_token,
        authenticate::{Visitor, authenticate},
    },
};

/// A browser, signed in or not.
pub(super) struct MaybeSignedIn {
    pub(super) visitor: Option<Visitor>,
    /// The language of the person, else of the browser.
    pub(super) locale: Locale,
}

/// A signed-in browser; the extractor redirects others to sign-in.
pub(super) struct SignedIn {
    pub(super) visitor: Visitor,
    pub(super) locale: Locale,
}

impl SignedIn {
    pub(super) fn texts(&self) -> Texts {
        texts(self.locale)
    }

    /// The person as the frame of a page shows them.
    pub(super) fn frame(&self, admin: bool) -> Person {
        Person { admin, page_session: self.visitor.page_session.clone() }
    }

    /// Gets an access token for calls on behalf of the person. Fails when login has ended the session.
    pub(super) async fn access(&self, app: &App) -> Result<Option<secrecy::SecretString>, Failure> {
        match access_token(app, &self.visitor.session).await {
            Access::Token(token) => Ok(Some(token)),
            Access::Unavailable => Ok(None),
            Access::SessionEnded => Err(Failure::signed_out("/")),
        }
    }
}

impl FromRequestParts<App> for MaybeSignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let jar = CookieJar::from_headers(&parts.headers);
        let visitor = match jar.get(app.sign_in.cookies().session_name()) {
            Some(cookie) => authenticate(app, cookie.value()).await?,
            None => None,
        };
        if let Some(visitor) = &visitor {
            tracing::Span::current().record("tenant", tracing::field::display(visitor.person().0));
        }
        let claim = visitor.as_ref().map(Visitor::locale);
        let locale = Locale::negotiate(claim, parts.headers.get(ACCEPT_LANGUAGE));
        Ok(Self { visitor, locale })
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let MaybeSignedIn { visitor, locale } = MaybeSignedIn::from_request_parts(parts, app).await?;
        let visitor = visitor.ok_or_else(|| {
            // A form cannot be sent again after the sign-in, so only a GET returns to its path.
            let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
            Failure::signed_out(if parts.method == Method::GET { path } else { "/" })
        })?;
        Ok(Self { visitor, locale })
    }
}
