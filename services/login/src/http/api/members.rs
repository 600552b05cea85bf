//! `/v1/members`

use axum::extract::State;
use chassis::{
    http::{Json, Page, PageQuery, Query},
    id::UserId,
    problem::Problem,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::access::Access;
use crate::{
    app::App,
    error::Error,
    store::{self, user::User},
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A person of the company.
#[derive(Serialize, ToSchema)]
pub(super) struct Member {
    user_id: UserId,
    email: String,
    display_name: String,
    locale: String,
    /// `member`, `admin`
    roles: Vec<String>,
    /// `active` or `suspended`
    status: String,
    created_at: DateTime<Utc>,
}

impl From<User> for Member {
    fn from(user: User) -> Self {
        Self {
            user_id: user.user_id,
            email: user.email,
            display_name: user.display_name,
            locale: user.locale,
            roles: user.roles,
            status: user.status,
            created_at: user.created_at,
        }
    }
}

/// The people of the caller's company, in the order they joined.
#[utoipa::path(get, path = "/v1/members", tag = "members", params(PageQuery), security(("access_token" = [])),
    responses((status = 200, body = Page<Member>), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(app): State<App>,
    Access(person): Access,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Member>>, Error> {
    let mut tx = app.db.begin(person.tenant_id).await?;
    let users = store::user::page(&mut tx, query.after(), query.rows()).await?;
    tx.commit().await?;
    Ok(Json(Page::new(users, &query, |user| user.user_id.as_uuid(), Member::from)))
}
