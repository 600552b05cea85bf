//! View models: the templates get every text in the person's language, and amounts and times of the tenant.

use askama::Template;
use chassis::{
    http::{Csp, HTMX},
    text::{Locale, Texts, money},
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::assets;
use crate::{
    LOCALES,
    config::Config,
    domain::{
        interest::Interest,
        money::Currency,
        tenant::{Tenant, zone},
    },
    usecase::sessions::authenticate::Visitor,
};

pub(super) mod creative;
pub(super) mod csv;
mod dates;
pub(super) mod detail;
pub(super) mod errors;
pub(super) mod field;
pub(super) mod form;
pub(super) mod image;
pub(super) mod ledger;
pub(super) mod list;
pub(super) mod preview;
pub(super) mod range;
pub(super) mod report;

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
    /// That of new campaigns. Others keep theirs.
    pub(super) currency: Currency,
    pub(super) today: NaiveDate,
}

impl Localizer {
    pub(super) fn new(locale: Locale, tenant: Tenant, now: DateTime<Utc>) -> Self {
        let terms = tenant.terms_at(now);
        let (zone, currency) = (zone(&terms.time_zone), Currency::stored(&terms.currency_code));
        Self { t: texts(locale), zone, currency, today: tenant.today(now), tenant }
    }

    pub(super) fn money(&self, micros: i64, currency_code: &str) -> String {
        money(micros, currency_code, self.t.locale)
    }

    /// The time zone, as people read it: "Asia/Seoul".
    pub(super) fn zone_name(&self) -> String {
        self.zone.name().replace('_', " ")
    }
}

pub(super) fn texts(locale: Locale) -> Texts {
    Texts::new(&LOCALES, locale)
}

/// The name of an interest.
pub(super) fn interest(t: &Texts, interest: Interest) -> String {
    match interest {
        Interest::BooksAndLiterature => t.get("interest-books-and-literature"),
        Interest::FoodAndDrink => t.get("interest-food-and-drink"),
        Interest::HealthyLiving => t.get("interest-healthy-living"),
        Interest::Hobbies => t.get("interest-hobbies"),
        Interest::HomeAndGarden => t.get("interest-home-and-garden"),
        Interest::Music => t.get("interest-music"),
        Interest::Sports => t.get("interest-sports"),
        Interest::StyleAndFashion => t.get("interest-style-and-fashion"),
        Interest::TechnologyAndComputing => t.get("interest-technology-and-computing"),
        Interest::Travel => t.get("interest-travel"),
    }
}
