//! GET /v1/activities.

use axum::extract::State;
use chassis::{
    auth::Person,
    http::{Cursor, Json, Page, PageQuery, Query},
    problem::Problem,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    domain::activity::{Activity, ActivityId},
    error::Error,
    usecase::timeline,
};

/// An activity of the timeline.
#[derive(Serialize, ToSchema)]
pub struct ActivityView {
    /// Id of the activity.
    activity_id: ActivityId,
    /// `signed_in`, `signed_out`, `ad_seen`, `ad_clicked`, `preferences_changed` or `other`.
    kind: &'static str,
    /// Text for people: a device, or the headline of an ad.
    subject: String,
    /// Time of the activity.
    occurred_at: DateTime<Utc>,
}

impl From<Activity> for ActivityView {
    fn from(activity: Activity) -> Self {
        let Activity { activity_id, kind, subject, occurred_at, .. } = activity;
        Self { activity_id, kind: kind.name(), subject, occurred_at }
    }
}

/// Lists the caller's activities, newest first.
#[utoipa::path(get, path = "/v1/activities", tag = "activities", params(PageQuery),
    responses((status = OK, body = Page<ActivityView>), (status = UNPROCESSABLE_ENTITY, body = Problem), (status = UNAUTHORIZED, body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    person: Person,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<ActivityView>>, Problem> {
    let before = query.after().map(ActivityId::from);
    let mut tx = app.db.begin(person.tenant_id).await.map_err(Error::from)?;
    let timeline = timeline::page(&mut tx, person.user_id, before, query.limit).await?;
    Ok(Json(Page {
        items: timeline.activities.into_iter().map(ActivityView::from).collect(),
        next_cursor: timeline.older.map(|id| Cursor::from(id.as_uuid()).to_string()),
    }))
}
