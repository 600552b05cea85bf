//! Profiles: the read model of login.user.v1.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::profile::Profile;

pub async fn find(conn: &mut PgConnection, user: UserId) -> Result<Option<Profile>, sqlx::Error> {
    sqlx::query_as!(
        Profile,
        r#"SELECT user_id AS "user_id: UserId", tenant_id AS "tenant_id: TenantId", email, display_name, locale, admin, created_at
           FROM profile WHERE user_id = $1"#,
        user.as_uuid(),
    )
    .fetch_optional(conn)
    .await
}

/// Stores a version; returns `false` when a newer or equal version is stored.
pub async fn upsert(
    conn: &mut PgConnection,
    profile: &Profile,
    version: i64,
    changed_at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO profile (user_id, tenant_id, email, display_name, locale, admin, created_at, version, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, display_name = excluded.display_name,
             locale = excluded.locale, admin = excluded.admin, created_at = excluded.created_at,
             version = excluded.version, changed_at = excluded.changed_at
         WHERE profile.version < excluded.version",
        profile.user_id.as_uuid(),
        profile.tenant_id.as_uuid(),
        profile.email,
        profile.display_name,
        profile.locale,
        profile.admin,
        profile.created_at,
        version,
        changed_at,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn delete(conn: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM profile WHERE user_id = $1", user.as_uuid()).execute(conn).await?;
    Ok(())
}
