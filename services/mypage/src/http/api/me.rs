//! GET /v1/me.

use axum::extract::State;
use chassis::{auth::Person, http::Json, id::UserId, problem::Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::{activities::ActivityView, preferences::PreferencesView};
use crate::{app::App, usecase::caller_page::caller_page};

/// A person's page.
#[derive(Serialize, ToSchema)]
pub struct MeView {
    /// Who the person is.
    profile: ProfileView,
    /// What the person chose.
    preferences: PreferencesView,
    /// The newest activities, newest first.
    activities: Vec<ActivityView>,
    /// The ads chosen for this page.
    ads: Vec<AdView>,
    /// Products that could not be reached: `ad`, `login`.
    missing: Vec<&'static str>,
}

/// Who the person is. Empty where login has not told yet.
#[derive(Serialize, ToSchema)]
pub struct ProfileView {
    /// The person.
    user_id: UserId,
    /// What to call the person.
    display_name: String,
    /// The e-mail address.
    email: String,
    /// BCP 47 tag of the person's language.
    locale: String,
    /// The company's name.
    tenant_name: String,
}

/// An ad to show once.
#[derive(Serialize, ToSchema)]
pub struct AdView {
    /// Who pays for it.
    advertiser_name: String,
    /// What it says first.
    headline: String,
    /// What it says then.
    body: String,
    /// Load this when the ad is shown.
    impression_url: String,
    /// Link the ad to this.
    click_url: String,
}

/// The caller's page.
#[utoipa::path(get, path = "/v1/me", tag = "page",
    responses((status = OK, body = MeView), (status = UNAUTHORIZED, body = Problem)))]
pub(super) async fn show(State(app): State<App>, person: Person) -> Result<Json<MeView>, Problem> {
    let page = caller_page(&app, &person).await?;
    let profile = ProfileView {
        user_id: person.user_id,
        display_name: page.profile.display_name,
        email: page.profile.email,
        locale: page.profile.locale,
        tenant_name: page.profile.tenant_name,
    };
    let ads = page.ads.into_iter().map(|ad| AdView {
        advertiser_name: ad.advertiser_name,
        headline: ad.headline,
        body: ad.body,
        impression_url: ad.impression_url,
        click_url: ad.click_url,
    });
    Ok(Json(MeView {
        profile,
        preferences: PreferencesView::from(&page.preferences),
        activities: page.activities.into_iter().map(ActivityView::from).collect(),
        ads: ads.collect(),
        missing: page.missing,
    }))
}
