//! login says that a person was erased: everything of the person goes, and nothing comes back.

use chassis::{
    clock::Clock,
    id::{TenantId, UserId},
};
use sqlx::PgConnection;

use crate::{events, store};

/// Forgets the person, ends the sessions, and tells whoever knows the person's preferences to forget them.
pub async fn erase_person(
    conn: &mut PgConnection,
    clock: &Clock,
    tenant: TenantId,
    user: UserId,
) -> Result<(), sqlx::Error> {
    if !store::person::mark_erased(conn, tenant, user, clock.now()).await? {
        return Ok(());
    }
    store::activity::delete_all(conn, user).await?;
    store::preferences::delete(conn, user).await?;
    store::profile::delete(conn, user).await?;
    store::web_session::delete_by_user(conn, user).await?;
    events::preferences_erased(conn, clock, tenant, user).await?;
    store::activity::notify(conn, user).await?;
    tracing::info!(user_id = %user, "person erased");
    Ok(())
}
