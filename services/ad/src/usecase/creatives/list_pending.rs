//! Lists the creatives that an operator is to review, of all tenants.

use crate::{app::App, domain::creative::PendingCreative, error::Error, store};

/// Lists the pending creatives of campaigns that were submitted, oldest first.
pub async fn list_pending(app: &App) -> Result<Vec<PendingCreative>, Error> {
    Ok(store::creative_review::list_pending(app.db.worker()).await?)
}
