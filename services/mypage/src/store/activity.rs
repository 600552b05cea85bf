//! Activities of the timeline.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::person;
use crate::domain::{
    activity::{Activity, ActivityId, ActivityKey, ActivityKind, NewActivity},
    source::derived_id,
};

/// The Postgres channel of timeline changes; the payload is the user's id.
pub const CHANNEL: &str = "activity";

/// Adds an activity and, at commit, notifies the streams of the person. Returns its id; `None` when it is stored already or
/// the person was erased.
///
/// An activity is known by the source and the id of its event. It gets the id of the event, unless that of another source or
/// of another tenant, which is not visible here, has it: then it gets a derived one.
pub async fn insert(
    conn: &mut PgConnection,
    tenant: TenantId,
    new: &NewActivity,
) -> Result<Option<ActivityId>, sqlx::Error> {
    let derived = derived_id(tenant, &new.source, new.activity_id.as_uuid());
    if exists(conn, new, derived).await? {
        return Ok(None);
    }
    let Some(position) = person::next_position(conn, tenant, new.user_id).await? else { return Ok(None) };
    for id in [new.activity_id.as_uuid(), derived] {
        if insert_as(conn, id, tenant, new, position).await? {
            notify(conn, new.user_id).await?;
            return Ok(Some(ActivityId::from(id)));
        }
    }
    Ok(None)
}

async fn insert_as(
    conn: &mut PgConnection,
    id: Uuid,
    tenant: TenantId,
    new: &NewActivity,
    position: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO activity (activity_id, tenant_id, user_id, position, kind, subject, occurred_at, source)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (activity_id) DO NOTHING",
        id,
        tenant.as_uuid(),
        new.user_id.as_uuid(),
        position,
        new.kind.name(),
        new.subject,
        new.occurred_at,
        new.source,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notifies the streams of the person at commit.
pub async fn notify(conn: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_notify($1, $2)", CHANNEL, user.to_string()).execute(conn).await?;
    Ok(())
}

/// Whether the activity is stored, under the id of its event or a derived one. A row without a source is of an older version,
/// which knew one source of each kind.
async fn exists(conn: &mut PgConnection, new: &NewActivity, derived: Uuid) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT activity_id, kind, source FROM activity WHERE activity_id IN ($1, $2)",
        new.activity_id.as_uuid(),
        derived,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.iter().any(|row| {
        let source = row.source.as_deref().or_else(|| ActivityKind::from_name(&row.kind).source());
        row.activity_id == derived || source.is_none_or(|source| source == new.source)
    }))
}

/// Finds an activity of this person only: another person's activity is not a valid cursor.
pub async fn find_key(
    conn: &mut PgConnection,
    user: UserId,
    id: ActivityId,
) -> Result<Option<ActivityKey>, sqlx::Error> {
    sqlx::query_as!(
        ActivityKey,
        r#"SELECT occurred_at, activity_id AS "activity_id: ActivityId", position FROM activity
           WHERE user_id = $1 AND activity_id = $2"#,
        user.as_uuid(),
        id.as_uuid(),
    )
    .fetch_optional(conn)
    .await
}

/// Lists the newest activities, or those older than `before`, newest first.
pub async fn newest(
    conn: &mut PgConnection,
    user: UserId,
    before: Option<ActivityKey>,
    limit: i64,
) -> Result<Vec<Activity>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT activity_id AS "activity_id: ActivityId", position, kind, subject, occurred_at FROM activity
           WHERE user_id = $1 AND ($2::timestamptz IS NULL OR (occurred_at, activity_id) < ($2, $3))
           ORDER BY occurred_at DESC, activity_id DESC LIMIT $4"#,
        user.as_uuid(),
        before.map(|key| key.occurred_at),
        before.map(|key| key.activity_id.as_uuid()),
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::into_activity).collect())
}

/// Lists the activity `from` and newer ones, newest first.
pub async fn since(
    conn: &mut PgConnection,
    user: UserId,
    from: Option<ActivityKey>,
    limit: i64,
) -> Result<Vec<Activity>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT activity_id AS "activity_id: ActivityId", position, kind, subject, occurred_at FROM activity
           WHERE user_id = $1 AND ($2::timestamptz IS NULL OR (occurred_at, activity_id) >= ($2, $3))
           ORDER BY occurred_at DESC, activity_id DESC LIMIT $4"#,
        user.as_uuid(),
        from.map(|key| key.occurred_at),
        from.map(|key| key.activity_id.as_uuid()),
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::into_activity).collect())
}

/// Whether an activity after that position happened before `key`.
pub async fn arrived_before(
    conn: &mut PgConnection,
    user: UserId,
    position: i64,
    key: ActivityKey,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM activity WHERE user_id = $1 AND position > $2 AND (occurred_at, activity_id) < ($3, $4))
           AS "arrived!""#,
        user.as_uuid(),
        position,
        key.occurred_at,
        key.activity_id.as_uuid(),
    )
    .fetch_one(conn)
    .await
}

/// Lists the activities after a position, in the order of positions.
pub async fn after(
    conn: &mut PgConnection,
    user: UserId,
    position: i64,
    limit: i64,
) -> Result<Vec<Activity>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT activity_id AS "activity_id: ActivityId", position, kind, subject, occurred_at FROM activity
           WHERE user_id = $1 AND position > $2 ORDER BY position LIMIT $3"#,
        user.as_uuid(),
        position,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::into_activity).collect())
}

/// The highest position; 0 for an empty timeline.
pub async fn last_position(conn: &mut PgConnection, user: UserId) -> Result<i64, sqlx::Error> {
    let position = sqlx::query_scalar!("SELECT last_position FROM person WHERE user_id = $1", user.as_uuid());
    Ok(position.fetch_optional(conn).await?.unwrap_or(0))
}

pub async fn delete_by_user(conn: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM activity WHERE user_id = $1", user.as_uuid()).execute(conn).await?;
    Ok(())
}

/// Deletes the activities of all tenants before that time. Requires the worker role.
pub async fn sweep(worker: &PgPool, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query!("DELETE FROM activity WHERE occurred_at < $1", before).execute(worker).await?.rows_affected())
}

struct Row {
    activity_id: ActivityId,
    position: i64,
    kind: String,
    subject: String,
    occurred_at: DateTime<Utc>,
}

impl Row {
    fn into_activity(self) -> Activity {
        let Self { activity_id, position, kind, subject, occurred_at } = self;
        Activity { activity_id, position, kind: ActivityKind::from_name(&kind), subject, occurred_at }
    }
}
