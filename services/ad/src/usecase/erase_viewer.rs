//! Erases a person: deletes preferences, role and sessions, and removes the person from deliveries. Counts and charges stay.

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
    store::web_session::lock_person(conn, user).await?;
    store::erased_viewer::insert(conn, tenant, user, clock.now()).await?;
    store::web_session::delete_by_user(conn, user).await?;
    store::member::delete(conn, user).await?;
    store::preferences::delete(conn, user).await?;
    store::delivery::erase_viewer(conn, user).await
}
