//! The timeline, a page at a time. A cursor is a line's id: older pages go on from it by time, watchers by position.

use chassis::id::UserId;
use sqlx::PgConnection;

use crate::{
    domain::activity::{Activity, ActivityId},
    error::Error,
    store::{self, activity::Place},
};

/// How many lines a page begins with.
pub const PAGE: u32 = 20;

/// The most lines that a live timeline grows to: a page left open for weeks stays light.
const LIVE: i64 = 100;

/// A page of the timeline.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// Newest first.
    pub activities: Vec<Activity>,
    /// The line that older ones go on from; nothing when there are none.
    pub older: Option<ActivityId>,
}

/// The newest lines, or those older than the line `before`.
pub async fn page(
    conn: &mut PgConnection,
    user: UserId,
    before: Option<ActivityId>,
    limit: u32,
) -> Result<Timeline, Error> {
    let before = match before {
        Some(id) => Some(place(conn, user, id).await?),
        None => None,
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut activities = store::activity::newest(conn, user, before, limit as i64 + 1).await?;
    let more = activities.len() > limit;
    activities.truncate(limit);
    let older = if more { activities.last().map(|activity| activity.activity_id) } else { None };
    Ok(Timeline { activities, older })
}

/// The lines from the newest down to the line `from`: what an open page shows, grown by what came since.
pub async fn live(conn: &mut PgConnection, user: UserId, from: Option<ActivityId>) -> Result<Vec<Activity>, Error> {
    let from = match from {
        Some(id) => Some(place(conn, user, id).await?),
        None => None,
    };
    Ok(store::activity::down_to(conn, user, from, LIVE).await?)
}

/// The position to watch from: that of the line `after`, or the end.
pub async fn position(conn: &mut PgConnection, user: UserId, after: Option<ActivityId>) -> Result<i64, Error> {
    match after {
        Some(id) => Ok(place(conn, user, id).await?.position),
        None => Ok(store::activity::last_position(conn, user).await?),
    }
}

async fn place(conn: &mut PgConnection, user: UserId, id: ActivityId) -> Result<Place, Error> {
    store::activity::place(conn, user, id).await?.ok_or(Error::UnknownCursor)
}
