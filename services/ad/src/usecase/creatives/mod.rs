//! Creatives of a campaign: add, replace, remove and review. Each makes a new version of the campaign.

pub mod add_creative;
pub mod list_pending;
pub mod remove_creative;
pub mod replace_creative;
pub mod review_creative;

use chassis::{clock::Clock, problem::FieldError};
use sqlx::PgConnection;

use crate::{
    domain::creative::{Content, Creative, CreativeId},
    error::Error,
    store,
};

/// Checks that the tenant has the image of a new creative.
pub(super) async fn check_image(conn: &mut PgConnection, clock: &Clock, content: &Content) -> Result<(), Error> {
    match &content.image {
        Some(image) if !store::image::touch(conn, image.image_id, clock.now()).await? => {
            Err(FieldError::new("image.image_id", "unknown", "must be the id of an uploaded image").into())
        }
        _ => Ok(()),
    }
}

/// Returns the place of a creative in those of its campaign.
fn position(creatives: &[Creative], id: CreativeId) -> Result<usize, Error> {
    creatives.iter().position(|creative| creative.creative_id == id).ok_or(Error::CreativeNotFound)
}
