//! View models: the templates get every text in the person's language and the tenant's time zone.

use askama::Template;
use chassis::{
    http::{Csp, HTMX},
    text::{Locale, Texts},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::assets;
use crate::{
    LOCALES,
    app::App,
    config::Config,
    usecase::{authenticate::Visitor, time_zone::time_zone},
};

pub(super) mod dates;
pub(super) mod days;
pub(super) mod devices;
pub(super) mod home;
pub(super) mod preferences;
pub(super) mod timeline;
pub(super) mod usage;

/// The content security policy of the pages.
pub(super) fn csp(config: &Config) -> Csp {
    Csp {
        img_src: vec![config.peers.ad_public_url.origin()],
        // The sign-out form redirects to login, and Chromium applies form-action to redirects. `auth::to_login` leads to
        // an address that form-action cannot name.
        form_action: vec![config.issuer.login_public_url.origin()],
    }
}

/// The frame of every page.
pub(super) struct Layout {
    pub(super) t: Texts,
    pub(super) base_css: &'static str,
    pub(super) css: String,
    pub(super) icon: String,
    pub(super) scripts: [String; 3],
    pub(super) person: Option<Person>,
    pub(super) sign_up_url: String,
    /// ad's pages for admins.
    pub(super) ads_url: String,
}

/// What the frame shows of a signed-in person.
pub(super) struct Person {
    /// Shows the links for admins.
    pub(super) admin: bool,
    /// Names the session that the page is made for.
    pub(super) page_session: String,
}

impl Person {
    /// The person with the role that the session or events have.
    pub(super) fn of(visitor: &Visitor) -> Self {
        Self { admin: visitor.admin(), page_session: visitor.page_session.clone() }
    }
}

impl Layout {
    pub(super) fn new(app: &App, t: Texts, person: Option<Person>) -> Self {
        Self {
            t,
            base_css: chassis::http::BASE_CSS_URL,
            css: assets::CSS.url(),
            icon: assets::ICON.url(),
            scripts: [HTMX.url(), assets::HTMX_SSE.url(), assets::LIVE.url()],
            person,
            sign_up_url: app.config.issuer.login_public_url.join("/sign-up"),
            ads_url: app.config.peers.ad_public_url.join("/campaigns"),
        }
    }
}

/// Continues at another address by itself.
#[derive(Template)]
#[template(path = "continue.html")]
pub(super) struct ContinuePage {
    pub(super) layout: Layout,
    pub(super) location: String,
}

/// Formats values in a language and a time zone.
#[derive(Clone)]
pub(super) struct Localizer {
    pub(super) t: Texts,
    pub(super) zone: Tz,
    pub(super) now: DateTime<Utc>,
}

impl Localizer {
    /// Reads the time zone of the visitor's tenant.
    pub(super) async fn of(app: &App, visitor: &Visitor, locale: Locale) -> Result<Self, sqlx::Error> {
        let zone = time_zone(app, visitor.person().0).await?;
        Ok(Self { t: texts(locale), zone, now: app.clock.now() })
    }
}

pub(super) fn texts(locale: Locale) -> Texts {
    Texts::new(&LOCALES, locale)
}
