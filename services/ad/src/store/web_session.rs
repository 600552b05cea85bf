//! Tables `web_session` and `web_session_key`: the sessions of browsers.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::domain::web_session::{WebSession, WebSessionId};

/// Stores a session and the hash of its cookie.
pub async fn insert(conn: &mut PgConnection, session: &WebSession, token_hash: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO web_session (web_session_id, tenant_id, user_id, session_id, locale, admin, sealed_id_token,
             created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        session.web_session_id.as_uuid(),
        session.tenant_id.as_uuid(),
        session.user_id.as_uuid(),
        session.session_id.as_uuid(),
        session.locale,
        session.admin,
        session.sealed_id_token,
        session.created_at,
        session.expires_at,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO web_session_key (token_hash, tenant_id, web_session_id) VALUES ($1, $2, $3)",
        token_hash,
        session.tenant_id.as_uuid(),
        session.web_session_id.as_uuid(),
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Finds the tenant and the session of a cookie. The only lookup that needs no tenant.
pub async fn find_by_token_hash(
    conn: &mut PgConnection,
    token_hash: &[u8],
) -> Result<Option<(TenantId, WebSessionId)>, sqlx::Error> {
    let row = sqlx::query!("SELECT tenant_id, web_session_id FROM web_session_key WHERE token_hash = $1", token_hash)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| (TenantId::from(row.tenant_id), WebSessionId::from(row.web_session_id))))
}

/// Returns the session with the present role and language of its person; `None` when it has ended or expired.
pub async fn find(
    conn: &mut PgConnection,
    id: WebSessionId,
    now: DateTime<Utc>,
) -> Result<Option<WebSession>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT web_session_id, web_session.tenant_id, web_session.user_id, session_id, sealed_id_token, created_at,
               expires_at, coalesce(member.locale, web_session.locale) AS "locale!",
               coalesce(member.admin, web_session.admin) AS "admin!"
           FROM web_session LEFT JOIN member ON member.user_id = web_session.user_id
           WHERE web_session_id = $1 AND expires_at > $2"#,
        id.as_uuid(),
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| WebSession {
        web_session_id: WebSessionId::from(row.web_session_id),
        tenant_id: TenantId::from(row.tenant_id),
        user_id: UserId::from(row.user_id),
        session_id: SessionId::from(row.session_id),
        locale: row.locale,
        admin: row.admin,
        sealed_id_token: row.sealed_id_token,
        created_at: row.created_at,
        expires_at: row.expires_at,
    }))
}

/// Waits until no other transaction inserts or deletes sessions of the person, until the end of this one.
pub async fn lock_person(conn: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT FROM pg_advisory_xact_lock(hashtextextended('web_session ' || $1, 0))", user.to_string())
        .execute(conn)
        .await
        .map(drop)
}

pub async fn delete(conn: &mut PgConnection, id: WebSessionId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM web_session WHERE web_session_id = $1", id.as_uuid()).execute(conn).await.map(drop)
}

/// Deletes the browser sessions that began with a session of login.
pub async fn delete_by_session(conn: &mut PgConnection, session: SessionId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM web_session WHERE session_id = $1", session.as_uuid()).execute(conn).await.map(drop)
}

pub async fn delete_by_user(conn: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM web_session WHERE user_id = $1", user.as_uuid()).execute(conn).await.map(drop)
}

/// Deletes the expired sessions of all tenants. For the worker role.
pub async fn sweep(worker: &PgPool, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query!("DELETE FROM web_session WHERE expires_at <= $1", now).execute(worker).await?.rows_affected())
}
