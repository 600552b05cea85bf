//! `/v1/ad-selections`: the ads of a page, for pages that call ad by HTTP. Pages of other products call the gRPC service.

use axum::extract::State;
use chassis::{auth::Person, http::Json, problem::Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    usecase::{
        select_ads::Request,
        show_ads::{Shown, ShownImage, show_ads},
    },
};

/// The page for which ads are selected. The viewer is the person of the access token.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(super) struct NewAdSelection {
    /// The page and position, such as "mypage.home": 1 to 50 lower-case letters, digits, dots, hyphens and underscores.
    #[schema(pattern = "^[a-z0-9._-]{1,50}$")]
    placement: String,
    /// BCP 47 tag of the page's language. Ads are in Korean and English.
    locale: String,
    /// The highest number of ads.
    #[schema(minimum = 1, maximum = 10)]
    count: u32,
    /// Whether the list is empty when no ad fits. Otherwise it has one house ad, for which nobody pays.
    #[serde(default)]
    without_house_ad: bool,
}

/// The selected ads.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AdSelection {
    /// Best first.
    ads: Vec<SelectedAd>,
}

/// An ad to show once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SelectedAd {
    /// UUID of this serve. Its impression and its click are counted once each.
    serve_id: String,
    /// UUID of the campaign; null for a house ad.
    campaign_id: Option<String>,
    /// UUID of the creative; null for a house ad.
    creative_id: Option<String>,
    /// Name of the advertiser, to show to people.
    advertiser_name: String,
    /// The headline of the ad.
    headline: String,
    /// The text below the headline.
    body: String,
    /// The language of the ad.
    locale: String,
    /// The image beside the text.
    image: Option<SelectedImage>,
    /// Load this image when the ad is shown. It counts the impression.
    impression_url: String,
    /// Link the ad to this URL. It counts the click and redirects to the advertiser.
    click_url: String,
}

/// The image of an ad.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SelectedImage {
    url: String,
    /// The image as text, for people who do not see it.
    alt: String,
    /// Width in pixels.
    width: u32,
    /// Height in pixels.
    height: u32,
}

/// Selects ads for a page of the person of the access token.
///
/// Interests count only for people who have consented. A selection changes nothing and costs nobody anything. Links of the ads are
/// valid for 24 hours.
#[utoipa::path(
    post,
    path = "/v1/ad-selections",
    operation_id = "select_ads",
    tag = "ads",
    request_body = NewAdSelection,
    responses(
        (status = OK, body = AdSelection),
        (status = SERVICE_UNAVAILABLE, body = Problem, description = "`unavailable`: campaigns are not loaded yet"),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn create(
    State(app): State<App>,
    person: Person,
    Json(body): Json<NewAdSelection>,
) -> Result<Json<AdSelection>, Problem> {
    let NewAdSelection { placement, locale, count, without_house_ad } = body;
    let Person { tenant_id, user_id, .. } = person;
    let request = Request { tenant_id, user_id, placement, locale, count };
    let ads = show_ads(&app, request, without_house_ad).await?;
    Ok(Json(AdSelection { ads: ads.into_iter().map(SelectedAd::from).collect() }))
}

impl From<Shown> for SelectedAd {
    fn from(shown: Shown) -> Self {
        let (campaign_id, creative_id) = shown.campaign.unzip();
        Self {
            serve_id: shown.serve_id.to_string(),
            campaign_id: campaign_id.map(|id| id.to_string()),
            creative_id: creative_id.map(|id| id.to_string()),
            advertiser_name: shown.advertiser_name,
            headline: shown.headline,
            body: shown.body,
            locale: shown.locale.as_str().to_owned(),
            image: shown.image.map(SelectedImage::from),
            impression_url: shown.impression_url,
            click_url: shown.click_url,
        }
    }
}

impl From<ShownImage> for SelectedImage {
    fn from(shown: ShownImage) -> Self {
        let ShownImage { url, alt, width, height } = shown;
        Self { url, alt, width, height }
    }
}
