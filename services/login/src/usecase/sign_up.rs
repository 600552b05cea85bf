//! A company signs up, with its first admin.

use chassis::{
    auth::Role,
    db::set_tenant,
    id::{TenantId, UserId},
    outbox,
    text::Locale,
};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{email::Email, plan::Plan, tenant::Slug, user},
    error::Error,
    events,
    passwords::PasswordHashed,
    store::{self, tenant::Tenant, user::User},
};

/// A company that signs up.
#[derive(Debug)]
pub struct Company {
    /// Its short name.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// The language its people mostly read.
    pub locale: Locale,
    /// The time zone its days follow.
    pub time_zone: String,
    /// What it is billed in.
    pub currency_code: String,
}

/// A person who joins.
#[derive(Debug)]
pub struct NewPerson {
    /// Their address.
    pub email: Email,
    /// What to call them.
    pub display_name: String,
    /// Their language.
    pub locale: Locale,
    /// What they will be.
    pub role: Role,
}

/// Adds the tenant and its admin. The rest of the transaction is in the new tenant.
///
/// # Errors
/// [`Error::SlugTaken`], [`Error::EmailTaken`].
pub async fn sign_up(
    app: &App,
    connection: &mut PgConnection,
    company: Company,
    admin: NewPerson,
    password: &PasswordHashed,
) -> Result<(Tenant, User), Error> {
    let now = app.clock.now();
    let tenant = Tenant {
        tenant_id: TenantId::new(&app.clock),
        slug: company.slug.as_str().to_owned(),
        name: company.name,
        locale: company.locale.as_str().to_owned(),
        time_zone: company.time_zone,
        currency_code: company.currency_code,
        plan: Plan::Free.as_str().to_owned(),
        status: "active".to_owned(),
        version: 1,
        created_at: now,
        changed_at: now,
    };
    set_tenant(connection, tenant.tenant_id).await?;
    store::tenant::insert(connection, &tenant).await.map_err(taken)?;
    outbox::publish(connection, &app.clock, &events::tenant_changed(&tenant)).await?;
    let user = join(app, connection, tenant.tenant_id, admin, password).await?;
    Ok((tenant, user))
}

/// Adds a person to a tenant, in the transaction of whatever made them join.
pub(super) async fn join(
    app: &App,
    connection: &mut PgConnection,
    tenant_id: TenantId,
    person: NewPerson,
    password: &PasswordHashed,
) -> Result<User, Error> {
    let now = app.clock.now();
    let user = User {
        user_id: UserId::new(&app.clock),
        tenant_id,
        email: person.email.as_str().to_owned(),
        display_name: person.display_name,
        locale: person.locale.as_str().to_owned(),
        roles: user::names_of(person.role),
        status: "active".to_owned(),
        version: 1,
        created_at: now,
        changed_at: now,
    };
    store::directory::insert_email(connection, &person.email.hash(), tenant_id, user.user_id).await.map_err(taken)?;
    store::user::insert(connection, &user).await?;
    store::credential::insert(connection, tenant_id, user.user_id, password.as_str(), now).await?;
    outbox::publish(connection, &app.clock, &events::user_changed(&user)).await?;
    Ok(user)
}

fn taken(error: sqlx::Error) -> Error {
    match chassis::db::constraint(&error) {
        Some("tenant_slug_key") => Error::SlugTaken,
        Some("email_directory_pkey") => Error::EmailTaken,
        _ => error.into(),
    }
}
