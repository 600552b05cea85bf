//! What people allowed their company's own programs: one row a person and client, with all that was allowed so far.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

/// A consent as it is stored.
#[derive(Debug, Clone)]
pub struct Consent {
    /// The tenant of the person and the client.
    pub tenant_id: TenantId,
    /// Who allowed it.
    pub user_id: UserId,
    /// Whom it is allowed.
    pub client_id: String,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// Audiences of its tokens.
    pub resources: Vec<String>,
    /// When it was last widened or confirmed.
    pub granted_at: DateTime<Utc>,
}

/// A consent with the name of its client.
#[derive(Debug, Clone)]
pub struct Named {
    /// Whom it is allowed.
    pub client_id: String,
    /// What people call the client.
    pub client_name: String,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// Audiences of its tokens beside the issuer's own API.
    pub resources: Vec<String>,
    /// When it was last widened or confirmed.
    pub granted_at: DateTime<Utc>,
}

/// What a person allowed a client.
pub async fn find(connection: &mut PgConnection, user_id: UserId, client_id: &str) -> Result<Option<Consent>> {
    sqlx::query_as!(
        Consent,
        r#"SELECT tenant_id AS "tenant_id: TenantId", user_id AS "user_id: UserId", client_id, scope, resources, granted_at
           FROM consent WHERE user_id = $1 AND client_id = $2"#,
        user_id.as_uuid(),
        client_id,
    )
    .fetch_optional(connection)
    .await
}

/// All that a person allowed, by the names of the clients.
pub async fn of_user(connection: &mut PgConnection, user_id: UserId) -> Result<Vec<Named>> {
    sqlx::query_as!(
        Named,
        r#"SELECT client_id, client_name, consent.scope, granted_at,
                  ARRAY(SELECT uri FROM unnest(consent.resources) AS uri WHERE uri = ANY (client.resources)) AS "resources!"
           FROM consent JOIN client USING (client_id) WHERE user_id = $1 ORDER BY client_name, client_id"#,
        user_id.as_uuid(),
    )
    .fetch_all(connection)
    .await
}

/// Keeps a consent in place of the one there was.
pub async fn put(connection: &mut PgConnection, consent: &Consent) -> Result<()> {
    sqlx::query!(
        "INSERT INTO consent (tenant_id, user_id, client_id, scope, resources, granted_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id, user_id, client_id)
         DO UPDATE SET scope = excluded.scope, resources = excluded.resources, granted_at = excluded.granted_at",
        consent.tenant_id.as_uuid(),
        consent.user_id.as_uuid(),
        consent.client_id,
        consent.scope,
        &consent.resources,
        consent.granted_at,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Takes a consent back.
pub async fn delete(connection: &mut PgConnection, user_id: UserId, client_id: &str) -> Result<()> {
    sqlx::query!("DELETE FROM consent WHERE user_id = $1 AND client_id = $2", user_id.as_uuid(), client_id)
        .execute(connection)
        .await
        .map(drop)
}
