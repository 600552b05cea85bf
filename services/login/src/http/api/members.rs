//! `/v1/members`

use axum::extract::State;
use chassis::{
    http::{Json, Page, PageQuery, Path, Query},
    id::UserId,
    problem::{FieldError, Problem},
};
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::access::{Access, begin_as_admin};
use crate::{
    app::App,
    domain::user::{self, User},
    error::Error,
    store,
    usecase::members::{
        change_member::{Change, change_member},
        erase_person::erase_person,
    },
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(change, remove))
}

/// A person of the company, as every member of it sees them, and as they see themselves at `/v1/me`.
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

/// What becomes of a person; what is not given stays.
#[derive(Deserialize, ToSchema)]
struct MemberChange {
    /// `member`, `admin`; who is an admin is a member too.
    #[schema(example = json!(["member"]), min_items = 1)]
    roles: Option<Vec<String>>,
    /// `active` or `suspended`: nobody who is suspended can sign in.
    #[schema(example = "active", pattern = "^(active|suspended)$")]
    status: Option<String>,
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

/// Changes what a person of the caller's company may do, suspends them, or lets them in again; for admins. Who is
/// suspended is signed out everywhere.
#[utoipa::path(patch, path = "/v1/members/{user_id}", tag = "members", request_body = MemberChange,
    security(("access_token" = [])), params(("user_id" = UserId, Path)),
    responses((status = 200, body = Member), (status = 404, body = Problem, description = "`user_not_found`"),
        (status = 409, body = Problem, description = "`last_admin`")))]
async fn change(
    State(app): State<App>,
    Access(person): Access,
    Path(user_id): Path<UserId>,
    Json(asked): Json<MemberChange>,
) -> Result<Json<Member>, Error> {
    let mut tx = begin_as_admin(&app, &person).await?;
    let change = check(&asked).map_err(Error::Invalid)?;
    let changed = change_member(&app, &mut tx, user_id, change).await?;
    tx.commit().await?;
    Ok(Json(changed.into()))
}

/// Removes a person from the caller's company, for good; for admins. All that is known of the person is erased.
#[utoipa::path(delete, path = "/v1/members/{user_id}", tag = "members", security(("access_token" = [])),
    params(("user_id" = UserId, Path)),
    responses((status = 204, description = "Erased"), (status = 404, body = Problem, description = "`user_not_found`"),
        (status = 409, body = Problem, description = "`last_admin`")))]
async fn remove(
    State(app): State<App>,
    Access(person): Access,
    Path(user_id): Path<UserId>,
) -> Result<StatusCode, Error> {
    let mut tx = begin_as_admin(&app, &person).await?;
    erase_person(&app, &mut tx, person.tenant_id, user_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn check(asked: &MemberChange) -> Result<Change, Vec<FieldError>> {
    let role = asked.roles.as_deref().map(|roles| user::highest("roles", roles)).transpose();
    let active = asked.status.as_deref().map(|status| user::is_active("status", status)).transpose();
    match (role, active) {
        (Ok(role), Ok(active)) => Ok(Change { role, active }),
        (role, active) => Err([role.err(), active.err()].into_iter().flatten().collect()),
    }
}
