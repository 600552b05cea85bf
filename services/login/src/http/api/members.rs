//! `/v1/members`

use axum::extract::State;
use chassis::{
    http::{Changes, Json, Page, PageQuery, Path, Query},
    id::UserId,
    problem::{FieldError, Problem},
};
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::access::Access;
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

/// A person of the tenant, as all its members see them. `/v1/me` returns the same.
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

/// Changes of a person. Omitted fields stay as they are.
#[derive(Deserialize, ToSchema)]
struct MemberChange {
    /// `member`, `admin`. An admin is always a member.
    #[schema(example = json!(["member"]), min_items = 1)]
    roles: Option<Vec<String>>,
    /// `active` or `suspended`. Suspended people cannot sign in.
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

/// Lists the people of the caller's tenant in the order in which they joined.
#[utoipa::path(get, path = "/v1/members", tag = "members", params(PageQuery), security(("access_token" = [])),
    responses((status = 200, body = Page<Member>), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(app): State<App>,
    access: Access,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Member>>, Error> {
    let mut tx = access.read(&app).await?;
    let users = store::user::page(&mut tx, query.after(), query.rows()).await?;
    tx.commit().await?;
    Ok(Json(Page::new(users, &query, |user| user.user_id.as_uuid(), Member::from)))
}

/// Changes the roles or status of a person of the caller's tenant; for admins. Suspending a person ends all their sessions.
#[utoipa::path(patch, path = "/v1/members/{user_id}", tag = "members", request_body = MemberChange,
    security(("access_token" = [])), params(("user_id" = UserId, Path)),
    responses((status = 200, body = Member), (status = 404, body = Problem, description = "`user_not_found`"),
        (status = 409, body = Problem, description = "`last_admin`")))]
async fn change(
    State(app): State<App>,
    access: Access,
    Path(user_id): Path<UserId>,
    Changes { body: requested, .. }: Changes<MemberChange, Member>,
) -> Result<Json<Member>, Error> {
    let mut tx = access.write_as_admin(&app).await?;
    let change = check(&requested).map_err(Error::Invalid)?;
    let changed = change_member(&app, &mut tx, user_id, change).await?;
    tx.commit().await?;
    Ok(Json(changed.into()))
}

/// Removes a person from the caller's tenant permanently; for admins. All data of the person is erased.
#[utoipa::path(delete, path = "/v1/members/{user_id}", tag = "members", security(("access_token" = [])),
    params(("user_id" = UserId, Path)),
    responses((status = 204, description = "Erased"), (status = 404, body = Problem, description = "`user_not_found`"),
        (status = 409, body = Problem, description = "`last_admin`")))]
async fn remove(State(app): State<App>, access: Access, Path(user_id): Path<UserId>) -> Result<StatusCode, Error> {
    let mut tx = access.erase_as_admin(&app, user_id).await?;
    erase_person(&app, &mut tx, access.person().tenant_id, user_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn check(requested: &MemberChange) -> Result<Change, Vec<FieldError>> {
    let role = requested.roles.as_deref().map(|roles| user::highest("roles", roles)).transpose();
    let active = requested.status.as_deref().map(|status| user::is_active("status", status)).transpose();
    match (role, active) {
        (Ok(role), Ok(active)) => Ok(Change { role, active }),
        (role, active) => Err([role.err(), active.err()].into_iter().flatten().collect()),
    }
}
