//! `/v1/invitations`

use axum::extract::State;
use chassis::{
    auth::Role,
    http::{Json, Page, PageQuery, Path, Query},
    idempotency::{self, Answer, IdempotencyKey, KeyHeader},
    problem::{FieldError, Problem},
    text::Locale,
};
use chrono::{DateTime, Utc};
use http::StatusCode;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{access::Access, idempotent, members::Member};
use crate::{
    app::App,
    domain::{
        email::Email,
        invitation::{self, InvitationId},
        password::NewPassword,
        text, user,
    },
    error::Error,
    store,
    usecase::members::{
        accept_invitation::{accept_invitation, hash_password},
        invite::{Invite, invite},
        withdraw_invitation::withdraw_invitation,
    },
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(withdraw)).routes(routes!(accept))
}

/// A person to invite.
#[derive(Deserialize, Serialize, ToSchema)]
struct NewInvitation {
    #[schema(example = "amy@acme.example", format = Email, max_length = 254)]
    email: String,
    /// `member` or `admin`
    #[schema(example = "member", pattern = "^(member|admin)$")]
    role: String,
    /// `ko` or `en`
    #[schema(example = "en", pattern = "^(ko|en)$")]
    locale: String,
}

/// An open invitation.
#[derive(Serialize, ToSchema)]
struct Invitation {
    invitation_id: InvitationId,
    email: String,
    role: String,
    locale: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// Acceptance of an invitation.
#[derive(Deserialize, Serialize, ToSchema)]
struct Acceptance {
    /// Last path segment of the link in the e-mail.
    #[serde(skip_serializing)]
    #[schema(required = true)]
    token: String,
    /// Display name.
    #[schema(example = "Amy", min_length = 1, max_length = 100)]
    display_name: String,
    /// 12 to 128 characters, not a common password.
    #[serde(skip_serializing)]
    #[schema(value_type = String, format = Password, required = true, min_length = 12, max_length = 128,
        example = "one-product-one-team")]
    password: SecretString,
}

impl From<invitation::Invitation> for Invitation {
    fn from(row: invitation::Invitation) -> Self {
        Self {
            invitation_id: row.invitation_id,
            email: row.email,
            role: row.role,
            locale: row.locale,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

/// Invites a person to the caller's tenant by e-mail; for admins. An earlier invitation of the same address becomes invalid.
#[utoipa::path(post, path = "/v1/invitations", tag = "invitations", request_body = NewInvitation, params(KeyHeader),
    security(("access_token" = [])),
    responses((status = 201, body = Invitation), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem, description = "`plan_limit_members`"), (status = 422, body = Problem),
        (status = 429, body = Problem, description = "Too many invitations")))]
async fn create(
    State(app): State<App>,
    access: Access,
    key: Option<IdempotencyKey>,
    Json(new): Json<NewInvitation>,
) -> Result<Answer, Error> {
    let mut tx = access.write_as_admin(&app).await?;
    let (email, role, locale) = check(&new).map_err(Error::Invalid)?;
    let answer = idempotency::run(&mut tx, &app.clock, access.person(), key.as_ref(), &new, async |tx| {
        let new = Invite { by: access.acting().clone(), email, role, locale };
        Ok((StatusCode::CREATED, Invitation::from(invite(&app, tx, new).await?)))
    });
    let answer = answer.await?;
    tx.commit().await?;
    Ok(answer)
}

/// Lists the open invitations of the caller's tenant, oldest first; for admins.
#[utoipa::path(get, path = "/v1/invitations", tag = "invitations", params(PageQuery), security(("access_token" = [])),
    responses((status = 200, body = Page<Invitation>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
async fn list(
    State(app): State<App>,
    access: Access,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Invitation>>, Error> {
    let mut tx = access.read_as_admin(&app).await?;
    let rows = store::invitation::page_open(&mut tx, query.after(), query.rows(), app.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(Page::new(rows, &query, |row| row.invitation_id.as_uuid(), Invitation::from)))
}

/// Withdraws an open invitation of the caller's tenant; for admins. Its link becomes invalid.
#[utoipa::path(delete, path = "/v1/invitations/{invitation_id}", tag = "invitations", security(("access_token" = [])),
    params(("invitation_id" = InvitationId, Path)),
    responses((status = 204, description = "Withdrawn"),
        (status = 404, body = Problem, description = "`invitation_not_found`: accepted, replaced, withdrawn or expired")))]
async fn withdraw(
    State(app): State<App>,
    access: Access,
    Path(invitation_id): Path<InvitationId>,
) -> Result<StatusCode, Error> {
    let mut tx = access.write_as_admin(&app).await?;
    withdraw_invitation(&app, &mut tx, invitation_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accepts an invitation: creates the person in the tenant. Authorized by the invitation's token.
#[utoipa::path(post, path = "/v1/invitations/accept", tag = "invitations", request_body = Acceptance, params(KeyHeader),
    responses((status = 201, body = Member), (status = 404, body = Problem, description = "`invitation_not_found`"),
        (status = 409, body = Problem, description = "`email_taken`, `plan_limit_members`"), (status = 422, body = Problem),
        (status = 503, body = Problem, description = "Too many concurrent password checks")))]
async fn accept(
    State(app): State<App>,
    key: Option<IdempotencyKey>,
    Json(acceptance): Json<Acceptance>,
) -> Result<Answer, Error> {
    let display_name = text::name("display_name", &acceptance.display_name);
    let password = NewPassword::parse("password", &acceptance.password);
    let (display_name, password) = match (display_name, password) {
        (Ok(display_name), Ok(password)) => (display_name, password),
        (name, password) => return Err(Error::Invalid([name.err(), password.err()].into_iter().flatten().collect())),
    };
    let hashed = hash_password(&app, &acceptance.token, &display_name, password).await;
    let password = idempotent::defer_not_found(hashed)?;
    let subject = format!("invitation:{}", acceptance.token);
    idempotent::run_anonymous(&app, key.as_ref(), &subject, &acceptance, async |tx| {
        let password = password?;
        let user = accept_invitation(&app, tx, &acceptance.token, display_name, &password).await?;
        Ok((StatusCode::CREATED, Member::from(user)))
    })
    .await
}

fn check(new: &NewInvitation) -> Result<(Email, Role, Locale), Vec<FieldError>> {
    match (Email::parse("email", &new.email), user::role("role", &new.role), Locale::parse("locale", &new.locale)) {
        (Ok(email), Ok(role), Ok(locale)) => Ok((email, role, locale)),
        (email, role, locale) => Err([email.err(), role.err(), locale.err()].into_iter().flatten().collect()),
    }
}
