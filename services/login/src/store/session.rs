//! Sessions. A live session has neither ended nor expired.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;
use crate::domain::session::Session;

pub async fn insert(conn: &mut PgConnection, session: &Session) -> Result<()> {
    sqlx::query!(
        "INSERT INTO session (session_id, tenant_id, user_id, token_hash, device, created_at, last_used_at, expires_at, amr)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        session.session_id.as_uuid(),
        session.tenant_id.as_uuid(),
        session.user_id.as_uuid(),
        session.token_hash,
        session.device,
        session.created_at,
        session.last_used_at,
        session.expires_at,
        &session.amr,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The live session of a cookie.
pub async fn find_by_token(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Session>> {
    sqlx::query_as!(
        Session,
        r#"SELECT session_id AS "session_id: SessionId", tenant_id AS "tenant_id: TenantId", user_id AS "user_id: UserId",
                  token_hash, device, created_at, last_used_at, expires_at, amr
           FROM session WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2"#,
        token_hash,
        now,
    )
    .fetch_optional(conn)
    .await
}

pub async fn find(conn: &mut PgConnection, session_id: SessionId, now: DateTime<Utc>) -> Result<Option<Session>> {
    sqlx::query_as!(
        Session,
        r#"SELECT session_id AS "session_id: SessionId", tenant_id AS "tenant_id: TenantId", user_id AS "user_id: UserId",
                  token_hash, device, created_at, last_used_at, expires_at, amr
           FROM session WHERE session_id = $1 AND ended_at IS NULL AND expires_at > $2"#,
        session_id.as_uuid(),
        now,
    )
    .fetch_optional(conn)
    .await
}

/// Locks a session against its end until the transaction ends. Any number of transactions can hold this lock.
pub async fn lock_shared(conn: &mut PgConnection, session_id: SessionId) -> Result<()> {
    sqlx::query!("SELECT session_id FROM session WHERE session_id = $1 FOR SHARE", session_id.as_uuid())
        .fetch_optional(conn)
        .await
        .map(drop)
}

/// The live sessions of a person, newest first.
pub async fn list_by_user(conn: &mut PgConnection, user_id: UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
    sqlx::query_as!(
        Session,
        r#"SELECT session_id AS "session_id: SessionId", tenant_id AS "tenant_id: TenantId", user_id AS "user_id: UserId",
                  token_hash, device, created_at, last_used_at, expires_at, amr
           FROM session WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY session_id DESC"#,
        user_id.as_uuid(),
        now,
    )
    .fetch_all(conn)
    .await
}

/// The live sessions of a person without the `kept` last used ones, lower ids first.
pub async fn least_used(
    conn: &mut PgConnection,
    user_id: UserId,
    now: DateTime<Utc>,
    kept: i64,
) -> Result<Vec<SessionId>> {
    let mut ids = sqlx::query_scalar!(
        r#"SELECT session_id AS "session_id: SessionId" FROM session
           WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2
           ORDER BY last_used_at DESC, session_id DESC OFFSET $3"#,
        user_id.as_uuid(),
        now,
        kept,
    )
    .fetch_all(conn)
    .await?;
    ids.sort_unstable_by_key(|id: &SessionId| id.as_uuid());
    Ok(ids)
}

pub async fn record_use(conn: &mut PgConnection, session_id: SessionId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE session SET last_used_at = $2 WHERE session_id = $1", session_id.as_uuid(), now)
        .execute(conn)
        .await
        .map(drop)
}

/// Ends a session and locks its row until the transaction ends. Returns `None` when it does not exist or had ended.
pub async fn end(conn: &mut PgConnection, session_id: SessionId, now: DateTime<Utc>) -> Result<Option<Session>> {
    sqlx::query_as!(
        Session,
        r#"UPDATE session SET ended_at = $2 WHERE session_id = $1 AND ended_at IS NULL
           RETURNING session_id AS "session_id: SessionId", tenant_id AS "tenant_id: TenantId", user_id AS "user_id: UserId",
                     token_hash, device, created_at, last_used_at, expires_at, amr"#,
        session_id.as_uuid(),
        now,
    )
    .fetch_optional(conn)
    .await
}

/// Ends the sessions of one person, or of everyone in the tenant. The rows stay locked until the transaction ends,
/// lower ids first.
pub async fn end_all(conn: &mut PgConnection, user_id: Option<UserId>, now: DateTime<Utc>) -> Result<Vec<Session>> {
    sqlx::query_as!(
        Session,
        r#"WITH live AS MATERIALIZED (
               SELECT session_id FROM session WHERE ended_at IS NULL AND ($1::uuid IS NULL OR user_id = $1)
               ORDER BY session_id FOR NO KEY UPDATE
           )
           UPDATE session SET ended_at = $2 FROM live WHERE session.session_id = live.session_id
           RETURNING session.session_id AS "session_id: SessionId", tenant_id AS "tenant_id: TenantId",
                     user_id AS "user_id: UserId", token_hash, device, created_at, last_used_at, expires_at, amr"#,
        user_id.map(UserId::as_uuid),
        now,
    )
    .fetch_all(conn)
    .await
}

/// The ids of all stored sessions of a person.
pub async fn ids_of_user(conn: &mut PgConnection, user_id: UserId) -> Result<Vec<SessionId>> {
    sqlx::query_scalar!(
        r#"SELECT session_id AS "session_id: SessionId" FROM session WHERE user_id = $1"#,
        user_id.as_uuid(),
    )
    .fetch_all(conn)
    .await
}
