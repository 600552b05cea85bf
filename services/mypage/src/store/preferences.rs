//! Interests and consent.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::{
    interest::Interest,
    preferences::{Choice, Preferences},
};

/// Returns version 0 when nothing is stored.
pub async fn find(conn: &mut PgConnection, user: UserId) -> Result<Preferences, sqlx::Error> {
    let row = sqlx::query!("SELECT interests, ad_consent, version FROM preferences WHERE user_id = $1", user.as_uuid())
        .fetch_optional(conn)
        .await?;
    Ok(row.map_or_else(Preferences::default, |row| {
        // Skips interests that a newer version of mypage has written.
        let interests = row.interests.iter().filter_map(|name| Interest::from_name(name));
        Preferences { choice: Choice::new(interests, row.ad_consent), version: row.version }
    }))
}

/// Stores a choice and returns its version. The caller holds the lock of the person's row.
pub async fn replace(
    conn: &mut PgConnection,
    tenant: TenantId,
    user: UserId,
    choice: &Choice,
    now: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    let interests: Vec<String> = choice.interests().iter().map(|interest| interest.name().to_owned()).collect();
    sqlx::query_scalar!(
        "INSERT INTO preferences (user_id, tenant_id, interests, ad_consent, version, changed_at)
         VALUES ($1, $2, $3, $4, 1, $5)
         ON CONFLICT (user_id) DO UPDATE SET interests = excluded.interests, ad_consent = excluded.ad_consent,
             version = preferences.version + 1, changed_at = excluded.changed_at
         RETURNING version",
        user.as_uuid(),
        tenant.as_uuid(),
        &interests,
        choice.ad_consent(),
        now,
    )
    .fetch_one(conn)
    .await
}

pub async fn delete(conn: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM preferences WHERE user_id = $1", user.as_uuid()).execute(conn).await?;
    Ok(())
}
