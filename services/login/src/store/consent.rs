//! Consents: one row per person and client, with all granted scopes and audiences.

use chassis::id::{TenantId, UserId};
use sqlx::PgConnection;

use super::Result;
use crate::domain::consent::{Consent, NamedConsent};

pub async fn find(conn: &mut PgConnection, user_id: UserId, client_id: &str) -> Result<Option<Consent>> {
    sqlx::query_as!(
        Consent,
        r#"SELECT tenant_id AS "tenant_id: TenantId", user_id AS "user_id: UserId", client_id, scope, resources, granted_at
           FROM consent WHERE user_id = $1 AND client_id = $2"#,
        user_id.as_uuid(),
        client_id,
    )
    .fetch_optional(conn)
    .await
}

/// The consents of a person, ordered by client name.
pub async fn list_by_user(conn: &mut PgConnection, user_id: UserId) -> Result<Vec<NamedConsent>> {
    sqlx::query_as!(
        NamedConsent,
        r#"SELECT client_id, client_name, consent.scope, granted_at,
                  ARRAY(SELECT uri FROM unnest(consent.resources) AS uri WHERE uri = ANY (client.resources)) AS "resources!"
           FROM consent JOIN client USING (client_id) WHERE user_id = $1 ORDER BY client_name, client_id"#,
        user_id.as_uuid(),
    )
    .fetch_all(conn)
    .await
}

pub async fn upsert(conn: &mut PgConnection, consent: &Consent) -> Result<()> {
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
    .execute(conn)
    .await
    .map(drop)
}

pub async fn delete(conn: &mut PgConnection, user_id: UserId, client_id: &str) -> Result<()> {
    sqlx::query!("DELETE FROM consent WHERE user_id = $1 AND client_id = $2", user_id.as_uuid(), client_id)
        .execute(conn)
        .await
        .map(drop)
}

/// Deletes everyone's consent to a client.
pub async fn delete_of_client(conn: &mut PgConnection, client_id: &str) -> Result<()> {
    sqlx::query!("DELETE FROM consent WHERE client_id = $1", client_id).execute(conn).await.map(drop)
}

pub async fn delete_all(conn: &mut PgConnection, user_id: UserId) -> Result<()> {
    sqlx::query!("DELETE FROM consent WHERE user_id = $1", user_id.as_uuid()).execute(conn).await.map(drop)
}
