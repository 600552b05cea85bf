//! Deletes old mails, mail requests, sign-ups, reset links and devices of all tenants, as the worker role.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

/// Deletes sent mails, and refused or failed mails, that are older than their limits.
pub async fn delete_mails(
    conn: &mut PgConnection,
    sent_before: DateTime<Utc>,
    failed_before: DateTime<Utc>,
) -> Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM mail WHERE (state = 'sent' AND done_at < $1) OR (state IN ('refused', 'failed') AND done_at < $2)",
        sent_before,
        failed_before,
    );
    Ok(done.execute(conn).await?.rows_affected())
}

pub async fn delete_requests(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!("DELETE FROM mail_request WHERE requested_at < $1", before).execute(conn).await?;
    Ok(done.rows_affected())
}

pub async fn delete_sign_ups(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!("DELETE FROM pending_sign_up WHERE expires_at <= $1", now).execute(conn).await?;
    Ok(done.rows_affected())
}

pub async fn delete_resets(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!("DELETE FROM password_reset WHERE expires_at < $1", before).execute(conn).await?;
    Ok(done.rows_affected())
}

/// Deletes devices not used since `before`, except the last device of each person.
pub async fn delete_devices(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM known_device AS old WHERE last_used_at < $1 AND EXISTS (
             SELECT FROM known_device AS later WHERE later.tenant_id = old.tenant_id AND later.user_id = old.user_id
                 AND later.last_used_at > old.last_used_at)",
        before,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
