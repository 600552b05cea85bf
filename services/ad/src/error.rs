//! How a request to ad fails, and what its sender is told: the one table.

use axum::http::StatusCode;
use chassis::problem::{FieldError, Problem};

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields that can't be accepted.
    #[error("fields can't be accepted")]
    Invalid(Vec<FieldError>),
    /// The tenant has no such campaign.
    #[error("no such campaign")]
    CampaignNotFound,
    /// login has not told of the tenant yet.
    #[error("tenant not known yet")]
    TenantUnknown,
    /// The tenant's currency is not one to advertise in.
    #[error("no campaigns in {0}")]
    CurrencyUnsupported(String),
    /// The link was not made here, or what it names is no more.
    #[error("not a link of ours")]
    LinkInvalid,
    /// The link has had its day, or the person it was made for was erased.
    #[error("the link has expired")]
    LinkExpired,
    /// Nothing to choose from has been read yet.
    #[error("campaigns were not read yet")]
    NotReady,
    /// The database.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(errors) => Self::invalid(errors),
            Error::CampaignNotFound => Self::not_found("campaign_not_found", "There is no such campaign."),
            Error::TenantUnknown => {
                let detail = "Your company was not heard of here yet: try again in a moment.";
                Self::new(StatusCode::CONFLICT, "tenant_not_known_yet", detail)
                    .retry_after(std::time::Duration::from_secs(1))
            }
            Error::CurrencyUnsupported(code) => {
                let detail = format!("Campaigns can't be in {code}, the currency of your company.");
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "currency_not_supported", detail)
            }
            Error::LinkInvalid => Self::not_found("link_not_found", "There is no such link."),
            Error::LinkExpired => Self::new(StatusCode::GONE, "link_expired", "This link has expired."),
            Error::NotReady => Self::unavailable("Campaigns were not read yet."),
            Error::Store(error) => error.into(),
        }
    }
}
