//! Errors of use cases, and their mapping to HTTP problems and gRPC statuses.

use std::time::Duration;

use axum::http::StatusCode;
use chassis::{
    db::constraint,
    problem::{FieldError, Problem},
};

use crate::domain::{
    campaign::MAX_ACTIVE,
    creative::{MAX_CREATIVES, QUOTA_BYTES},
};

/// The trigger that keeps a campaign ended reports it as a constraint.
const STAYS_ENDED: &str = "campaign_stays_ended";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("invalid request fields")]
    Invalid(Vec<FieldError>),
    #[error("the tenant has no such campaign")]
    CampaignNotFound,
    /// login's first event of the tenant was not consumed yet.
    #[error("the tenant is not known yet")]
    TenantUnknown,
    #[error("campaigns do not support the currency {0}")]
    CurrencyUnsupported(String),
    #[error("the tenant has the most active campaigns")]
    TooManyCampaigns,
    #[error("the campaign has ended")]
    CampaignEnded,
    #[error("the campaign has no such creative")]
    CreativeNotFound,
    #[error("the campaign has the most creatives")]
    TooManyCreatives,
    #[error("the tenant has no such image")]
    ImageNotFound,
    #[error("the tenant has the most images")]
    ImageQuotaExceeded,
    /// Too many images are read now.
    #[error("too many images at once")]
    Busy,
    #[error("a campaign has at least one creative")]
    LastCreative,
    /// The campaign has another revision than the change is for.
    #[error("the campaign was changed in between")]
    PreconditionFailed,
    /// The token was not made with the key of this deployment, or its campaign does not exist.
    #[error("invalid link")]
    LinkInvalid,
    /// The link is too old, or its viewer was erased.
    #[error("the link has expired")]
    LinkExpired,
    /// The index was not read yet.
    #[error("campaigns are not loaded yet")]
    NotReady,
    #[error("database error")]
    Store(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(errors) => Self::invalid(errors),
            Error::CampaignNotFound => Self::not_found("campaign_not_found", "There is no such campaign."),
            Error::TenantUnknown => {
                let detail = "Your tenant is not known here yet: try again in a moment.";
                Self::new(StatusCode::CONFLICT, "tenant_not_known_yet", detail).retry_after(Duration::from_secs(1))
            }
            Error::CurrencyUnsupported(code) => {
                let detail = format!("Campaigns do not support {code}, the currency of your tenant.");
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "currency_not_supported", detail)
            }
            Error::TooManyCampaigns => {
                let detail = format!("A tenant can have at most {MAX_ACTIVE} active campaigns. Pause one first.");
                Self::new(StatusCode::CONFLICT, "too_many_campaigns", detail)
            }
            Error::CampaignEnded => {
                let detail = "The campaign has ended and cannot be changed. Duplicate it.";
                Self::new(StatusCode::CONFLICT, "campaign_ended", detail)
            }
            Error::CreativeNotFound => Self::not_found("creative_not_found", "There is no such creative."),
            Error::TooManyCreatives => {
                let detail = format!("A campaign can have at most {MAX_CREATIVES} creatives. Remove one first.");
                Self::new(StatusCode::CONFLICT, "too_many_creatives", detail)
            }
            Error::ImageNotFound => Self::not_found("image_not_found", "There is no such image."),
            Error::ImageQuotaExceeded => {
                let mib = QUOTA_BYTES / 1024 / 1024;
                let detail =
                    format!("A tenant can have at most {mib} MiB of images. Remove creatives with images first.");
                Self::new(StatusCode::CONFLICT, "image_quota_exceeded", detail)
            }
            Error::Busy => Self::unavailable("Other images are read now."),
            Error::LastCreative => {
                let detail = "A campaign has at least one creative. Replace it, or add another one first.";
                Self::new(StatusCode::CONFLICT, "last_creative", detail)
            }
            Error::PreconditionFailed => {
                let detail = "The campaign was changed in between. Read it again, and repeat your change.";
                Self::new(StatusCode::PRECONDITION_FAILED, "precondition_failed", detail)
            }
            Error::LinkInvalid => Self::not_found("link_not_found", "There is no such link."),
            Error::LinkExpired => Self::new(StatusCode::GONE, "link_expired", "This link has expired."),
            Error::NotReady => Self::unavailable("Campaigns are not loaded yet."),
            Error::Store(error) if constraint(&error) == Some(STAYS_ENDED) => Error::CampaignEnded.into(),
            Error::Store(error) => error.into(),
        }
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        Problem::from(error).into()
    }
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}
