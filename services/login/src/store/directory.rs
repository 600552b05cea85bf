//! What leads from a hash or an id to a tenant, for requests that can't know theirs yet.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

/// What a token in the directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// The cookie of a session.
    Session,
    /// An authorization code.
    Code,
    /// A refresh token.
    Refresh,
    /// An invitation.
    Invitation,
    /// A link to a new password.
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

/// Enters an address. The constraint `email_directory_pkey` refuses one that is taken, in whichever tenant.
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

/// Whose address it is.
pub async fn find_email(conn: &mut PgConnection, email_hash: &[u8]) -> Result<Option<(TenantId, UserId)>> {
    let row = sqlx::query!(
        r#"SELECT tenant_id AS "tenant_id: TenantId", user_id AS "user_id: UserId" FROM email_directory WHERE email_hash = $1"#,
        email_hash,
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (row.tenant_id, row.user_id)))
}

/// Enters a token.
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

/// Whose token it is.
pub async fn find_token(conn: &mut PgConnection, kind: TokenKind, token_hash: &[u8]) -> Result<Option<TenantId>> {
    sqlx::query_scalar!(
        r#"SELECT tenant_id AS "tenant_id: TenantId" FROM token_directory WHERE token_hash = $1 AND kind = $2"#,
        token_hash,
        kind.as_str(),
    )
    .fetch_optional(conn)
    .await
}

/// Strikes a token out.
pub async fn delete_token(conn: &mut PgConnection, token_hash: &[u8]) -> Result<()> {
    sqlx::query!("DELETE FROM token_directory WHERE token_hash = $1", token_hash).execute(conn).await.map(drop)
}

/// Enters a tenant's client.
pub async fn insert_client(conn: &mut PgConnection, client_id: &str, tenant_id: TenantId) -> Result<()> {
    sqlx::query!("INSERT INTO client_directory (client_id, tenant_id) VALUES ($1, $2)", client_id, tenant_id.as_uuid())
        .execute(conn)
        .await
        .map(drop)
}

/// The tenant that registered a client.
pub async fn find_client(conn: &mut PgConnection, client_id: &str) -> Result<Option<TenantId>> {
    sqlx::query_scalar!(
        r#"SELECT tenant_id AS "tenant_id: TenantId" FROM client_directory WHERE client_id = $1"#,
        client_id
    )
    .fetch_optional(conn)
    .await
}

/// Strikes a tenant's client out.
pub async fn delete_client(conn: &mut PgConnection, client_id: &str) -> Result<()> {
    sqlx::query!("DELETE FROM client_directory WHERE client_id = $1", client_id).execute(conn).await.map(drop)
}

/// Strikes tokens out.
pub async fn delete_tokens(conn: &mut PgConnection, token_hashes: &[Vec<u8>]) -> Result<()> {
    sqlx::query!("DELETE FROM token_directory WHERE token_hash = ANY($1)", token_hashes).execute(conn).await.map(drop)
}

/// Strikes out every cookie, code and refresh token of a person of the tenant that is set.
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

/// Strikes an address out: whoever has it may join again.
pub async fn delete_email(conn: &mut PgConnection, user_id: UserId) -> Result<()> {
    sqlx::query!("DELETE FROM email_directory WHERE user_id = $1", user_id.as_uuid()).execute(conn).await.map(drop)
}
