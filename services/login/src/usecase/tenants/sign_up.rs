//! Creates a tenant with its first admin.

use chassis::{db::set_tenant, id::TenantId, outbox, text::Locale};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{
        plan::Plan,
        tenant::{Slug, Tenant},
        user::User,
    },
    error::Error,
    events,
    passwords::PasswordHashed,
    store,
    usecase::members::join::{NewPerson, join},
};

#[derive(Debug)]
pub struct TenantDetails {
    pub slug: Slug,
    pub name: String,
    pub locale: Locale,
    /// IANA name.
    pub time_zone: String,
    /// ISO 4217 code.
    pub currency_code: String,
}

/// Creates the tenant and its admin. Sets the tenant of the transaction.
///
/// # Errors
/// [`Error::SlugTaken`], [`Error::EmailTaken`].
pub async fn sign_up(
    app: &App,
    conn: &mut PgConnection,
    details: TenantDetails,
    admin: NewPerson,
    password: &PasswordHashed,
) -> Result<(Tenant, User), Error> {
    let now = app.clock.now();
    let tenant = Tenant {
        tenant_id: TenantId::new(&app.clock),
        slug: details.slug.as_str().to_owned(),
        name: details.name,
        locale: details.locale.as_str().to_owned(),
        time_zone: details.time_zone,
        currency_code: details.currency_code,
        plan: Plan::Free.as_str().to_owned(),
        status: "active".to_owned(),
        version: 1,
        created_at: now,
        changed_at: now,
    };
    set_tenant(conn, tenant.tenant_id).await?;
    store::tenant::insert(conn, &tenant).await.map_err(taken)?;
    outbox::publish(conn, &app.clock, &events::tenant_changed(&tenant)).await?;
    let user = join(app, conn, tenant.tenant_id, admin, password).await?;
    Ok((tenant, user))
}

fn taken(error: sqlx::Error) -> Error {
    match chassis::db::constraint(&error) {
        Some("tenant_slug_key") => Error::SlugTaken,
        _ => error.into(),
    }
}
