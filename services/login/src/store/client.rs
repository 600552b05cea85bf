//! Clients that tenants registered. First-party clients are not stored.

use chassis::id::{TenantId, UserId};
use sqlx::PgConnection;

use super::Result;
use crate::domain::registered_client::RegisteredClient;

pub async fn insert(conn: &mut PgConnection, client: &RegisteredClient, created_by: UserId) -> Result<()> {
    sqlx::query!(
        "INSERT INTO client (client_id, tenant_id, client_name, secret_hash, token_endpoint_auth_method, grant_types, redirect_uris,
                             post_logout_redirect_uris, scope, resources, id_token_signed_response_alg, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        client.client_id,
        client.tenant_id.as_uuid(),
        client.client_name,
        client.secret_hash,
        client.token_endpoint_auth_method,
        &client.grant_types,
        &client.redirect_uris,
        &client.post_logout_redirect_uris,
        client.scope,
        &client.resources,
        client.id_token_signed_response_alg,
        created_by.as_uuid(),
        client.created_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn find(conn: &mut PgConnection, client_id: &str) -> Result<Option<RegisteredClient>> {
    sqlx::query_as!(
        RegisteredClient,
        r#"SELECT client_id, tenant_id AS "tenant_id: TenantId", client_name, secret_hash, previous_secret_hash, previous_secret_until,
                  token_endpoint_auth_method, grant_types, redirect_uris, post_logout_redirect_uris, scope, resources,
                  id_token_signed_response_alg, created_at
           FROM client WHERE client_id = $1"#,
        client_id,
    )
    .fetch_optional(conn)
    .await
}

/// Locks a client until the transaction ends.
pub async fn lock(conn: &mut PgConnection, client_id: &str) -> Result<Option<RegisteredClient>> {
    sqlx::query_as!(
        RegisteredClient,
        r#"SELECT client_id, tenant_id AS "tenant_id: TenantId", client_name, secret_hash, previous_secret_hash, previous_secret_until,
                  token_endpoint_auth_method, grant_types, redirect_uris, post_logout_redirect_uris, scope, resources,
                  id_token_signed_response_alg, created_at
           FROM client WHERE client_id = $1 FOR UPDATE"#,
        client_id,
    )
    .fetch_optional(conn)
    .await
}

/// The tenant's clients in the order of registration, those after `after`, at most `limit`.
pub async fn page(conn: &mut PgConnection, after: Option<String>, limit: i64) -> Result<Vec<RegisteredClient>> {
    sqlx::query_as!(
        RegisteredClient,
        r#"SELECT client_id, tenant_id AS "tenant_id: TenantId", client_name, secret_hash, previous_secret_hash, previous_secret_until,
                  token_endpoint_auth_method, grant_types, redirect_uris, post_logout_redirect_uris, scope, resources,
                  id_token_signed_response_alg, created_at
           FROM client WHERE $1::text IS NULL OR client_id > $1 ORDER BY client_id LIMIT $2"#,
        after,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Updates all columns that an admin may change.
pub async fn update(conn: &mut PgConnection, client: &RegisteredClient) -> Result<()> {
    sqlx::query!(
        "UPDATE client SET client_name = $2, secret_hash = $3, previous_secret_hash = $4, previous_secret_until = $5,
                           token_endpoint_auth_method = $6, grant_types = $7, redirect_uris = $8,
                           post_logout_redirect_uris = $9, scope = $10, resources = $11, id_token_signed_response_alg = $12
         WHERE client_id = $1",
        client.client_id,
        client.client_name,
        client.secret_hash,
        client.previous_secret_hash,
        client.previous_secret_until,
        client.token_endpoint_auth_method,
        &client.grant_types,
        &client.redirect_uris,
        &client.post_logout_redirect_uris,
        client.scope,
        &client.resources,
        client.id_token_signed_response_alg,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Deletes a client and its consents.
pub async fn delete(conn: &mut PgConnection, client_id: &str) -> Result<()> {
    sqlx::query!("DELETE FROM client WHERE client_id = $1", client_id).execute(conn).await.map(drop)
}
