//! Preferences of viewers: the read model of `mypage.preferences.v1`.

use chassis::id::UserId;
use sqlx::PgConnection;

use crate::domain::{interest::Interest, preferences::Preferences};

/// Stores a version, unless a newer or equal version is stored, or [`super::erased_viewer`] lists the person.
pub async fn upsert(conn: &mut PgConnection, preferences: &Preferences) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO viewer_preferences AS known (user_id, tenant_id, interests, ad_consent, version)
         SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT FROM erased_viewer WHERE user_id = $1)
         ON CONFLICT (user_id) DO UPDATE
         SET interests = excluded.interests, ad_consent = excluded.ad_consent, version = excluded.version
         WHERE known.version < excluded.version",
        preferences.user_id.as_uuid(),
        preferences.tenant_id.as_uuid(),
        &Interest::names(&preferences.interests),
        preferences.ad_consent,
        preferences.version,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn delete(conn: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM viewer_preferences WHERE user_id = $1", user.as_uuid()).execute(conn).await.map(drop)
}
