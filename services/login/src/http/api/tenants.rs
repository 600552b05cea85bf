//! `/v1/tenants`, `/v1/tenant`

use axum::extract::State;
use chassis::{
    auth::Role,
    http::Json,
    id::{TenantId, UserId},
    idempotency::{Answer, IdempotencyKey},
    problem::{FieldError, Problem},
    text::Locale,
};
use chrono::{DateTime, Utc};
use http::StatusCode;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{access::Access, once};
use crate::{
    app::App,
    domain::{
        email::Email,
        password::NewPassword,
        plan::limits_of,
        tenant::{self, Slug, currency, time_zone},
        text,
    },
    error::Error,
    http::request_context::Context,
    store,
    usecase::{
        enforce_plan::usage,
        members::join::NewPerson,
        tenants::{
            request_sign_up::request_sign_up,
            sign_up::TenantDetails,
            verify_sign_up::{hash_password, verify_sign_up},
        },
    },
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(verify)).routes(routes!(read))
}

/// A company that signs up.
#[derive(Deserialize, Serialize, ToSchema)]
struct NewTenant {
    /// The company's name.
    #[schema(example = "Acme", min_length = 1, max_length = 100)]
    name: String,
    /// Short name in addresses: 3 to 40 lower-case letters, digits and hyphens, unique.
    #[schema(example = "acme", min_length = 3, max_length = 40, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: String,
    /// Language its people mostly read.
    #[schema(example = "en", pattern = "^(ko|en)$")]
    locale: String,
    /// IANA time zone that its days and months follow.
    #[schema(example = "Etc/UTC")]
    time_zone: String,
    /// ISO 4217 code of the currency it is billed in.
    #[schema(example = "USD", pattern = "^(EUR|GBP|JPY|KRW|USD)$")]
    currency_code: String,
    /// The first person.
    admin: NewAdmin,
}

/// The first person of a company.
#[derive(Deserialize, Serialize, ToSchema)]
struct NewAdmin {
    #[schema(example = "admin@acme.example", format = Email, max_length = 254)]
    email: String,
    /// What to call them.
    #[schema(example = "Ada", min_length = 1, max_length = 100)]
    display_name: String,
}

/// A tenant.
#[derive(Serialize, ToSchema)]
struct Tenant {
    tenant_id: TenantId,
    slug: String,
    name: String,
    locale: String,
    time_zone: String,
    currency_code: String,
    /// `free` or `pro`
    plan: String,
    /// `active` or `suspended`
    status: String,
    created_at: DateTime<Utc>,
}

/// What became of a sign-up.
#[derive(Serialize, ToSchema)]
struct SignUp {
    /// `verification_sent`: the mail says how to go on
    status: &'static str,
}

/// The answer to a sign-up's mail.
#[derive(Deserialize, Serialize, ToSchema)]
struct Verification {
    /// The last part of the address in the mail.
    #[serde(skip_serializing)]
    #[schema(required = true)]
    token: String,
    /// The first admin's from now on: 12 to 128 characters, and not among the most common.
    #[serde(skip_serializing)]
    #[schema(value_type = String, format = Password, required = true, min_length = 12, max_length = 128,
        example = "one-product-one-team")]
    password: SecretString,
}

/// A tenant that has just signed up.
#[derive(Serialize, ToSchema)]
struct CreatedTenant {
    #[serde(flatten)]
    tenant: Tenant,
    /// The first person.
    admin_user_id: UserId,
}

/// A tenant, with what it may use and has used.
#[derive(Serialize, ToSchema)]
struct CurrentTenant {
    #[serde(flatten)]
    tenant: Tenant,
    /// What the plan allows.
    limits: Limits,
    /// What counts against it.
    usage: Usage,
}

/// What a plan allows.
#[derive(Serialize, ToSchema)]
struct Limits {
    /// People; open invitations count too when someone is invited.
    members: i64,
    /// Sign-ins on a day of the company's time zone.
    sign_ins_a_day: i64,
}

/// What a company used so far.
#[derive(Serialize, ToSchema)]
struct Usage {
    /// People, suspended ones included.
    members: i64,
    /// Sign-ins on this day of the company's time zone.
    sign_ins_today: i64,
}

impl From<tenant::Tenant> for Tenant {
    fn from(tenant: tenant::Tenant) -> Self {
        Self {
            tenant_id: tenant.tenant_id,
            slug: tenant.slug,
            name: tenant.name,
            locale: tenant.locale,
            time_zone: tenant.time_zone,
            currency_code: tenant.currency_code,
            plan: tenant.plan,
            status: tenant.status,
            created_at: tenant.created_at,
        }
    }
}

