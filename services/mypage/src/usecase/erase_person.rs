//! Erases a person after login has published the erasure.

use chassis::{
    clock::Clock,
    id::{TenantId, UserId},
};
use sqlx::PgConnection;

use crate::{events, store};

/// Deletes the person's data, ends the sessions, and publishes a tombstone for the preferences. Events that arrive
/// later change nothing.
pub async fn erase_person(
    conn: &mut PgConnection,
    clock: &Clock,
    tenant: TenantId,
    user: UserId,
) -> Result<(), sqlx::Error> {
    if !store::person::mark_erased(conn, tenant, user, clock.now()).await? {
        return Ok(());
    }
    store::activity::delete_by_user(conn, user).await?;
    store::preferences::delete(conn, user).await?;
    store::profile::delete(conn, user).await?;
    store::web_session::delete_by_user(conn, user).await?;
    events::preferences_erased(conn, clock, tenant, user).await?;
    store::activity::notify(conn, user).await?;
    tracing::info!(user_id = %user, "person erased");
    Ok(())
}
