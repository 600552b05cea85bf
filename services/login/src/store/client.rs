//! Clients that tenants registered. First-party clients are not stored.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Result;
use crate::domain::registered_client::RegisteredClient;

pub async fn insert(conn: &mut PgConnection, client: &RegisteredClient, created_by: UserId) -> Result<()> {
    sqlx::query!(
        "INSERT INTO client (client_id, tenant_id, client_name, secret_hash, token_endpoint_auth_method, grant_types, redirect_uris,
                             post_logout_redirect_uris, scope, resources, id_token_signed_response_alg, created_by, created_at,
                             changed_session_id, secret_session_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
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
        client.changed_session_id.map(SessionId::as_uuid),
        client.secret_session_id.map(SessionId::as_uuid),
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn find(conn: &mut PgConnection, client_id: &str) -> Result<Option<RegisteredClient>> {
    sqlx::query_as!(
        RegisteredClient,
        r#"SELECT client_id, tenant_id AS "tenant_id: TenantId", client_name, secret_hash, previous_secret_hash, previous_secret_until,
                  changed_session_id AS "changed_session_id: SessionId", secret_session_id AS "secret_session_id: SessionId",
                  previous_secret_session_id AS "previous_secret_session_id: SessionId", secrets_valid_from,
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
                  changed_session_id AS "changed_session_id: SessionId", secret_session_id AS "secret_session_id: SessionId",
                  previous_secret_session_id AS "previous_secret_session_id: SessionId", secrets_valid_from,
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
                  changed_session_id AS "changed_session_id: SessionId", secret_session_id AS "secret_session_id: SessionId",
                  previous_secret_session_id AS "previous_secret_session_id: SessionId", secrets_valid_from,
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
                           post_logout_redirect_uris = $9, scope = $10, resources = $11, id_token_signed_response_alg = $12,
                           changed_session_id = $13, secret_session_id = $14, previous_secret_session_id = $15,
                           secrets_valid_from = $16
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
        client.changed_session_id.map(SessionId::as_uuid),
        client.secret_session_id.map(SessionId::as_uuid),
        client.previous_secret_session_id.map(SessionId::as_uuid),
        client.secrets_valid_from,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn count(conn: &mut PgConnection) -> Result<i64> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM client"#).fetch_one(conn).await
}

/// Replaces the secrets that were made in these sessions by `unknown_hash`, the hash of a secret that nobody has. A
/// secret from before stays valid until the end of its overlap. The clients' own tokens end, because they do not name
/// their secret. Returns the names of the clients.
pub async fn revoke_secrets_made_in(
    conn: &mut PgConnection,
    sessions: &[Uuid],
    unknown_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "WITH made AS MATERIALIZED (
             SELECT client_id FROM client
             WHERE secret_hash IS NOT NULL AND (secret_session_id = ANY($1) OR previous_secret_session_id = ANY($1))
             ORDER BY client_id FOR UPDATE
         )
         UPDATE client
         SET secret_hash = CASE WHEN secret_session_id = ANY($1) THEN $2 ELSE secret_hash END,
             previous_secret_hash = CASE WHEN previous_secret_session_id = ANY($1) THEN NULL ELSE previous_secret_hash END,
             secrets_valid_from = $3
         FROM made WHERE client.client_id = made.client_id RETURNING client_name",
        sessions,
        unknown_hash,
        now,
    )
    .fetch_all(conn)
    .await
}

/// Stores that a client was registered or changed in a session, for as long as the session is stored.
pub async fn insert_change(conn: &mut PgConnection, client: &RegisteredClient, session_id: SessionId) -> Result<()> {
    sqlx::query!(
        "INSERT INTO client_change (session_id, client_id, tenant_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        session_id.as_uuid(),
        client.client_id,
        client.tenant_id.as_uuid(),
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The id and the name of each client that was registered or changed in these sessions. An older release stores only the
/// session of the last change.
pub async fn changed_in(conn: &mut PgConnection, sessions: &[Uuid]) -> Result<Vec<(String, String)>> {
    sqlx::query!(
        "SELECT client_id, client_name FROM client
         WHERE changed_session_id = ANY($1) OR client_id IN (SELECT client_id FROM client_change WHERE session_id = ANY($1))
         ORDER BY client_id",
        sessions
    )
    .fetch_all(conn)
    .await
    .map(|rows| rows.into_iter().map(|row| (row.client_id, row.client_name)).collect())
}

/// Deletes a client and its consents.
pub async fn delete(conn: &mut PgConnection, client_id: &str) -> Result<()> {
    sqlx::query!("DELETE FROM client WHERE client_id = $1", client_id).execute(conn).await.map(drop)
}
