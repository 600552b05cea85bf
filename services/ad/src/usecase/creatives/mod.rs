//! Creatives of a campaign: add, replace and remove. Each makes a new version of the campaign.

pub mod add_creative;
pub mod remove_creative;
pub mod replace_creative;

use crate::{
    domain::creative::{Creative, CreativeId},
    error::Error,
};

/// Returns the place of a creative in those of its campaign.
fn position(creatives: &[Creative], id: CreativeId) -> Result<usize, Error> {
    creatives.iter().position(|creative| creative.creative_id == id).ok_or(Error::CreativeNotFound)
}
