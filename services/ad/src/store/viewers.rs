//! Tables `viewer_preferences` and `erased_viewer`: what is known of the people who see ads.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::interest::Interest;
use crate::domain::serve::LINK_LIFE;

/// What a person chose in mypage.
#[derive(Clone, Debug)]
pub struct Preferences {
    /// The person.
    pub user_id: UserId,
    /// The person's tenant.
    pub tenant_id: TenantId,
    /// What the person likes.
    pub interests: Vec<Interest>,
    /// Whether ads may be chosen by them.
    pub ad_consent: bool,
    /// Counts the changes from 1.
    pub version: i64,
}

/// What ads may be chosen by: the person's interests with consent, nothing without.
///
/// # Errors
/// When the database can't be reached.
pub async fn consented_interests(connection: &mut PgConnection, user: UserId) -> Result<Vec<Interest>, sqlx::Error> {
    let names = sqlx::query_scalar!(
        "SELECT interests FROM viewer_preferences WHERE user_id = $1 AND ad_consent",
        user.as_uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(Interest::known(&names.unwrap_or_default()))
}

/// Keeps what mypage says, unless something newer is known or the person was erased.
///
/// # Errors
/// When the database can't be reached.
pub async fn put(connection: &mut PgConnection, preferences: &Preferences) -> Result<(), sqlx::Error> {
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
    .execute(connection)
    .await
    .map(drop)
}

/// Forgets what a person chose.
///
/// # Errors
/// When the database can't be reached.
pub async fn forget(connection: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM viewer_preferences WHERE user_id = $1", user.as_uuid())
        .execute(connection)
        .await
        .map(drop)
}

/// Remembers that a person was erased, for as long as links made before may still come in.
///
/// # Errors
/// When the database can't be reached.
pub async fn mark_erased(
    connection: &mut PgConnection,
    tenant: TenantId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM erased_viewer WHERE erased_at < $1", now - LINK_LIFE - LINK_LIFE)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "INSERT INTO erased_viewer (user_id, tenant_id, erased_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        user.as_uuid(),
        tenant.as_uuid(),
        now,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Whether the person was erased while links made for them may still come in.
///
/// # Errors
/// When the database can't be reached.
pub async fn is_erased(connection: &mut PgConnection, user: UserId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM erased_viewer WHERE user_id = $1) AS "erased!""#, user.as_uuid())
        .fetch_one(connection)
        .await
}
