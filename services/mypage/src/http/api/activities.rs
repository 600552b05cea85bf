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

/// One line of the timeline.
#[derive(Serialize, ToSchema)]
pub struct ActivityView {
    /// Names the line.
    activity_id: ActivityId,
    /// `signed_in`, `signed_out`, `ad_seen`, `ad_clicked` or `preferences_changed`.
    kind: &'static str,
    /// What it was about, for people: a device, or a headline.
    subject: String,
    /// When it happened.
    occurred_at: DateTime<Utc>,
}

impl From<Activity> for ActivityView {
    fn from(activity: Activity) -> Self {
        let Activity { activity_id, kind, subject, occurred_at, .. } = activity;
        Self { activity_id, kind: kind.name(), subject, occurred_at }
    }
}

/// The person's timeline, newest first.
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
