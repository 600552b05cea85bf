//! The home page and the landing page.

use askama::Template;
use contracts::ad::v1::Ad;

use super::{
    Layout, Localizer,
    devices::DevicesCard,
    preferences::PreferencesCard,
    timeline::{Lines, Older},
};
use crate::domain::{activity::ActivityId, profile::Profile};

/// Shown to a signed-out browser.
#[derive(Template)]
#[template(path = "landing.html")]
pub(in crate::http) struct LandingPage {
    pub(in crate::http) layout: Layout,
}

#[derive(Template)]
#[template(path = "home.html")]
pub(in crate::http) struct HomePage {
    pub(in crate::http) layout: Layout,
    pub(in crate::http) greeting: String,
    pub(in crate::http) profile: ProfileCard,
    pub(in crate::http) ads: Option<Vec<AdCard>>,
    pub(in crate::http) lines: Lines,
    /// The oldest activity of the live part; `None` for all activities.
    pub(in crate::http) live_from: Option<ActivityId>,
    /// The position up to which the page knows the activities.
    pub(in crate::http) seen: i64,
    pub(in crate::http) page_session: String,
    /// Whether the page shows the newest activities and updates them.
    pub(in crate::http) live: bool,
    pub(in crate::http) older: Option<Older>,
    pub(in crate::http) preferences: PreferencesCard,
    pub(in crate::http) devices: DevicesCard,
}

pub(in crate::http) struct ProfileCard {
    pub(in crate::http) name: String,
    pub(in crate::http) initial: String,
    pub(in crate::http) email: String,
    pub(in crate::http) company: String,
    pub(in crate::http) role: String,
    /// `None` until login's profile has arrived.
    pub(in crate::http) joined: Option<String>,
}

impl ProfileCard {
    pub(in crate::http) fn new(localizer: &Localizer, profile: &Profile, company: String) -> Self {
        let joined = localizer.date(localizer.day(profile.created_at));
        let (name, email) = (&profile.display_name, &profile.email);
        Self { joined: Some(joined), ..Self::of(localizer, name, email, company, profile.admin) }
    }

    /// Builds the card without a join date, from the claims of an ID token.
    pub(in crate::http) fn of(localizer: &Localizer, name: &str, email: &str, company: String, admin: bool) -> Self {
        let role = if admin { localizer.t.get("role-admin") } else { localizer.t.get("role-member") };
        Self {
            name: name.to_owned(),
            initial: name.chars().next().map(|first| first.to_uppercase().collect()).unwrap_or_default(),
            email: email.to_owned(),
            company,
            role,
            joined: None,
        }
    }
}

pub(in crate::http) struct AdCard {
    pub(in crate::http) ad: Ad,
    pub(in crate::http) label: String,
    pub(in crate::http) has_image: bool,
}

impl AdCard {
    /// Returns `None` when a link of the ad is not http or https. An image with another address is not shown.
    pub(in crate::http) fn new(localizer: &Localizer, ad: Ad) -> Option<Self> {
        let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        let label = localizer.t.with("ad-label", &[("advertiser", &ad.advertiser_name)]);
        let has_image = is_web(&ad.image_url);
        (is_web(&ad.click_url) && is_web(&ad.impression_url)).then_some(Self { ad, label, has_image })
    }
}
