//! Clients that tenants registered. First-party clients are not stored.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

/// A client as it is stored.
#[derive(Debug, Clone)]
pub struct Row {
    /// How it names itself.
    pub client_id: String,
    /// The tenant that registered it.
    pub tenant_id: TenantId,
    /// What people call it.
    pub client_name: String,
    /// SHA-256 of its secret.
    pub secret_hash: Option<Vec<u8>>,
    /// How it may get tokens.
    pub grant_types: Vec<String>,
    /// Where people may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The scopes it may have.
    pub scope: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// Adds a client.
pub async fn insert(connection: &mut PgConnection, client: &Row, created_by: UserId) -> Result<()> {
    sqlx::query!(
        "INSERT INTO client (client_id, tenant_id, client_name, secret_hash, grant_types, redirect_uris, post_logout_redirect_uris,
                             scope, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        client.client_id,
        client.tenant_id.as_uuid(),
        client.client_name,
        client.secret_hash,
        &client.grant_types,
        &client.redirect_uris,
        &client.post_logout_redirect_uris,
        client.scope,
        created_by.as_uuid(),
        client.created_at,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// One client.
pub async fn find(connection: &mut PgConnection, client_id: &str) -> Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        r#"SELECT client_id, tenant_id AS "tenant_id: TenantId", client_name, secret_hash, grant_types, redirect_uris,
                  post_logout_redirect_uris, scope, created_at
           FROM client WHERE client_id = $1"#,
        client_id,
    )
    .fetch_optional(connection)
    .await
}

/// The tenant's clients in the order they were registered, those after `after`, at most `limit`.
pub async fn page(connection: &mut PgConnection, after: Option<String>, limit: i64) -> Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"SELECT client_id, tenant_id AS "tenant_id: TenantId", client_name, secret_hash, grant_types, redirect_uris,
                  post_logout_redirect_uris, scope, created_at
           FROM client WHERE $1::text IS NULL OR client_id > $1 ORDER BY client_id LIMIT $2"#,
        after,
        limit,
    )
    .fetch_all(connection)
    .await
}
