//! Sign-ups whose e-mail address is not confirmed yet. They belong to no tenant.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;
use crate::domain::sign_up::PendingSignUp;

/// Inserts a sign-up. The constraint `pending_sign_up_slug_key` refuses a reserved slug.
pub async fn insert(conn: &mut PgConnection, new: &PendingSignUp) -> Result<()> {
    sqlx::query!(
        "INSERT INTO pending_sign_up (token_hash, email_hash, slug, sealed, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        new.token_hash,
        new.email_hash,
        new.slug,
        new.sealed,
        new.created_at,
        new.expires_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Deletes the older sign-ups of the address in any of its forms, and an expired one that reserves the slug.
pub async fn delete_conflicting(
    conn: &mut PgConnection,
    email_hashes: &[Vec<u8>],
    slug: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "DELETE FROM pending_sign_up WHERE email_hash = ANY($1) OR (slug = $2 AND expires_at <= $3)",
        email_hashes,
        slug,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The encrypted form of a valid sign-up.
pub async fn find(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!(
        "SELECT sealed FROM pending_sign_up WHERE token_hash = $1 AND expires_at > $2",
        token_hash,
        now,
    )
    .fetch_optional(conn)
    .await
}

/// Deletes a valid sign-up, so that it is completed once. Returns the encrypted form.
pub async fn take(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!(
        "DELETE FROM pending_sign_up WHERE token_hash = $1 AND expires_at > $2 RETURNING sealed",
        token_hash,
        now,
    )
    .fetch_optional(conn)
    .await
}
