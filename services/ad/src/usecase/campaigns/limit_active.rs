//! Limits the active campaigns of a tenant.

use chassis::id::TenantId;
use sqlx::PgConnection;

use crate::{domain::campaign::MAX_ACTIVE, error::Error, store};

/// Checks that one more campaign can be active. Locks the tenant, so that concurrent requests are counted. A transaction
/// that locks a campaign too locks it first.
///
/// # Errors
/// [`Error::TooManyCampaigns`].
pub(super) async fn limit_active(conn: &mut PgConnection, tenant: TenantId) -> Result<(), Error> {
    store::tenant::lock(conn, tenant).await?;
    if store::campaign::count_active(conn, tenant).await? >= MAX_ACTIVE {
        return Err(Error::TooManyCampaigns);
    }
    Ok(())
}
