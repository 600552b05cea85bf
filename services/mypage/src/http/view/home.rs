//! The page, and what is shown to whoever is not signed in.

use askama::Template;
use contracts::ad::v1::Ad;

use super::{
    Layout, Words,
    devices::DevicesCard,
    preferences::PreferencesCard,
    timeline::{Lines, Older},
};
use crate::domain::{activity::ActivityId, profile::Profile};

/// For whoever is not signed in.
#[derive(Template)]
#[template(path = "landing.html")]
pub(in crate::http) struct LandingPage {
    pub(in crate::http) layout: Layout,
}

/// A person's page.
#[derive(Template)]
#[template(path = "home.html")]
pub(in crate::http) struct HomePage {
    pub(in crate::http) layout: Layout,
    pub(in crate::http) greeting: String,
    pub(in crate::http) profile: ProfileCard,
    pub(in crate::http) ads: Option<Vec<AdCard>>,
    pub(in crate::http) lines: Lines,
    /// The line that the live part of the timeline goes down to; nothing for all.
    pub(in crate::http) live_from: Option<ActivityId>,
    /// Whether the newest lines are shown, which grow as things happen.
    pub(in crate::http) live: bool,
    pub(in crate::http) older: Option<Older>,
    pub(in crate::http) preferences: PreferencesCard,
    pub(in crate::http) devices: DevicesCard,
}

/// Who the page is of.
pub(in crate::http) struct ProfileCard {
    pub(in crate::http) name: String,
    pub(in crate::http) initial: String,
    pub(in crate::http) email: String,
    pub(in crate::http) company: String,
    pub(in crate::http) role: String,
    /// Unknown while only the ID token has told of the person.
    pub(in crate::http) joined: Option<String>,
}

impl ProfileCard {
    /// The profile in words.
    pub(in crate::http) fn new(words: &Words, profile: &Profile, company: String) -> Self {
        let joined = words.date(words.day(profile.created_at));
        let (name, email) = (&profile.display_name, &profile.email);
        Self { joined: Some(joined), ..Self::of(words, name, email, company, profile.admin) }
    }

    /// The little that an ID token tells.
    pub(in crate::http) fn of(words: &Words, name: &str, email: &str, company: String, admin: bool) -> Self {
        let role = if admin { words.t.get("role-admin") } else { words.t.get("role-member") };
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

/// An ad.
pub(in crate::http) struct AdCard {
    pub(in crate::http) ad: Ad,
    pub(in crate::http) label: String,
}

impl AdCard {
    /// An ad, unless its links lead elsewhere than the web.
    pub(in crate::http) fn new(words: &Words, ad: Ad) -> Option<Self> {
        let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        let label = words.t.with("ad-label", &[("advertiser", &ad.advertiser_name)]);
        (is_web(&ad.click_url) && is_web(&ad.impression_url)).then_some(Self { ad, label })
    }
}
