//! Table `member`: roles and languages of people, the read model of `login.user.v1`.

use chassis::id::UserId;
use sqlx::PgConnection;

use crate::domain::web_session::Member;

/// Stores a version; returns `false` when a newer or equal version is stored.
pub async fn upsert(conn: &mut PgConnection, member: &Member) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO member AS known (user_id, tenant_id, admin, locale, version) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (user_id) DO UPDATE
         SET admin = excluded.admin, locale = excluded.locale, version = excluded.version
         WHERE known.version < excluded.version",
        member.user_id.as_uuid(),
        member.tenant_id.as_uuid(),
        member.admin,
        member.locale,
        member.version,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn delete(conn: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM member WHERE user_id = $1", user.as_uuid()).execute(conn).await.map(drop)
}
