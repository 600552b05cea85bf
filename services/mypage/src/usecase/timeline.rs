//! Reads the timeline in pages. A cursor is the id of an activity: older pages continue by its time, watchers by its
//! position.

use chassis::id::{TenantId, UserId};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::activity::{Activity, ActivityId, ActivityKey},
    error::Error,
    store,
};

/// The number of activities on the first page.
pub const PAGE: u32 = 20;

/// The maximum of a live timeline, so that a page left open for weeks stays small.
const LIVE: usize = 100;

#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// Newest first.
    pub activities: Vec<Activity>,
    /// The cursor of the next page; `None` on the last page.
    pub older: Option<ActivityId>,
    /// The position up to which activities were stored before this page was read.
    pub seen: i64,
}

/// The part of an open page that the live stream updates.
#[derive(Clone, Debug)]
pub struct LiveTimeline {
    /// Newest first.
    pub activities: Vec<Activity>,
    /// The cursor of the activities that follow the last one; `None` when the open page shows them already.
    pub older: Option<ActivityId>,
}

/// Reads the newest activities, or those older than `before`.
pub async fn page(
    conn: &mut PgConnection,
    user: UserId,
    before: Option<ActivityId>,
    limit: u32,
) -> Result<Timeline, Error> {
    let before = match before {
        Some(id) => Some(find_key(conn, user, id).await?),
        None => None,
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let seen = store::activity::last_position(conn, user).await?;
    let mut activities = store::activity::newest(conn, user, before, limit as i64 + 1).await?;
    let more = activities.len() > limit;
    activities.truncate(limit);
    let older = if more { activities.last().map(|activity| activity.activity_id) } else { None };
    Ok(Timeline { activities, older, seen })
}

/// Reads the activities from the newest to `from`, at most [`LIVE`].
///
/// Two kinds of activities are not among them although they arrived after the page was read: those between the last of
/// these and `from`, and those that happened before `from`. The cursor in `older` then leads to them.
pub async fn live(
    conn: &mut PgConnection,
    user: UserId,
    from: Option<ActivityId>,
    seen: Option<i64>,
) -> Result<LiveTimeline, Error> {
    let from = match from {
        Some(id) => Some(find_key(conn, user, id).await?),
        None => None,
    };
    let mut activities = store::activity::since(conn, user, from, LIVE as i64 + 1).await?;
    let mut more = activities.len() > LIVE;
    activities.truncate(LIVE);
    if let (Some(from), Some(seen), false) = (from, seen, more) {
        more = store::activity::arrived_before(conn, user, seen, from).await?;
    }
    let older = activities.last().filter(|_| more).map(|activity| activity.activity_id);
    Ok(LiveTimeline { activities, older })
}

/// Returns the position of `after`, or the current end of the timeline.
pub async fn position(conn: &mut PgConnection, user: UserId, after: Option<ActivityId>) -> Result<i64, Error> {
    match after {
        Some(id) => Ok(find_key(conn, user, id).await?.position),
        None => Ok(store::activity::last_position(conn, user).await?),
    }
}

/// Reads the activities after a position, oldest first, at most `limit`.
pub async fn after(
    app: &App,
    (tenant, user): (TenantId, UserId),
    position: i64,
    limit: i64,
) -> Result<Vec<Activity>, Error> {
    let mut tx = app.db.begin(tenant).await?;
    Ok(store::activity::after(&mut tx, user, position, limit).await?)
}

async fn find_key(conn: &mut PgConnection, user: UserId, id: ActivityId) -> Result<ActivityKey, Error> {
    store::activity::find_key(conn, user, id).await?.ok_or(Error::UnknownCursor)
}
