//! Invitations. An open invitation is neither accepted nor expired.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Result;
use crate::domain::invitation::{Invitation, InvitationId};

/// Inserts an invitation that was made in a session.
pub async fn insert(conn: &mut PgConnection, invitation: &Invitation, session_id: SessionId) -> Result<()> {
    sqlx::query!(
        "INSERT INTO invitation
             (invitation_id, tenant_id, token_hash, email, role, locale, invited_by, created_at, expires_at, session_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        invitation.invitation_id.as_uuid(),
        invitation.tenant_id.as_uuid(),
        invitation.token_hash,
        invitation.email,
        invitation.role,
        invitation.locale,
        invitation.invited_by.as_uuid(),
        invitation.created_at,
        invitation.expires_at,
        session_id.as_uuid(),
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Deletes the unaccepted invitations for an address in any of its forms. Returns the hashes of their tokens. The tenant
/// must be locked, so the order of the rows does not matter.
pub async fn delete_by_email(conn: &mut PgConnection, forms: &[String]) -> Result<Vec<Vec<u8>>> {
    sqlx::query_scalar!(
        "DELETE FROM invitation WHERE email = ANY($1) AND accepted_at IS NULL RETURNING token_hash",
        forms,
    )
    .fetch_all(conn)
    .await
}

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

/// Locks an open invitation until the transaction ends, so that it is accepted once.
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

pub async fn mark_accepted(conn: &mut PgConnection, invitation_id: InvitationId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE invitation SET accepted_at = $2 WHERE invitation_id = $1", invitation_id.as_uuid(), now)
        .execute(conn)
        .await
        .map(drop)
}

/// The open invitations in the order of creation, those after `after`, at most `limit`.
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

pub async fn count_open(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM invitation WHERE accepted_at IS NULL AND expires_at > $1"#,
        now,
    )
    .fetch_one(conn)
    .await
}

/// Deletes an open invitation. Returns the hash of its token.
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

/// Deletes the unaccepted invitations that a person made. Returns the hashes of their tokens. The tenant must be
/// locked, so the order of the rows does not matter.
pub async fn delete_by_inviter(conn: &mut PgConnection, user_id: UserId) -> Result<Vec<Vec<u8>>> {
    sqlx::query_scalar!(
        "DELETE FROM invitation WHERE invited_by = $1 AND accepted_at IS NULL RETURNING token_hash",
        user_id.as_uuid(),
    )
    .fetch_all(conn)
    .await
}

/// Deletes the unaccepted invitations that a person made in these sessions, or in an unknown one. Returns the hashes of
/// their tokens and the invited addresses. The tenant must be locked.
pub async fn delete_made_in(
    conn: &mut PgConnection,
    user_id: UserId,
    sessions: &[Uuid],
) -> Result<Vec<(Vec<u8>, String)>> {
    let rows = sqlx::query!(
        "DELETE FROM invitation
         WHERE invited_by = $1 AND accepted_at IS NULL AND (session_id IS NULL OR session_id = ANY($2))
         RETURNING token_hash, email",
        user_id.as_uuid(),
        sessions,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.token_hash, row.email)).collect())
}

/// The addresses of the people who accepted an invitation that was made in these sessions.
pub async fn accepted_of(conn: &mut PgConnection, sessions: &[Uuid]) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT email FROM invitation WHERE accepted_at IS NOT NULL AND session_id = ANY($1) ORDER BY email",
        sessions,
    )
    .fetch_all(conn)
    .await
}

/// Erases, with their tokens, all invitations for an address in any tenant, and the open invitations that `user_id`
/// made. Returns their tenants.
pub async fn erase(conn: &mut PgConnection, email: &str, user_id: UserId) -> Result<Vec<TenantId>> {
    sqlx::query_scalar!(r#"SELECT forget_invitations($1, $2) AS "tenant_id!: TenantId""#, email, user_id.as_uuid())
        .fetch_all(conn)
        .await
}
