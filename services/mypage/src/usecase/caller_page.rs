//! The page for API callers: GET /v1/me and GetPage.

use chassis::{auth::Person, text::Locale};
use contracts::ad::v1::Ad;

use super::page::{self, PageRequest};
use crate::{
    app::App,
    domain::{activity::Activity, preferences::Preferences},
    error::Error,
};

/// Fields are empty until login has published the person.
#[derive(Clone, Debug, Default)]
pub struct CallerProfile {
    pub display_name: String,
    pub email: String,
    pub locale: String,
    pub tenant_name: String,
}

#[derive(Clone, Debug)]
pub struct CallerPage {
    pub profile: CallerProfile,
    pub preferences: Preferences,
    /// Newest first.
    pub activities: Vec<Activity>,
    pub ads: Vec<Ad>,
    /// Products that did not answer.
    pub missing: Vec<&'static str>,
}

pub async fn caller_page(app: &App, person: &Person) -> Result<CallerPage, Error> {
    let data = page::load(app, (person.tenant_id, person.user_id), PageRequest::default()).await?;
    let locale = Locale::negotiate(data.profile.as_ref().map(|profile| profile.locale.as_str()), None);
    let ads = page::ads(app, Some(&person.token), locale).await;
    let mut missing = vec![];
    if ads.is_none() {
        missing.push("ad");
    }
    if data.profile.is_none() {
        missing.push("login");
    }
    let tenant_name = data.tenant.map(|tenant| tenant.name).unwrap_or_default();
    let profile = data.profile.map(|profile| CallerProfile {
        display_name: profile.display_name,
        email: profile.email,
        locale: profile.locale,
        tenant_name: String::new(),
    });
    Ok(CallerPage {
        profile: CallerProfile { tenant_name, ..profile.unwrap_or_default() },
        preferences: data.preferences,
        activities: data.timeline.activities,
        ads: ads.unwrap_or_default(),
        missing,
    })
}
