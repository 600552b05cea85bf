//! `/v1/sessions`

use axum::extract::State;
use chassis::{
    http::{Json, Path},
    id::SessionId,
    problem::Problem,
};
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::access::Access;
use crate::{app::App, domain::session, error::Error, store, usecase::sessions::end_session::end_session_for_caller};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(end))
}

/// A session of the caller on one device.
#[derive(Serialize, ToSchema)]
struct Session {
    session_id: SessionId,
    /// Browser and operating system at sign-in.
    device: String,
    created_at: DateTime<Utc>,
    /// Accurate to a minute.
    last_used_at: DateTime<Utc>,
    /// Whether the access token of this request belongs to it.
    current: bool,
}

/// The caller's active sessions.
#[derive(Serialize, ToSchema)]
struct Sessions {
    items: Vec<Session>,
}

/// Lists the caller's active sessions, newest first.
#[utoipa::path(get, path = "/v1/sessions", tag = "sessions", security(("access_token" = [])),
    responses((status = 200, body = Sessions), (status = 401, body = Problem)))]
async fn list(State(app): State<App>, access: Access) -> Result<Json<Sessions>, Error> {
    let mut tx = access.read(&app).await?;
    let sessions = store::session::list_by_user(&mut tx, access.person().user_id, app.clock.now()).await?;
    tx.commit().await?;
    let item = |session: session::Session| Session {
        session_id: session.session_id,
        device: session.device,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        current: session.session_id == access.person().session_id,
    };
    Ok(Json(Sessions { items: sessions.into_iter().map(item).collect() }))
}

/// Ends a session of the caller; admins may end any session of their tenant. Ending an ended session succeeds.
#[utoipa::path(delete, path = "/v1/sessions/{session_id}", tag = "sessions", security(("access_token" = [])),
    params(("session_id" = SessionId, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn end(State(app): State<App>, access: Access, Path(session_id): Path<SessionId>) -> Result<StatusCode, Error> {
    end_session_for_caller(&app, access.person(), session_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
