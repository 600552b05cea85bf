//! GET /v1/me.

use axum::extract::State;
use chassis::{auth::Person, http::Json, id::UserId, problem::Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::{activities::ActivityView, preferences::PreferencesView};
use crate::{app::App, usecase::caller_page::caller_page};

/// The page of a person.
#[derive(Serialize, ToSchema)]
pub struct MeView {
    /// Profile of the person.
    profile: ProfileView,
    /// Interests and consent.
    preferences: PreferencesView,
    /// The newest activities, newest first.
    activities: Vec<ActivityView>,
    /// Ads selected for this page.
    ads: Vec<AdView>,
    /// Products that did not answer: `ad`, `login`.
    missing: Vec<&'static str>,
}

/// Profile of a person. Fields are empty until login has published the person.
#[derive(Serialize, ToSchema)]
pub struct ProfileView {
    /// Id of the person.
    user_id: UserId,
    /// Display name.
    display_name: String,
    /// E-mail address.
    email: String,
    /// Language of the person, as a BCP 47 tag.
    locale: String,
    /// Name of the person's company.
    tenant_name: String,
}

/// An ad to display once.
#[derive(Serialize, ToSchema)]
pub struct AdView {
    /// Name of the advertiser.
    advertiser_name: String,
    /// Headline.
    headline: String,
    /// Text below the headline.
    body: String,
    /// URL of the image beside the text; null for none.
    image_url: Option<String>,
    /// The image as text, for people who do not see it; null for no image.
    image_alt: Option<String>,
    /// URL of a pixel to load when the ad is displayed.
    impression_url: String,
    /// URL to link the ad to.
    click_url: String,
}

/// Returns the caller's page.
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
        image_alt: Some(ad.image_alt).filter(|_| !ad.image_url.is_empty()),
        image_url: Some(ad.image_url).filter(|url| !url.is_empty()),
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
