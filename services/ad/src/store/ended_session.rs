//! Table `ended_session`: sessions of login that have ended. The event may arrive before the browser session exists here.

use chassis::id::{SessionId, TenantId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

pub async fn insert(
    conn: &mut PgConnection,
    tenant: TenantId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO ended_session (session_id, tenant_id, ended_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        session.as_uuid(),
        tenant.as_uuid(),
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn exists(conn: &mut PgConnection, session: SessionId) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!("SELECT session_id FROM ended_session WHERE session_id = $1", session.as_uuid());
    Ok(found.fetch_optional(conn).await?.is_some())
}

/// Deletes the rows of all tenants up to that time. For the worker role.
pub async fn sweep(worker: &PgPool, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query!("DELETE FROM ended_session WHERE ended_at <= $1", before).execute(worker).await?.rows_affected())
}
