//! Browser sessions.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, types::Json};

use crate::domain::{
    identity::Identity,
    web_session::{Lifetime, RefreshClaim, WebSession, WebSessionId},
};

/// Stores a session and the hash of its cookie.
pub async fn insert(
    conn: &mut PgConnection,
    session: &WebSession,
    token_hash: &[u8],
    lifetime: Lifetime,
) -> Result<(), sqlx::Error> {
    let identity = &session.identity;
    sqlx::query!(
        "INSERT INTO web_session (web_session_id, tenant_id, user_id, session_id, identity, sealed_tokens,
             access_expires_at, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        session.web_session_id.as_uuid(),
        identity.tenant_id.as_uuid(),
        identity.user_id.as_uuid(),
        identity.session_id.as_uuid(),
        Json(Claims::of(identity)) as _,
        session.sealed_tokens,
        session.access_expires_at,
        lifetime.created_at,
        lifetime.expires_at,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO web_session_key (token_hash, tenant_id, web_session_id) VALUES ($1, $2, $3)",
        token_hash,
        identity.tenant_id.as_uuid(),
        session.web_session_id.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Finds the tenant and the session of a cookie. The only lookup that needs no tenant.
pub async fn find_by_token_hash(
    conn: &mut PgConnection,
    token_hash: &[u8],
) -> Result<Option<(TenantId, WebSessionId)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT tenant_id AS "tenant_id: TenantId", web_session_id AS "web_session_id: WebSessionId"
           FROM web_session_key WHERE token_hash = $1"#,
        token_hash,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.tenant_id, row.web_session_id)))
}

/// Returns `None` when the session has ended or expired.
pub async fn find(
    conn: &mut PgConnection,
    id: WebSessionId,
    now: DateTime<Utc>,
) -> Result<Option<WebSession>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT web_session_id AS "web_session_id: WebSessionId", tenant_id AS "tenant_id: TenantId",
               user_id AS "user_id: UserId", session_id AS "session_id: SessionId", identity AS "identity: Json<Claims>",
               sealed_tokens, access_expires_at
           FROM web_session WHERE web_session_id = $1 AND expires_at > $2"#,
        id.as_uuid(),
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Row::into_session))
}

/// Locks the session for this transaction; returns `None` when it is deleted.
pub async fn lock(conn: &mut PgConnection, id: WebSessionId) -> Result<Option<RefreshClaim>, sqlx::Error> {
    sqlx::query_as!(
        RefreshClaim,
        "SELECT refreshing_until FROM web_session WHERE web_session_id = $1 FOR UPDATE",
        id.as_uuid(),
    )
    .fetch_optional(conn)
    .await
}

pub async fn set_claim(conn: &mut PgConnection, id: WebSessionId, claim: RefreshClaim) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE web_session SET refreshing_until = $2 WHERE web_session_id = $1",
        id.as_uuid(),
        claim.refreshing_until,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores new tokens and removes the claim.
pub async fn set_tokens(
    conn: &mut PgConnection,
    id: WebSessionId,
    sealed_tokens: &[u8],
    access_expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE web_session SET sealed_tokens = $2, access_expires_at = $3, refreshing_until = NULL
         WHERE web_session_id = $1",
        id.as_uuid(),
        sealed_tokens,
        access_expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn delete(conn: &mut PgConnection, id: WebSessionId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM web_session WHERE web_session_id = $1", id.as_uuid()).execute(conn).await?;
    Ok(())
}

/// Deletes the browser sessions that began with a session of login.
pub async fn delete_by_session(conn: &mut PgConnection, session: SessionId) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!("DELETE FROM web_session WHERE session_id = $1", session.as_uuid()).execute(conn).await?;
    Ok(done.rows_affected())
}

pub async fn delete_by_user(conn: &mut PgConnection, user: UserId) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!("DELETE FROM web_session WHERE user_id = $1", user.as_uuid()).execute(conn).await?;
    Ok(done.rows_affected())
}

pub async fn delete_by_tenant(conn: &mut PgConnection, tenant: TenantId) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!("DELETE FROM web_session WHERE tenant_id = $1", tenant.as_uuid()).execute(conn).await?;
    Ok(done.rows_affected())
}

/// Deletes the expired sessions of all tenants. Requires the worker role.
pub async fn sweep(worker: &PgPool, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query!("DELETE FROM web_session WHERE expires_at <= $1", now).execute(worker).await?.rows_affected())
}

struct Row {
    web_session_id: WebSessionId,
    tenant_id: TenantId,
    user_id: UserId,
    session_id: SessionId,
    identity: Json<Claims>,
    sealed_tokens: Vec<u8>,
    access_expires_at: DateTime<Utc>,
}

impl Row {
    fn into_session(self) -> WebSession {
        let Json(Claims { name, email, locale, tenant_name, admin }) = self.identity;
        let (user_id, tenant_id, session_id) = (self.user_id, self.tenant_id, self.session_id);
        WebSession {
            web_session_id: self.web_session_id,
            identity: Identity { user_id, tenant_id, session_id, name, email, locale, tenant_name, admin },
            sealed_tokens: self.sealed_tokens,
            access_expires_at: self.access_expires_at,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    name: String,
    email: String,
    locale: String,
    tenant_name: String,
    admin: bool,
}

impl Claims {
    fn of(identity: &Identity) -> Self {
        let Identity { name, email, locale, tenant_name, admin, .. } = identity.clone();
        Self { name, email, locale, tenant_name, admin }
    }
}
