//! View models: the templates get every text in the person's language, and amounts and times of the tenant.

use askama::Template;
use chassis::{
    http::{Csp, HTMX},
    text::{Locale, Texts, money},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::assets;
use crate::{
    LOCALES,
    config::Config,
    domain::tenant::{Tenant, zone},
    usecase::sessions::authenticate::Visitor,
};

pub(super) mod csv;
pub(super) mod ledger;
pub(super) mod list;

/// The content security policy of the pages.
pub(super) fn csp(config: &Config) -> Csp {
    // The sign-out form redirects to login, and Chromium applies form-action to redirects. `auth::to_login` leads to an
    // address that form-action cannot name.
    Csp { form_action: vec![config.issuer.login_public_url.origin()], ..Csp::default() }
}

/// The frame of every page.
pub(super) struct Layout {
    pub(super) t: Texts,
    pub(super) base_css: &'static str,
    pub(super) css: String,
    pub(super) icon: String,
    pub(super) htmx: String,
    pub(super) person: Option<Person>,
}

/// What the frame shows of a signed-in person.
pub(super) struct Person {
    /// Shows the links to the pages.
    pub(super) admin: bool,
    /// Names the session that the page is made for.
    pub(super) page_session: String,
}

impl Person {
    pub(super) fn of(visitor: &Visitor) -> Self {
        Self { admin: visitor.session.admin, page_session: visitor.page_session.clone() }
    }
}

impl Layout {
    pub(super) fn new(t: Texts, person: Option<Person>) -> Self {
        let (css, icon, htmx) = (assets::CSS.url(), assets::ICON.url(), HTMX.url());
        Self { t, base_css: chassis::http::BASE_CSS_URL, css, icon, htmx, person }
    }
}

/// Continues at another address by itself.
#[derive(Template)]
#[template(path = "continue.html")]
pub(super) struct ContinuePage {
    pub(super) layout: Layout,
    pub(super) location: String,
}

/// Formats values in a language, and in a tenant's time zone and currency.
#[derive(Clone)]
pub(super) struct Localizer {
    pub(super) t: Texts,
    pub(super) tenant: Tenant,
    pub(super) zone: Tz,
}

impl Localizer {
    pub(super) fn new(locale: Locale, tenant: Tenant, now: DateTime<Utc>) -> Self {
        Self { t: texts(locale), zone: zone(&tenant.terms_at(now).time_zone), tenant }
    }

    pub(super) fn money(&self, micros: i64, currency_code: &str) -> String {
        money(micros, currency_code, self.t.locale)
    }

    /// "2026-12-01 14:32", in both languages.
    pub(super) fn moment(&self, time: DateTime<Utc>) -> String {
        time.with_timezone(&self.zone).format("%Y-%m-%d %H:%M").to_string()
    }

    /// The time zone, as people read it: "Asia/Seoul".
    pub(super) fn zone_name(&self) -> String {
        self.zone.name().replace('_', " ")
    }
}

pub(super) fn texts(locale: Locale) -> Texts {
    Texts::new(&LOCALES, locale)
}
