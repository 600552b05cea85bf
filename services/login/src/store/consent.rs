//! What people allowed their company's own programs: one row a person and client, with all that was allowed so far.

use chassis::id::{TenantId, UserId};
use sqlx::PgConnection;

use super::Result;
use crate::domain::consent::{Consent, NamedConsent};

/// What a person allowed a client.
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

/// All that a person allowed, by the names of the clients.
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

/// Keeps a consent in place of the one there was.
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

/// Takes a consent back.
pub async fn delete(conn: &mut PgConnection, user_id: UserId, client_id: &str) -> Result<()> {
    sqlx::query!("DELETE FROM consent WHERE user_id = $1 AND client_id = $2", user_id.as_uuid(), client_id)
        .execute(conn)
        .await
        .map(drop)
}
