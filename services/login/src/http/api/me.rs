//! `/v1/me`

use axum::extract::State;
use chassis::{
    http::{Changes, Json},
    problem::{FieldError, Problem},
    text::Locale,
};
use http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{access::Access, members::Member};
use crate::{
    app::App,
    domain::{text, user::User},
    error::Error,
    http::request_context::Context,
    store,
    usecase::{
        members::{
            change_profile::{Change, change_profile},
            erase_person::erase_person,
        },
        sign_in::confirm_password::confirm_password,
    },
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read, change, erase))
}

/// Changes of the caller's profile. Omitted fields stay as they are.
#[derive(Deserialize, ToSchema)]
struct ProfileChange {
    /// Display name.
    #[schema(example = "Amy", min_length = 1, max_length = 100)]
    display_name: Option<String>,
    /// `ko` or `en`
    #[schema(example = "en", pattern = "^(ko|en)$")]
    locale: Option<String>,
}

/// Confirms the erasure.
#[derive(Deserialize, ToSchema)]
struct Erasure {
    /// The caller's password.
    #[schema(value_type = String, format = Password, max_length = 128)]
    password: SecretString,
}

/// Reads the caller's profile.
#[utoipa::path(get, path = "/v1/me", tag = "me", security(("access_token" = [])),
    responses((status = 200, body = Member)))]
async fn read(State(app): State<App>, access: Access) -> Result<Json<Member>, Error> {
    let mut tx = access.read(&app).await?;
    let user = store::user::find(&mut tx, access.person().user_id).await?.ok_or(Error::NotFound("user_not_found"))?;
    tx.commit().await?;
    Ok(Json(user.into()))
}

/// Changes the caller's profile.
#[utoipa::path(patch, path = "/v1/me", tag = "me", request_body = ProfileChange, security(("access_token" = [])),
    responses((status = 200, body = Member)))]
async fn change(
    State(app): State<App>,
    access: Access,
    Changes { body: requested, .. }: Changes<ProfileChange, Member>,
) -> Result<Json<Member>, Error> {
    let mut tx = access.write(&app).await?;
    let before = store::user::find(&mut tx, access.person().user_id).await?.ok_or(Error::NotFound("user_not_found"))?;
    let change = check(&requested, &before).map_err(Error::Invalid)?;
    let changed = change_profile(&app, &mut tx, access.person().user_id, change).await?;
    tx.commit().await?;
    Ok(Json(changed.into()))
}

/// Erases the caller's account permanently, in all products.
#[utoipa::path(delete, path = "/v1/me", tag = "me", request_body = Erasure, security(("access_token" = [])),
    responses((status = 204, description = "Erased"),
        (status = 409, body = Problem, description = "`last_admin`"),
        (status = 422, body = Problem, description = "also `wrong_password`"),
        (status = 429, body = Problem, description = "`too_many_tries`")))]
async fn erase(
    State(app): State<App>,
    access: Access,
    Context(context): Context,
    Json(erasure): Json<Erasure>,
) -> Result<StatusCode, Error> {
    // An ended session may not try passwords.
    access.read(&app).await?.commit().await?;
    let (tenant_id, user_id) = (access.person().tenant_id, access.person().user_id);
    confirm_password(&app, tenant_id, user_id, erasure.password, &context).await?;
    let mut tx = access.erase_self(&app).await?;
    erase_person(&app, &mut tx, tenant_id, user_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Validates a change. A name that the person has already stays: an earlier release may have accepted it.
fn check(requested: &ProfileChange, before: &User) -> Result<Change, Vec<FieldError>> {
    let new = requested.display_name.as_deref().filter(|name| *name != before.display_name);
    let display_name = new.map(|name| text::name("display_name", name)).transpose();
    let locale = requested.locale.as_deref().map(|locale| Locale::parse("locale", locale)).transpose();
    match (display_name, locale) {
        (Ok(display_name), Ok(locale)) => Ok(Change { display_name, locale }),
        (display_name, locale) => Err([display_name.err(), locale.err()].into_iter().flatten().collect()),
    }
}
