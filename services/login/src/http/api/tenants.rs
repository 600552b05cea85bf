//! `/v1/tenants`, `/v1/tenant`

use axum::extract::State;
use chassis::{
    auth::Role,
    http::Json,
    id::{TenantId, UserId},
    idempotency::{Answer, IdempotencyKey, KeyHeader},
    problem::{FieldError, Problem},
    text::Locale,
};
use chrono::{DateTime, Utc};
use http::StatusCode;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{access::Access, idempotent};
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

/// A tenant that signs up.
#[derive(Deserialize, Serialize, ToSchema)]
struct NewTenant {
    /// Name of the company.
    #[schema(example = "Acme", min_length = 1, max_length = 100)]
    name: String,
    /// Short name in addresses: 3 to 40 lower-case letters, digits and hyphens, unique.
    #[schema(example = "acme", min_length = 3, max_length = 40, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: String,
    /// Default language of its people.
    #[schema(example = "en", pattern = "^(ko|en)$")]
    locale: String,
    /// IANA time zone of its days and months.
    #[schema(example = "Etc/UTC")]
    time_zone: String,
    /// ISO 4217 code of its billing currency.
    #[schema(example = "USD", pattern = "^(EUR|GBP|JPY|KRW|USD)$")]
    currency_code: String,
    /// First admin.
    admin: NewAdmin,
}

/// First admin of a tenant.
#[derive(Deserialize, Serialize, ToSchema)]
struct NewAdmin {
    #[schema(example = "admin@acme.example", format = Email, max_length = 254)]
    email: String,
    /// Display name.
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

/// Result of a sign-up.
#[derive(Serialize, ToSchema)]
struct SignUp {
    /// `verification_sent`: the e-mail contains the next step
    status: &'static str,
}

/// Confirms a sign-up by the token of its e-mail.
#[derive(Deserialize, Serialize, ToSchema)]
struct Verification {
    /// Last path segment of the link in the e-mail.
    #[serde(skip_serializing)]
    #[schema(required = true)]
    token: String,
    /// Password of the first admin: 12 to 128 characters, not a common password.
    #[serde(skip_serializing)]
    #[schema(value_type = String, format = Password, required = true, min_length = 12, max_length = 128,
        example = "one-product-one-team")]
    password: SecretString,
}

/// A new tenant.
#[derive(Serialize, ToSchema)]
struct CreatedTenant {
    #[serde(flatten)]
    tenant: Tenant,
    /// User id of the first admin.
    admin_user_id: UserId,
}

/// A tenant with its limits and usage.
#[derive(Serialize, ToSchema)]
struct CurrentTenant {
    #[serde(flatten)]
    tenant: Tenant,
    limits: Limits,
    usage: Usage,
}

/// Limits of the plan.
#[derive(Serialize, ToSchema)]
struct Limits {
    /// People. Open invitations count when another person is invited.
    members: i64,
    /// Sign-ins a day, in the tenant's time zone.
    sign_ins_a_day: i64,
}

/// Current usage.
#[derive(Serialize, ToSchema)]
struct Usage {
    /// People, including suspended ones.
    members: i64,
    /// Sign-ins today, in the tenant's time zone.
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

/// Signs up a tenant with its first admin. Open to anyone. The tenant is created when the admin confirms the e-mail and chooses a
/// password, within a day. Another sign-up of the same address replaces the earlier one. If the address already has an
/// account, its owner gets an e-mail about it, and the response is the same.
#[utoipa::path(post, path = "/v1/tenants", tag = "tenants", request_body = NewTenant, params(KeyHeader),
    responses((status = 202, body = SignUp), (status = 409, body = Problem, description = "`slug_taken`"),
        (status = 422, body = Problem), (status = 429, body = Problem, description = "Too many from one source address")))]
async fn create(
    State(app): State<App>,
    Context(context): Context,
    key: Option<IdempotencyKey>,
    Json(new): Json<NewTenant>,
) -> Result<Answer, Error> {
    let (details, admin) = check(&new).map_err(Error::Invalid)?;
    let subject = format!("sign-up:{}:{}", details.slug.as_str(), admin.email.as_str());
    idempotent::run_anonymous(&app, key.as_ref(), &subject, &new, async |tx| {
        request_sign_up(&app, tx, details, admin, context.address, None).await?;
        Ok((StatusCode::ACCEPTED, SignUp { status: "verification_sent" }))
    })
    .await
}

/// Confirms a sign-up: creates the tenant and its admin with the chosen password. Authorized by the e-mail's token.
#[utoipa::path(post, path = "/v1/tenants/verify", tag = "tenants", request_body = Verification, params(KeyHeader),
    responses((status = 201, body = CreatedTenant), (status = 404, body = Problem, description = "`sign_up_not_found`"),
        (status = 409, body = Problem, description = "`slug_taken` or `email_taken` since the sign-up"),
        (status = 422, body = Problem), (status = 503, body = Problem, description = "Too many concurrent password checks")))]
async fn verify(
    State(app): State<App>,
    key: Option<IdempotencyKey>,
    Json(verification): Json<Verification>,
) -> Result<Answer, Error> {
    let password = NewPassword::parse("password", &verification.password)?;
    let password = idempotent::defer_not_found(hash_password(&app, &verification.token, password).await)?;
    let subject = format!("verification:{}", verification.token);
    idempotent::run_anonymous(&app, key.as_ref(), &subject, &verification, async |tx| {
        let (tenant, user) = verify_sign_up(&app, tx, &verification.token, &password?).await?;
        Ok((StatusCode::CREATED, CreatedTenant { tenant: tenant.into(), admin_user_id: user.user_id }))
    })
    .await
}

/// Reads the caller's tenant with its limits and usage.
#[utoipa::path(get, path = "/v1/tenant", tag = "tenants", security(("access_token" = [])),
    responses((status = 200, body = CurrentTenant), (status = 401, body = Problem)))]
async fn read(State(app): State<App>, access: Access) -> Result<Json<CurrentTenant>, Error> {
    let mut tx = access.read(&app).await?;
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
            let details = TenantDetails { slug, name, locale, time_zone, currency_code };
            Ok((details, NewPerson { email, display_name, locale, role: Role::Admin }))
        }
        (name, slug, locale, zone, currency, email, display_name) => {
            let first = [name.err(), slug.err(), locale.err(), zone.err(), currency.err()];
            Err(first.into_iter().chain([email.err(), display_name.err()]).flatten().collect())
        }
    }
}
