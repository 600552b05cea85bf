//! Creatives of a campaign: add, replace, remove and review. Each makes a new version of the campaign.

pub mod add_creative;
pub mod list_pending;
pub mod remove_creative;
pub mod replace_creative;
pub mod review_creative;

use crate::{
    domain::creative::{Creative, CreativeId},
    error::Error,
};

/// Returns the place of a creative in those of its campaign.
fn position(creatives: &[Creative], id: CreativeId) -> Result<usize, Error> {
    creatives.iter().position(|creative| creative.creative_id == id).ok_or(Error::CreativeNotFound)
}
