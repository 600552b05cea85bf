//! Extractors: the browser session, the language of the response, and the advertiser of a page.

use axum::{
    extract::FromRequestParts,
    http::{Method, header::ACCEPT_LANGUAGE, request::Parts},
};
use axum_extra::extract::CookieJar;
use chassis::{id::TenantId, idempotency::Owner, problem::Problem, sign_in::Failure, text::Locale};

use super::view::{Layout, Localizer, Person, texts};
use crate::{
    app::App,
    error::Error,
    usecase::{
        sessions::authenticate::{Visitor, authenticate},
        tenant::tenant,
    },
};

/// A browser, signed in or not.
pub(super) struct MaybeSignedIn {
    pub(super) visitor: Option<Visitor>,
    /// The language of the person, else of the browser.
    pub(super) locale: Locale,
}

/// A signed-in admin of a tenant. The extractor redirects signed-out browsers to sign-in, and tells others that the page is
/// for admins.
pub(super) struct Advertiser {
    pub(super) tenant_id: TenantId,
    pub(super) locale: Locale,
    visitor: Visitor,
}

impl Advertiser {
    pub(super) fn layout(&self) -> Layout {
        Layout::new(texts(self.locale), Some(Person::of(&self.visitor)))
    }

    /// Names the session in forms: see [`chassis::http::same_session`].
    pub(super) fn page_session(&self) -> String {
        self.visitor.page_session.clone()
    }

    /// The owner of the keys of forms.
    pub(super) fn owner(&self) -> Owner {
        Owner::person(self.tenant_id, self.visitor.session.user_id)
    }

    /// Formats values in the person's language, and in the tenant's time zone and currency.
    pub(super) async fn localizer(&self, app: &App) -> Result<Localizer, Error> {
        let mut tx = app.db.begin(self.tenant_id).await?;
        let tenant = tenant(&mut tx, self.tenant_id).await?;
        Ok(Localizer::new(self.locale, tenant, app.clock.now()))
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
            tracing::Span::current().record("tenant", tracing::field::display(visitor.session.tenant_id));
        }
        let claim = visitor.as_ref().map(|visitor| visitor.session.locale.as_str());
        let locale = Locale::negotiate(claim, parts.headers.get(ACCEPT_LANGUAGE));
        Ok(Self { visitor, locale })
    }
}

impl FromRequestParts<App> for Advertiser {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let MaybeSignedIn { visitor, locale } = MaybeSignedIn::from_request_parts(parts, app).await?;
        let visitor = visitor.ok_or_else(|| {
            // A form cannot be sent again after the sign-in, so only a GET returns to its path.
            let path = parts.uri.path_and_query().map_or("/campaigns", |path| path.as_str());
            Failure::signed_out(if parts.method == Method::GET { path } else { "/campaigns" })
        })?;
        if !visitor.session.admin {
            return Err(Problem::forbidden().into());
        }
        Ok(Self { tenant_id: visitor.session.tenant_id, locale, visitor })
    }
}
