//! Directories: they map hashes and ids to tenants, for requests whose tenant is not known yet.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

/// Kinds of tokens in the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    Session,
    Code,
    Refresh,
    Invitation,
    PasswordReset,
}

impl TokenKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Code => "code",
            Self::Refresh => "refresh",
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
        }
    }
}

/// Inserts an e-mail address. The constraint `email_directory_pkey` refuses one that is taken in any tenant.
pub async fn insert_email(
    conn: &mut PgConnection,
    email_hash: &[u8],
    tenant_id: TenantId,
    user_id: UserId,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO email_directory (email_hash, tenant_id, user_id) VALUES ($1, $2, $3)",
        email_hash,
        tenant_id.as_uuid(),
        user_id.as_uuid(),
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Finds the owner of an e-mail address by the hashes of its forms. The first form that is stored counts.
pub async fn find_email(conn: &mut PgConnection, email_hashes: &[Vec<u8>]) -> Result<Option<(TenantId, UserId)>> {
    let row = sqlx::query!(
        r#"SELECT tenant_id AS "tenant_id: TenantId", user_id AS "user_id: UserId" FROM email_directory
           WHERE email_hash = ANY($1) ORDER BY array_position($1, email_hash) LIMIT 1"#,
        email_hashes,
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (row.tenant_id, row.user_id)))
}

pub async fn insert_token(
    conn: &mut PgConnection,
    kind: TokenKind,
    token_hash: &[u8],
    tenant_id: TenantId,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO token_directory (token_hash, kind, tenant_id, expires_at) VALUES ($1, $2, $3, $4)",
        token_hash,
        kind.as_str(),
        tenant_id.as_uuid(),
        expires_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Finds the tenant of a token.
pub async fn find_token(conn: &mut PgConnection, kind: TokenKind, token_hash: &[u8]) -> Result<Option<TenantId>> {
    sqlx::query_scalar!(
        r#"SELECT tenant_id AS "tenant_id: TenantId" FROM token_directory WHERE token_hash = $1 AND kind = $2"#,
        token_hash,
        kind.as_str(),
    )
    .fetch_optional(conn)
    .await
}

pub async fn delete_token(conn: &mut PgConnection, token_hash: &[u8]) -> Result<()> {
    sqlx::query!("DELETE FROM token_directory WHERE token_hash = $1", token_hash).execute(conn).await.map(drop)
}

pub async fn insert_client(conn: &mut PgConnection, client_id: &str, tenant_id: TenantId) -> Result<()> {
    sqlx::query!("INSERT INTO client_directory (client_id, tenant_id) VALUES ($1, $2)", client_id, tenant_id.as_uuid())
        .execute(conn)
        .await
        .map(drop)
}

pub async fn find_client(conn: &mut PgConnection, client_id: &str) -> Result<Option<TenantId>> {
    sqlx::query_scalar!(
        r#"SELECT tenant_id AS "tenant_id: TenantId" FROM client_directory WHERE client_id = $1"#,
        client_id
    )
    .fetch_optional(conn)
    .await
}

pub async fn delete_client(conn: &mut PgConnection, client_id: &str) -> Result<()> {
    sqlx::query!("DELETE FROM client_directory WHERE client_id = $1", client_id).execute(conn).await.map(drop)
}

pub async fn delete_tokens(conn: &mut PgConnection, token_hashes: &[Vec<u8>]) -> Result<()> {
    sqlx::query!("DELETE FROM token_directory WHERE token_hash = ANY($1)", token_hashes).execute(conn).await.map(drop)
}

/// Deletes the cookies, codes and refresh tokens of a person in the transaction's tenant.
pub async fn delete_tokens_of_user(conn: &mut PgConnection, user_id: UserId) -> Result<()> {
    sqlx::query!(
        "DELETE FROM token_directory WHERE token_hash IN (
             SELECT token_hash FROM session WHERE user_id = $1
             UNION ALL
             SELECT code_hash FROM authorization_code JOIN session USING (tenant_id, session_id) WHERE user_id = $1
             UNION ALL
             SELECT token_hash FROM refresh_token JOIN refresh_family USING (tenant_id, family_id) WHERE user_id = $1)",
        user_id.as_uuid(),
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn delete_email(conn: &mut PgConnection, user_id: UserId) -> Result<()> {
    sqlx::query!("DELETE FROM email_directory WHERE user_id = $1", user_id.as_uuid()).execute(conn).await.map(drop)
}
