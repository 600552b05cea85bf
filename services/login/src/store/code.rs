//! Authorization codes.

use chassis::id::{SessionId, TenantId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Result, refresh::FamilyId};

/// A code as it is stored.
#[derive(Debug, Clone)]
pub struct Code {
    /// SHA-256 of the code.
    pub code_hash: Vec<u8>,
    /// The tenant of the person.
    pub tenant_id: TenantId,
    /// The session it was given in.
    pub session_id: SessionId,
    /// The client it was given to.
    pub client_id: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// What was granted.
    pub scope: String,
    /// The audiences that were granted; empty for the issuer's own API.
    pub resources: Vec<String>,
    /// To be repeated in the ID token.
    pub nonce: Option<String>,
    /// PKCE, S256.
    pub code_challenge: String,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// When it stops being good.
    pub expires_at: DateTime<Utc>,
    /// When it was exchanged.
    pub used_at: Option<DateTime<Utc>>,
    /// The refresh tokens it was exchanged for.
    pub family_id: Option<FamilyId>,
}

/// Adds a code.
pub async fn insert(connection: &mut PgConnection, code: &Code) -> Result<()> {
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
    .execute(connection)
    .await
    .map(drop)
}

/// Locks the session of a code until the transaction ends, as who ends it does first.
pub async fn lock_session(connection: &mut PgConnection, code_hash: &[u8]) -> Result<()> {
    sqlx::query!(
        "SELECT session_id FROM session
         WHERE session_id = (SELECT session_id FROM authorization_code WHERE code_hash = $1) FOR NO KEY UPDATE",
        code_hash,
    )
    .fetch_optional(connection)
    .await
    .map(drop)
}

/// A code, locked until the transaction ends, so that it is exchanged once. Its session is locked first.
pub async fn lock(connection: &mut PgConnection, code_hash: &[u8]) -> Result<Option<Code>> {
    sqlx::query_as!(
        Code,
        r#"SELECT code_hash, tenant_id AS "tenant_id: TenantId", session_id AS "session_id: SessionId", client_id, redirect_uri, scope,
                  resources, nonce, code_challenge, created_at, expires_at, used_at, family_id AS "family_id: FamilyId"
           FROM authorization_code WHERE code_hash = $1 FOR UPDATE"#,
        code_hash,
    )
    .fetch_optional(connection)
    .await
}

/// Records that a code was exchanged, and for which tokens.
pub async fn mark_used(
    connection: &mut PgConnection,
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
    .execute(connection)
    .await
    .map(drop)
}