/// Signs a company up, with its first admin. Anyone may. Both begin when the mail to the admin's address is answered
/// with a password, within a day; signing up again replaces an earlier sign-up of that address. An address that has an account gets a mail
/// that says so, and the answer is the same.
#[utoipa::path(post, path = "/v1/tenants", tag = "tenants", request_body = NewTenant, params(super::once::KeyHeader),
    responses((status = 202, body = SignUp), (status = 409, body = Problem, description = "`slug_taken`"),
        (status = 422, body = Problem), (status = 429, body = Problem, description = "Too many from one place")))]
async fn create(
    State(app): State<App>,
    Context(context): Context,
    key: Option<IdempotencyKey>,
    Json(new): Json<NewTenant>,
) -> Result<Answer, Error> {
    let (company, admin) = check(&new).map_err(Error::Invalid)?;
    let comes_with = format!("sign-up:{}:{}", new.slug, new.admin.email);
    once::by_anyone(&app, key.as_ref(), &comes_with, &new, async |tx| {
        request_sign_up(&app, tx, company, admin, context.address).await?;
        Ok((StatusCode::ACCEPTED, SignUp { status: "verification_sent" }))
    })
    .await
}

/// Begins the company whose sign-up a mail told of; whoever has the token chooses the admin's password.
#[utoipa::path(post, path = "/v1/tenants/verify", tag = "tenants", request_body = Verification, params(super::once::KeyHeader),
    responses((status = 201, body = CreatedTenant), (status = 404, body = Problem, description = "`sign_up_not_found`"),
        (status = 409, body = Problem, description = "`slug_taken`, `email_taken`: by someone who was faster"),
        (status = 422, body = Problem), (status = 503, body = Problem, description = "Too many at once")))]
async fn verify(
    State(app): State<App>,
    key: Option<IdempotencyKey>,
    Json(verification): Json<Verification>,
) -> Result<Answer, Error> {
    let password = NewPassword::parse("password", verification.password.clone())?;
    let password = once::unless_done(hash_password(&app, &verification.token, password).await)?;
    let comes_with = format!("verification:{}", verification.token);
    once::by_anyone(&app, key.as_ref(), &comes_with, &verification, async |tx| {
        let (tenant, user) = verify_sign_up(&app, tx, &verification.token, &password?).await?;
        Ok((StatusCode::CREATED, CreatedTenant { tenant: tenant.into(), admin_user_id: user.user_id }))
    })
    .await
}

/// The caller's own company: its plan, and what of it was used so far.
#[utoipa::path(get, path = "/v1/tenant", tag = "tenants", security(("access_token" = [])),
    responses((status = 200, body = CurrentTenant), (status = 401, body = Problem)))]
async fn read(State(app): State<App>, Access(person): Access) -> Result<Json<CurrentTenant>, Error> {
    let mut tx = app.db.begin(person.tenant_id).await?;
    let tenant = store::tenant::current(&mut tx).await?.ok_or(Error::NotFound("tenant_not_found"))?;
    let used = usage(&mut tx, &tenant, app.clock.now()).await?;
    tx.commit().await?;
    let limits = limits_of(&tenant.plan);
    Ok(Json(CurrentTenant {
        tenant: tenant.into(),
        limits: Limits { members: limits.members, sign_ins_a_day: limits.sign_ins_a_day },
        usage: Usage { members: used.members, sign_ins_today: used.sign_ins_today },
    }))
}

fn check(new: &NewTenant) -> Result<(TenantDetails, NewPerson), Vec<FieldError>> {
    let name = text::name("name", &new.name);
    let slug = Slug::parse("slug", &new.slug);
    let locale = Locale::parse("locale", &new.locale);
    let zone = time_zone("time_zone", &new.time_zone);
    let currency = currency("currency_code", &new.currency_code);
    let email = Email::parse("admin.email", &new.admin.email);
    let display_name = text::name("admin.display_name", &new.admin.display_name);
    match (name, slug, locale, zone, currency, email, display_name) {
        (Ok(name), Ok(slug), Ok(locale), Ok(time_zone), Ok(currency_code), Ok(email), Ok(display_name)) => {
            let company = TenantDetails { slug, name, locale, time_zone, currency_code };
            Ok((company, NewPerson { email, display_name, locale, role: Role::Admin }))
        }
        (name, slug, locale, zone, currency, email, display_name) => {
            let first = [name.err(), slug.err(), locale.err(), zone.err(), currency.err()];
            Err(first.into_iter().chain([email.err(), display_name.err()]).flatten().collect())
        }
    }
}
