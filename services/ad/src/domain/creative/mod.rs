//! Creatives: the texts and the landing URL of a campaign's ads.
//!
//! A creative never changes. An edit makes another one and removes the one before, so a link leads where the creative led
//! that was served.

use chassis::{id::TenantId, problem::FieldError, text::single_line};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::campaign::{Campaign, CampaignId};

mod image;
mod landing;
mod review;

pub use self::{
    image::{CreativeImage, Image, ImageId, MAX_BYTES, MAX_SIDE, MediaType, NewCreativeImage, QUOTA_BYTES, ShownImage},
    landing::LANDING_URL_BYTES,
    review::{Review, Reviewer, Reviews},
};

chassis::typed_id! {
    pub struct CreativeId;
}

/// Maximum number of creatives of a campaign, without those that were removed.
pub const MAX_CREATIVES: usize = 10;

const HEADLINE_CHARS: usize = 60;
const BODY_CHARS: usize = 140;

#[derive(Clone, Debug, PartialEq)]
pub struct Creative {
    pub creative_id: CreativeId,
    pub campaign_id: CampaignId,
    /// The advertiser.
    pub tenant_id: TenantId,
    pub content: Content,
    pub review: Review,
    pub created_at: DateTime<Utc>,
}

/// What a person sees of a creative, and where a click leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub headline: String,
    pub body: String,
    /// In ASCII, the host as A-labels. Earlier versions stored some with more than [`LANDING_URL_BYTES`].
    pub landing_url: String,
    pub image: Option<CreativeImage>,
}

/// A creative that waits for its review, as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingCreative {
    pub creative_id: CreativeId,
    pub tenant_id: TenantId,
    pub advertiser_name: String,
    pub campaign_name: String,
    pub content: Content,
}

/// A request for a new creative.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewCreative {
    /// The headline of the ad, at most 60 characters.
    #[schema(example = "제주의 봄, 2박 3일", min_length = 1, max_length = 60)]
    pub headline: String,
    /// The text below the headline, at most 140 characters.
    #[schema(example = "바다가 보이는 숙소와 렌터카를 한 번에.", min_length = 1, max_length = 140)]
    pub body: String,
    /// Where a click redirects: an https URL, at most 2000 bytes after percent-encoding.
    #[schema(example = "https://travel.example/jeju", max_length = 2000)]
    pub landing_url: String,
    /// The image beside the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<NewCreativeImage>,
}

impl Creative {
    /// Makes a creative of the campaign.
    pub fn new(
        creative_id: CreativeId,
        campaign: &Campaign,
        content: Content,
        reviewer: Reviewer,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            creative_id,
            campaign_id: campaign.campaign_id,
            tenant_id: campaign.tenant_id,
            content,
            review: reviewer.first(),
            created_at: now,
        }
    }
}

impl Content {
    /// Checks the texts and the URL of a request, and returns an error for every invalid field.
    pub fn new(new: &NewCreative, reviewer: Reviewer) -> Result<Self, Vec<FieldError>> {
        let headline = single_line("headline", &new.headline, HEADLINE_CHARS);
        let body = single_line("body", &new.body, BODY_CHARS);
        let url = landing::landing_url(&new.landing_url, reviewer);
        match (headline, body, url, new.image.as_ref().map(CreativeImage::new).transpose()) {
            (Ok(headline), Ok(body), Ok(url), Ok(image)) => Ok(Self { headline, body, landing_url: url.into(), image }),
            (headline, body, url, image) => {
                let errors = [headline.err(), body.err(), url.err()].into_iter().flatten();
                Err(errors.chain(image.err().into_iter().flatten()).collect())
            }
        }
    }
}

/// Returns the creative that stands for the campaign where only one is shown: the first approved one, else the first.
pub fn first(creatives: &[Creative]) -> Option<&Creative> {
    creatives.iter().find(|creative| creative.review == Review::Approved).or_else(|| creatives.first())
}
