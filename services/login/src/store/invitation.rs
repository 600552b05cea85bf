//! Invitations. An open one is neither accepted nor expired.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Result;
use crate::domain::invitation::{Invitation, InvitationId};

/// Adds an invitation.
pub async fn insert(conn: &mut PgConnection, invitation: &Invitation) -> Result<()> {
    sqlx::query!(
        "INSERT INTO invitation (invitation_id, tenant_id, token_hash, email, role, locale, invited_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        invitation.invitation_id.as_uuid(),
        invitation.tenant_id.as_uuid(),
        invitation.token_hash,
        invitation.email,
        invitation.role,
        invitation.locale,
        invitation.invited_by.as_uuid(),
        invitation.created_at,
        invitation.expires_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Removes the invitation that someone has already, and says what its token's hash was.
pub async fn delete_by_email(conn: &mut PgConnection, email: &str) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("DELETE FROM invitation WHERE email = $1 AND accepted_at IS NULL RETURNING token_hash", email)
        .fetch_optional(conn)
        .await
}

/// An open invitation.
pub async fn find_open(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Invitation>> {
    sqlx::query_as!(
        Invitation,
        r#"SELECT invitation_id AS "invitation_id: InvitationId", tenant_id AS "tenant_id: TenantId", token_hash, email, role, locale,
                  invited_by AS "invited_by: UserId", created_at, expires_at
           FROM invitation WHERE token_hash = $1 AND accepted_at IS NULL AND expires_at > $2"#,
        token_hash,
        now,
    )
    .fetch_optional(conn)
    .await
}

/// An open invitation, locked until the transaction ends, so that it is accepted once.
pub async fn lock_open(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Invitation>> {
    sqlx::query_as!(
        Invitation,
        r#"SELECT invitation_id AS "invitation_id: InvitationId", tenant_id AS "tenant_id: TenantId", token_hash, email, role, locale,
                  invited_by AS "invited_by: UserId", created_at, expires_at
           FROM invitation WHERE token_hash = $1 AND accepted_at IS NULL AND expires_at > $2 FOR UPDATE"#,
        token_hash,
        now,
    )
    .fetch_optional(conn)
    .await
}

/// Records that an invitation was accepted.
pub async fn mark_accepted(conn: &mut PgConnection, invitation_id: InvitationId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE invitation SET accepted_at = $2 WHERE invitation_id = $1", invitation_id.as_uuid(), now)
        .execute(conn)
        .await
        .map(drop)
}

/// The open invitations in the order they were made, those after `after`, at most `limit`.
pub async fn page_open(
    conn: &mut PgConnection,
    after: Option<Uuid>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Invitation>> {
    sqlx::query_as!(
        Invitation,
        r#"SELECT invitation_id AS "invitation_id: InvitationId", tenant_id AS "tenant_id: TenantId", token_hash, email, role, locale,
                  invited_by AS "invited_by: UserId", created_at, expires_at
           FROM invitation
           WHERE accepted_at IS NULL AND expires_at > $3 AND ($1::uuid IS NULL OR invitation_id > $1)
           ORDER BY invitation_id LIMIT $2"#,
        after,
        limit,
        now,
    )
    .fetch_all(conn)
    .await
}

/// How many invitations are open.
pub async fn count_open(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM invitation WHERE accepted_at IS NULL AND expires_at > $1"#,
        now,
    )
    .fetch_one(conn)
    .await
}

/// Removes an open invitation, and says what its token's hash was.
pub async fn delete_open(
    conn: &mut PgConnection,
    invitation_id: InvitationId,
    now: DateTime<Utc>,
) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!(
        "DELETE FROM invitation WHERE invitation_id = $1 AND accepted_at IS NULL AND expires_at > $2 RETURNING token_hash",
        invitation_id.as_uuid(),
        now,
    )
    .fetch_optional(conn)
    .await
}

/// Removes what a person of the tenant invited to and nobody accepted, and says what the tokens' hashes were. The tenant is
/// locked, so the order of the rows does not matter.
pub async fn delete_by_inviter(conn: &mut PgConnection, user_id: UserId) -> Result<Vec<Vec<u8>>> {
    sqlx::query_scalar!(
        "DELETE FROM invitation WHERE invited_by = $1 AND accepted_at IS NULL RETURNING token_hash",
        user_id.as_uuid(),
    )
    .fetch_all(conn)
    .await
}

/// Deletes, with their tokens, every invitation of an address, of whichever tenant and accepted ones too, and the open ones
/// that `user_id` made. Says which tenants they were of.
pub async fn erase(conn: &mut PgConnection, email: &str, user_id: UserId) -> Result<Vec<TenantId>> {
    sqlx::query_scalar!(r#"SELECT forget_invitations($1, $2) AS "tenant_id!: TenantId""#, email, user_id.as_uuid())
        .fetch_all(conn)
        .await
}
