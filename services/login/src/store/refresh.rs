//! Refresh tokens in families: one family per sign-in at one client. Statements that lock several families lock them in
//! the order of their ids.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;
use crate::domain::refresh::{Family, FamilyId, RefreshToken};

pub async fn insert_family(conn: &mut PgConnection, family: &Family, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO refresh_family (family_id, tenant_id, session_id, user_id, client_id, scope, resources, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        family.family_id.as_uuid(),
        family.tenant_id.as_uuid(),
        family.session_id.as_uuid(),
        family.user_id.as_uuid(),
        family.client_id,
        family.scope,
        &family.resources,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Locks the session of a token until the transaction ends. Ending a session takes the same lock first.
pub async fn lock_session(conn: &mut PgConnection, token_hash: &[u8]) -> Result<()> {
    sqlx::query!(
        "SELECT session_id FROM session WHERE session_id = (
             SELECT session_id FROM refresh_family JOIN refresh_token USING (tenant_id, family_id) WHERE token_hash = $1
         ) FOR NO KEY UPDATE",
        token_hash,
    )
    .fetch_optional(conn)
    .await
    .map(drop)
}

/// Locks the family of a token until the transaction ends, so that its uses are serialized. A caller that also needs
/// the session must lock it first.
pub async fn lock_family(conn: &mut PgConnection, token_hash: &[u8]) -> Result<Option<Family>> {
    sqlx::query_as!(
        Family,
        r#"SELECT family_id AS "family_id: FamilyId", tenant_id AS "tenant_id: TenantId", session_id AS "session_id: SessionId",
                  user_id AS "user_id: UserId", client_id, scope, resources, revoked_at
           FROM refresh_family
           WHERE family_id = (SELECT family_id FROM refresh_token WHERE token_hash = $1) FOR UPDATE"#,
        token_hash,
    )
    .fetch_optional(conn)
    .await
}

/// Reads a token whose family is locked.
pub async fn find(conn: &mut PgConnection, token_hash: &[u8]) -> Result<RefreshToken> {
    sqlx::query_as!(
        RefreshToken,
        r#"SELECT shown.expires_at, shown.used_at, shown.superseded, shown.successor_hash,
                  coalesce(next.used_at IS NOT NULL OR next.superseded, false) AS "successor_used!"
           FROM refresh_token shown LEFT JOIN refresh_token next ON next.token_hash = shown.successor_hash
           WHERE shown.token_hash = $1"#,
        token_hash,
    )
    .fetch_one(conn)
    .await
}

pub async fn insert(
    conn: &mut PgConnection,
    family: &Family,
    token_hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO refresh_token (token_hash, tenant_id, family_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        token_hash,
        family.tenant_id.as_uuid(),
        family.family_id.as_uuid(),
        now,
        expires_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Records the successor of a token. The time of the first use stays.
pub async fn mark_used(
    conn: &mut PgConnection,
    token_hash: &[u8],
    successor_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE refresh_token SET used_at = coalesce(used_at, $3), successor_hash = $2 WHERE token_hash = $1",
        token_hash,
        successor_hash,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Invalidates a token whose response was lost.
pub async fn supersede(conn: &mut PgConnection, token_hash: &[u8]) -> Result<()> {
    sqlx::query!("UPDATE refresh_token SET superseded = true WHERE token_hash = $1", token_hash)
        .execute(conn)
        .await
        .map(drop)
}

/// Whether a client's grant in a session is not revoked. Without `family_id`, whether it has any such grant: access
/// tokens of an older release do not name theirs.
pub async fn is_granted(
    conn: &mut PgConnection,
    session_id: SessionId,
    client_id: &str,
    family_id: Option<FamilyId>,
) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM refresh_family WHERE session_id = $1 AND client_id = $2 AND revoked_at IS NULL
                   AND ($3::uuid IS NULL OR family_id = $3)
           ) AS "granted!""#,
        session_id.as_uuid(),
        client_id,
        family_id.map(FamilyId::as_uuid),
    )
    .fetch_one(conn)
    .await
}

pub async fn revoke_family(conn: &mut PgConnection, family_id: FamilyId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE refresh_family SET revoked_at = $2 WHERE family_id = $1 AND revoked_at IS NULL",
        family_id.as_uuid(),
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn revoke_session(conn: &mut PgConnection, session_id: SessionId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "WITH live AS MATERIALIZED (
             SELECT family_id FROM refresh_family
             WHERE session_id = $1 AND revoked_at IS NULL ORDER BY family_id FOR NO KEY UPDATE
         )
         UPDATE refresh_family SET revoked_at = $2 FROM live WHERE refresh_family.family_id = live.family_id",
        session_id.as_uuid(),
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Revokes the families of a session except the `kept` newest. The session must be locked.
pub async fn revoke_oldest(
    conn: &mut PgConnection,
    session_id: SessionId,
    kept: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "WITH oldest AS (
             SELECT family_id FROM refresh_family
             WHERE session_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, family_id DESC OFFSET $2
         ), live AS MATERIALIZED (
             SELECT family_id FROM refresh_family JOIN oldest USING (family_id)
             ORDER BY family_id FOR NO KEY UPDATE OF refresh_family
         )
         UPDATE refresh_family SET revoked_at = $3 FROM live WHERE refresh_family.family_id = live.family_id",
        session_id.as_uuid(),
        kept,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn revoke_in_session(
    conn: &mut PgConnection,
    session_id: SessionId,
    client_id: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "WITH live AS MATERIALIZED (
             SELECT family_id FROM refresh_family
             WHERE session_id = $1 AND client_id = $2 AND revoked_at IS NULL ORDER BY family_id FOR NO KEY UPDATE
         )
         UPDATE refresh_family SET revoked_at = $3 FROM live WHERE refresh_family.family_id = live.family_id",
        session_id.as_uuid(),
        client_id,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Revokes the families of a client, for one person or for everyone.
pub async fn revoke_client(
    conn: &mut PgConnection,
    client_id: &str,
    only_of: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "WITH live AS MATERIALIZED (
             SELECT family_id FROM refresh_family
             WHERE client_id = $1 AND ($2::uuid IS NULL OR user_id = $2) AND revoked_at IS NULL ORDER BY family_id FOR NO KEY UPDATE
         )
         UPDATE refresh_family SET revoked_at = $3 FROM live WHERE refresh_family.family_id = live.family_id",
        client_id,
        only_of.map(|user_id| user_id.as_uuid()),
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Revokes the families of one person, or of everyone in the tenant.
pub async fn revoke_all(conn: &mut PgConnection, user_id: Option<UserId>, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "WITH live AS MATERIALIZED (
             SELECT family_id FROM refresh_family
             WHERE ($1::uuid IS NULL OR user_id = $1) AND revoked_at IS NULL ORDER BY family_id FOR NO KEY UPDATE
         )
         UPDATE refresh_family SET revoked_at = $2 FROM live WHERE refresh_family.family_id = live.family_id",
        user_id.map(UserId::as_uuid),
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}
