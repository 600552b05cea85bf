//! A person's page for a program that acts for the person: GET /v1/me and GetPage.

use chassis::{auth::Person, text::Locale};
use contracts::ad::v1::Ad;

use super::page::{self, Asked};
use crate::{
    app::App,
    domain::{activity::Activity, preferences::Preferences},
    error::Error,
};

/// Who the person is; empty where login has not told yet.
#[derive(Clone, Debug, Default)]
pub struct CallerProfile {
    /// What to call the person.
    pub display_name: String,
    /// The e-mail address.
    pub email: String,
    /// The person's language.
    pub locale: String,
    /// The company's name.
    pub tenant_name: String,
}

/// The page.
#[derive(Clone, Debug)]
pub struct CallerPage {
    /// Who the person is.
    pub profile: CallerProfile,
    /// What the person chose.
    pub preferences: Preferences,
    /// The newest activities, newest first.
    pub activities: Vec<Activity>,
    /// The ads chosen for this page.
    pub ads: Vec<Ad>,
    /// Products that could not be reached.
    pub missing: Vec<&'static str>,
}

/// The page of whoever calls.
pub async fn caller_page(app: &App, person: &Person) -> Result<CallerPage, Error> {
    let own = page::own(app, (person.tenant_id, person.user_id), Asked::default()).await?;
    let locale = Locale::negotiate(own.profile.as_ref().map(|profile| profile.locale.as_str()), None);
    let ads = page::ads(app, Some(&person.token), locale).await;
    let mut missing = vec![];
    if ads.is_none() {
        missing.push("ad");
    }
    if own.profile.is_none() {
        missing.push("login");
    }
    let tenant_name = own.tenant.map(|tenant| tenant.name).unwrap_or_default();
    let profile = own.profile.map(|profile| CallerProfile {
        display_name: profile.display_name,
        email: profile.email,
        locale: profile.locale,
        tenant_name: String::new(),
    });
    Ok(CallerPage {
        profile: CallerProfile { tenant_name, ..profile.unwrap_or_default() },
        preferences: own.preferences,
        activities: own.timeline.activities,
        ads: ads.unwrap_or_default(),
        missing,
    })
}
