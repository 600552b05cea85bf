//! Adds a person to a tenant, after a sign-up or an invitation.

use chassis::{
    auth::Role,
    id::{TenantId, UserId},
    outbox,
    text::Locale,
};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{
        email::Email,
        user::{self, User},
    },
    error::Error,
    events,
    passwords::PasswordHashed,
    store,
};

#[derive(Debug)]
pub struct NewPerson {
    pub email: Email,
    pub display_name: String,
    pub locale: Locale,
    pub role: Role,
}

pub(in crate::usecase) async fn join(
    app: &App,
    conn: &mut PgConnection,
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
    // The constraint knows the canonical form only. An account of an earlier release may have another form.
    if store::directory::find_email(conn, &person.email.hashes()).await?.is_some() {
        return Err(Error::EmailTaken);
    }
    store::directory::insert_email(conn, &person.email.hash(), tenant_id, user.user_id).await.map_err(taken)?;
    store::user::insert(conn, &user).await?;
    store::credential::insert(conn, tenant_id, user.user_id, password.as_str(), now).await?;
    outbox::publish(conn, &app.clock, &events::user_changed(&user)).await?;
    Ok(user)
}

fn taken(error: sqlx::Error) -> Error {
    match chassis::db::constraint(&error) {
        Some("email_directory_pkey") => Error::EmailTaken,
        _ => error.into(),
    }
}
