//! Forgetting a person.

use chassis::clock::Clock;
use chassis::id::{TenantId, UserId};
use sqlx::PgConnection;

use crate::store::{deliveries, viewers};

/// Forgets what the person chose and who saw what; counts and charges stay. Links made for the person before count no more.
///
/// # Errors
/// When the database can't be reached.
pub async fn erase_viewer(
    connection: &mut PgConnection,
    clock: &Clock,
    tenant: TenantId,
    user: UserId,
) -> Result<(), sqlx::Error> {
    viewers::mark_erased(connection, tenant, user, clock.now()).await?;
    viewers::forget(connection, user).await?;
    deliveries::forget(connection, user).await
}
