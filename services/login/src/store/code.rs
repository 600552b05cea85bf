//! Authorization codes.

use chassis::id::{SessionId, TenantId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;
use crate::domain::{authorization_code::AuthorizationCode, refresh::FamilyId};

pub async fn insert(conn: &mut PgConnection, code: &AuthorizationCode) -> Result<()> {
    sqlx::query!(
        "INSERT INTO authorization_code
             (code_hash, tenant_id, session_id, client_id, redirect_uri, scope, resources, nonce, code_challenge, created_at,
              expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        code.code_hash,
        code.tenant_id.as_uuid(),
        code.session_id.as_uuid(),
        code.client_id,
        code.redirect_uri,
        code.scope,
        &code.resources,
        code.nonce,
        code.code_challenge,
        code.created_at,
        code.expires_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Locks the session of a code until the transaction ends. Ending a session takes the same lock first.
pub async fn lock_session(conn: &mut PgConnection, code_hash: &[u8]) -> Result<()> {
    sqlx::query!(
        "SELECT session_id FROM session
         WHERE session_id = (SELECT session_id FROM authorization_code WHERE code_hash = $1) FOR NO KEY UPDATE",
        code_hash,
    )
    .fetch_optional(conn)
    .await
    .map(drop)
}

/// Locks a code until the transaction ends, so that it is exchanged once. Call [`lock_session`] first.
pub async fn lock(conn: &mut PgConnection, code_hash: &[u8]) -> Result<Option<AuthorizationCode>> {
    sqlx::query_as!(
        AuthorizationCode,
        r#"SELECT code_hash, tenant_id AS "tenant_id: TenantId", session_id AS "session_id: SessionId", client_id, redirect_uri, scope,
                  resources, nonce, code_challenge, created_at, expires_at, used_at, family_id AS "family_id: FamilyId"
           FROM authorization_code WHERE code_hash = $1 FOR UPDATE"#,
        code_hash,
    )
    .fetch_optional(conn)
    .await
}

pub async fn mark_used(
    conn: &mut PgConnection,
    code_hash: &[u8],
    family_id: FamilyId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE authorization_code SET used_at = $2, family_id = $3 WHERE code_hash = $1",
        code_hash,
        now,
        family_id.as_uuid(),
    )
    .execute(conn)
    .await
    .map(drop)
}
