//! Deletes expired rows of all tenants, as the worker role.

use chassis::id::{SessionId, TenantId};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::Result;

/// Limits the wait for a row lock to less than Postgres's deadlock timeout, so that the sweep fails, and not another
/// transaction.
pub async fn set_lock_timeout(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT set_config('lock_timeout', '200ms', false) AS set").fetch_one(conn).await.map(drop)
}

/// An expired session whose end is not published yet.
pub struct Expired {
    pub tenant_id: TenantId,
    pub session_id: SessionId,
    pub expires_at: DateTime<Utc>,
}

/// Expired sessions whose end is not published yet, those after `after`, at most `limit`.
pub async fn expired_sessions(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    after: Option<(DateTime<Utc>, SessionId)>,
    limit: i64,
) -> Result<Vec<Expired>> {
    sqlx::query_as!(
        Expired,
        r#"SELECT tenant_id AS "tenant_id: TenantId", session_id AS "session_id: SessionId", expires_at
           FROM session
           WHERE ended_at IS NULL AND expires_at <= $1
               AND ($2::timestamptz IS NULL OR (expires_at, session_id) > ($2, $3))
           ORDER BY expires_at, session_id LIMIT $4"#,
        now,
        after.map(|(expires_at, _)| expires_at),
        after.map(|(_, session_id)| session_id.as_uuid()),
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Deletes ended sessions, with their codes and refresh tokens.
pub async fn delete_sessions(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!("DELETE FROM session WHERE ended_at IS NOT NULL AND expires_at < $1", before)
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}

pub async fn delete_codes(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!("DELETE FROM authorization_code WHERE expires_at < $1", before).execute(conn).await?;
    Ok(done.rows_affected())
}

pub async fn delete_invitations(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!("DELETE FROM invitation WHERE expires_at < $1", before).execute(conn).await?;
    Ok(done.rows_affected())
}

pub async fn delete_tokens(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!("DELETE FROM token_directory WHERE expires_at < $1", before).execute(conn).await?;
    Ok(done.rows_affected())
}

pub async fn delete_revoked(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!("DELETE FROM revoked_token WHERE expires_at < $1", before).execute(conn).await?;
    Ok(done.rows_affected())
}

pub async fn delete_ceremonies(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!("DELETE FROM passkey_ceremony WHERE expires_at < $1", before).execute(conn).await?;
    Ok(done.rows_affected())
}

pub async fn delete_attempts(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!("DELETE FROM sign_in_attempt WHERE attempted_at < $1", before).execute(conn).await?;
    Ok(done.rows_affected())
}

/// Deletes the counters of days and months that began before `before`.
pub async fn delete_usage(conn: &mut PgConnection, before: NaiveDate) -> Result<u64> {
    let days = sqlx::query!("DELETE FROM sign_in_day WHERE day < $1", before).execute(&mut *conn).await?;
    let months = sqlx::query!("DELETE FROM active_member WHERE month < $1", before).execute(conn).await?;
    Ok(days.rows_affected() + months.rows_affected())
}
