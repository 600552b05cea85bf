//! Ends the browser sessions that began with a session of login.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store;

/// Ends the sessions, and remembers the end for a sign-in that is not complete yet.
pub async fn end_session(
    conn: &mut PgConnection,
    (tenant, user): (TenantId, UserId),
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    store::web_session::lock_person(conn, user).await?;
    store::ended_session::insert(conn, tenant, session, now).await?;
    store::web_session::delete_by_session(conn, session).await
}
