//! What the templates show: every text is made here, in the person's language and the tenant's time.

use chassis::{http::Csp, text::Texts};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    assets,
    visitor::{SignedIn, texts},
};
use crate::{app::App, config::Config, store};

pub(super) mod dates;
pub(super) mod devices;
pub(super) mod home;
pub(super) mod money;
pub(super) mod preferences;
pub(super) mod timeline;
pub(super) mod usage;

/// What the pages may load, and where their forms lead.
pub(super) fn csp(config: &Config) -> Csp {
    Csp {
        img_src: vec![config.peers.ad_public_url.origin()],
        // Signing out is a form of ours whose answer leads to login: Chromium asks for that origin too.
        form_action: vec![config.issuer.login_public_url.origin()],
    }
}

/// What is around every page.
pub(super) struct Layout {
    /// The texts.
    pub(super) t: Texts,
    /// The base style sheet.
    pub(super) base_css: &'static str,
    /// mypage's own style sheet.
    pub(super) css: String,
    /// The icon of the tab.
    pub(super) icon: String,
    /// htmx and its extension for server-sent events.
    pub(super) scripts: [String; 2],
    /// Who is signed in.
    pub(super) person: Option<Person>,
    /// Where a company signs up.
    pub(super) sign_up_url: String,
}

/// Who is signed in.
pub(super) struct Person {
    /// Whether to offer what is for admins.
    pub(super) admin: bool,
}

impl Layout {
    /// Around a page for that person, or for anyone.
    pub(super) fn new(app: &App, t: Texts, person: Option<Person>) -> Self {
        Self {
            t,
            base_css: chassis::http::BASE_CSS_URL,
            css: assets::CSS.url(),
            icon: assets::ICON.url(),
            scripts: [assets::HTMX.url(), assets::HTMX_SSE.url()],
            person,
            sign_up_url: app.config.issuer.login_public_url.join("/sign-up"),
        }
    }
}

/// What turns values into words: language, time zone, and what day it is.
#[derive(Clone)]
pub(super) struct Words {
    /// The texts.
    pub(super) t: Texts,
    /// The tenant's time zone.
    pub(super) zone: Tz,
    /// When it is.
    pub(super) now: DateTime<Utc>,
}

impl Words {
    /// For that person, whose tenant's time zone is read.
    pub(super) async fn of(app: &App, signed_in: &SignedIn) -> Result<Self, sqlx::Error> {
        let (tenant, _) = signed_in.visitor.person();
        let mut tx = app.db.begin(tenant).await?;
        let zone = store::tenant::find(&mut tx, tenant).await?.map_or(Tz::UTC, |tenant| tenant.time_zone);
        Ok(Self { t: texts(signed_in.locale), zone, now: app.clock.now() })
    }
}
