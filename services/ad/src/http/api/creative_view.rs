//! Response bodies of creatives and images.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::creative;

/// A creative: what people see of the ad. It never changes; replacing it makes another one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Creative {
    /// UUID of the creative.
    creative_id: String,
    /// The headline of the ad.
    headline: String,
    /// The text below the headline.
    body: String,
    /// Where a click redirects.
    landing_url: String,
    /// The image beside the text; null for none.
    image: Option<CreativeImage>,
    /// "pending", "approved" or "rejected". Only an approved creative is served.
    review: String,
    /// Why it was rejected; else null.
    review_reason: Option<String>,
    /// Time of creation.
    created_at: DateTime<Utc>,
}

/// The image of a creative.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct CreativeImage {
    /// Id of the image: the SHA-256 of its content.
    image_id: String,
    /// The image as text, for people who do not see it.
    alt: String,
    /// Public path of the image at ad.
    path: String,
}

/// An uploaded image, as it is served.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Image {
    /// Id of the image: the SHA-256 of its content.
    image_id: String,
    /// Public path of the image at ad.
    path: String,
    /// "image/jpeg", "image/png" or "image/webp". A WebP may have become a JPEG, which is smaller.
    media_type: String,
    /// Width in pixels.
    width: u32,
    /// Height in pixels.
    height: u32,
}

impl From<creative::Creative> for Creative {
    fn from(creative: creative::Creative) -> Self {
        let creative::Content { headline, body, landing_url, image } = creative.content;
        let image = image.map(|creative::CreativeImage { image_id, alt }| CreativeImage {
            image_id: image_id.to_string(),
            alt,
            path: image_id.path(creative.tenant_id),
        });
        Self {
            creative_id: creative.creative_id.to_string(),
            headline,
            body,
            landing_url,
            image,
            review: creative.review.name().to_owned(),
            review_reason: creative.review.reason().map(str::to_owned),
            created_at: creative.created_at,
        }
    }
}

impl Image {
    pub(super) fn new(image: &creative::Image, path: String) -> Self {
        Self {
            image_id: image.image_id.to_string(),
            path,
            media_type: image.media_type.name().to_owned(),
            width: image.width,
            height: image.height,
        }
    }
}
