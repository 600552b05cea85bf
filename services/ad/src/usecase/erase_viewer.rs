//! Erases a person: deletes the preferences, and removes the person from deliveries. Counts and charges stay.

use chassis::{
    clock::Clock,
    id::{TenantId, UserId},
};
use sqlx::PgConnection;

use crate::store;

/// Erases the person and expires the links of ads that were served to the person.
pub async fn erase_viewer(
    conn: &mut PgConnection,
    clock: &Clock,
    tenant: TenantId,
    user: UserId,
) -> Result<(), sqlx::Error> {
    store::erased_viewer::insert(conn, tenant, user, clock.now()).await?;
    store::preferences::delete(conn, user).await?;
    store::delivery::erase_viewer(conn, user).await
}
