//! The mail queue. The app role inserts mails, and erases those to the address of an erased person. All other
//! statements run as the worker role.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Result;
use crate::domain::mail::{Backlog, DueMail, NewMail};

/// Erases all mails to an address, with its sign-ups and mail requests.
pub async fn erase_address(conn: &mut PgConnection, recipient_hash: &[u8]) -> Result<()> {
    sqlx::query!("SELECT forget_address($1)", recipient_hash).execute(conn).await.map(drop)
}

pub async fn insert(conn: &mut PgConnection, mail: &NewMail<'_>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO mail (mail_id, tenant_id, user_id, recipient_hash, sealed, next_try_at, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
        mail.mail_id,
        mail.tenant_id.map(|id| id.as_uuid()),
        mail.user_id.map(|id| id.as_uuid()),
        mail.recipient_hash,
        mail.sealed,
        mail.created_at,
        mail.expires_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Takes at most `limit` due mails. Until `lease`, no other replica takes them.
pub async fn take_due(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    lease: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<DueMail>> {
    sqlx::query_as!(
        DueMail,
        r#"WITH due AS MATERIALIZED (
               SELECT mail_id FROM mail WHERE state = 'queued' AND next_try_at <= $1
               ORDER BY next_try_at LIMIT $3 FOR UPDATE SKIP LOCKED
           )
           UPDATE mail SET tries = tries + 1, next_try_at = $2 FROM due WHERE mail.mail_id = due.mail_id
           RETURNING mail.mail_id, sealed AS "sealed!", tries, created_at"#,
        now,
        lease,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Marks a mail as sent. Its content is deleted unless `keep`.
pub async fn mark_sent(conn: &mut PgConnection, mail_id: Uuid, keep: bool, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE mail SET state = 'sent', done_at = $3, sealed = CASE WHEN $2 THEN sealed END WHERE mail_id = $1",
        mail_id,
        keep,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Schedules the next attempt.
pub async fn postpone(conn: &mut PgConnection, mail_id: Uuid, until: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE mail SET next_try_at = $2 WHERE mail_id = $1 AND state = 'queued'", mail_id, until)
        .execute(conn)
        .await
        .map(drop)
}

/// Marks a mail as refused by the recipient's server and deletes its content.
pub async fn mark_refused(conn: &mut PgConnection, mail_id: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE mail SET state = 'refused', done_at = $2, sealed = NULL WHERE mail_id = $1 AND state = 'queued'",
        mail_id,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Marks a mail as failed after its last attempt.
pub async fn mark_failed(conn: &mut PgConnection, mail_id: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE mail SET state = 'failed', done_at = $2 WHERE mail_id = $1 AND state = 'queued'", mail_id, now)
        .execute(conn)
        .await
        .map(drop)
}

/// Deletes failed mails whose links have expired. Returns the number of deleted mails.
pub async fn delete_dead(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!("DELETE FROM mail WHERE state = 'failed' AND expires_at <= $1", now);
    Ok(done.execute(conn).await?.rows_affected())
}

/// Queues all failed mails again. Returns the number of queued mails.
pub async fn requeue_failed(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE mail SET state = 'queued', tries = 0, next_try_at = $1, done_at = NULL WHERE state = 'failed'",
        now,
    );
    Ok(done.execute(conn).await?.rows_affected())
}

pub async fn backlog(conn: &mut PgConnection) -> Result<Backlog> {
    sqlx::query_as!(
        Backlog,
        r#"SELECT (SELECT min(created_at) FROM mail WHERE state = 'queued') AS oldest,
                  (SELECT count(*) FROM mail WHERE state = 'failed') AS "failed!""#
    )
    .fetch_one(conn)
    .await
}

/// The newest mails and when they were written, optionally to one recipient.
pub async fn newest(
    conn: &mut PgConnection,
    recipient_hash: Option<&[u8]>,
    limit: i64,
) -> Result<Vec<(Vec<u8>, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        r#"SELECT sealed AS "sealed!", created_at FROM mail
           WHERE sealed IS NOT NULL AND ($1::bytea IS NULL OR recipient_hash = $1) ORDER BY mail_id DESC LIMIT $2"#,
        recipient_hash,
        limit,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.sealed, row.created_at)).collect())
}
