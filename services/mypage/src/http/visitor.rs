//! Extractors: whose browser it is, and in which language it is spoken to.

use axum::{
    extract::FromRequestParts,
    http::{Method, header::ACCEPT_LANGUAGE, request::Parts},
};
use axum_extra::extract::CookieJar;
use chassis::text::{Locale, Texts};

use super::failure::Failure;
use crate::{
    LOCALES,
    app::App,
    usecase::{
        access_token::{Access, access_token},
        authenticate::{Visitor, authenticate},
    },
};

/// Whoever asks: signed in or not.
pub(super) struct Guest {
    /// Who it is, when the browser is signed in.
    pub(super) visitor: Option<Visitor>,
    /// The language: the person's, else the browser's.
    pub(super) locale: Locale,
}

/// A person: the browser is signed in, or is sent to sign in.
pub(super) struct SignedIn {
    /// Who it is.
    pub(super) visitor: Visitor,
    /// The language.
    pub(super) locale: Locale,
}

impl SignedIn {
    /// The texts in the person's language.
    pub(super) fn texts(&self) -> Texts {
        texts(self.locale)
    }

    /// A token for calls on behalf of the person; `Err` when login has ended the session.
    pub(super) async fn access(&self, app: &App) -> Result<Option<secrecy::SecretString>, Failure> {
        match access_token(app, &self.visitor.session).await {
            Access::Token(token) => Ok(Some(token)),
            Access::Without => Ok(None),
            Access::Ended => Err(Failure::signed_out("/")),
        }
    }
}

/// The texts in that language.
pub(super) fn texts(locale: Locale) -> Texts {
    Texts::new(&LOCALES, locale)
}

impl FromRequestParts<App> for Guest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let cookies = CookieJar::from_headers(&parts.headers);
        let visitor = match cookies.get(app.cookies.session()) {
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
        let Guest { visitor, locale } = Guest::from_request_parts(parts, app).await?;
        let visitor = visitor.ok_or_else(|| {
            // A form can't be sent again after signing in; a page can be shown.
            let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
            Failure::signed_out(if parts.method == Method::GET { path } else { "/" })
        })?;
        Ok(Self { visitor, locale })
    }
}
