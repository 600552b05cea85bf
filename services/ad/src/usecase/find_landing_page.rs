//! Finds where a click leads, and records nothing: for a request that no person sees.

use chassis::db::set_tenant;

use super::open_link::{linked_campaign, linked_content, open_link};
use crate::{app::App, domain::serve::Serve, error::Error};

/// Returns the landing URL of a valid link.
pub async fn find_landing_page(app: &App, serve: &Serve) -> Result<String, Error> {
    let mut tx = open_link(app, serve, app.clock.now()).await?;
    set_tenant(&mut tx, serve.advertiser_tenant_id).await?;
    let campaign = linked_campaign(&mut tx, serve).await?;
    Ok(linked_content(&mut tx, serve, &campaign).await?.landing_url)
}
