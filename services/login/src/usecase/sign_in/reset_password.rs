//! Sets a new password for a person who has opened the link in a mail.

use chassis::{db::set_tenant, id::UserId, secret};
use sqlx::PgConnection;

use super::{request_password_reset::void_password_resets, undo_sessions::undo_sessions};
use crate::{
    app::App,
    domain::{email::Email, password::NewPassword, tenant::Tenant, user::User},
    error::Error,
    mail::message::Message,
    passwords::PasswordHashed,
    store::{self, directory::TokenKind},
    usecase::{
        mail::queue_mail::{local_time, queue_mail},
        members::change_member::lock_member,
    },
};

/// The owner of a link.
///
/// # Errors
/// `password_reset_not_found` when it was used or replaced, or has expired.
pub async fn find_password_reset(app: &App, token: &str) -> Result<(User, Tenant), Error> {
    let hash = secret::hash(token);
    let mut tx = app.db.begin_unscoped().await?;
    enter(&mut tx, &hash).await?;
    let user_id = store::password_reset::find(&mut tx, &hash, app.clock.now()).await?;
    let found = person(&mut tx, user_id).await?;
    tx.commit().await?;
    Ok(found)
}

/// Validates the link, then hashes the chosen password: without a valid token nothing is hashed.
///
/// # Errors
/// As [`find_password_reset`]; the field `password`, [`Error::Busy`].
pub async fn hash_password(app: &App, token: &str, password: NewPassword) -> Result<PasswordHashed, Error> {
    let (user, tenant) = find_password_reset(app, token).await?;
    let known = [user.email.as_str(), &user.display_name, &tenant.name, &tenant.slug];
    app.passwords.hash(password.reject_personal("password", &known)?).await
}

/// Sets the password. Ends the person's sessions, undoes what was made in them, and notifies the person by mail.
///
/// # Errors
/// As [`find_password_reset`].
pub async fn reset_password(app: &App, token: &str, password: &PasswordHashed) -> Result<(), Error> {
    let now = app.clock.now();
    let hash = secret::hash(token);
    let mut tx = app.db.begin_unscoped().await?;
    enter(&mut tx, &hash).await?;
    let user_id = store::password_reset::find(&mut tx, &hash, now).await?;
    // A concurrent sign-in with the old password either has its session already, which ends below, or finds the
    // password changed.
    let locked = lock_member(&mut tx, user_id.ok_or(NOT_FOUND)?).await;
    locked.map_err(|error| if matches!(error, Error::NotFound(_)) { NOT_FOUND } else { error })?;
    let user_id = store::password_reset::take(&mut tx, &hash, now).await?;
    let (user, tenant) = person(&mut tx, user_id).await?;
    store::directory::delete_token(&mut tx, &hash).await?;
    void_password_resets(&mut tx, &user).await?;
    store::credential::set(&mut tx, user.tenant_id, user.user_id, password.as_str(), now).await?;
    // An attacker who knew the password may have left a way back in.
    let undone = undo_sessions(app, &mut tx, user.user_id).await?;
    // The person has proved that they own the account.
    store::attempt::delete_all(&mut tx, &Email::stored(&user.email).hash()).await?;
    let message = Message::PasswordChanged {
        time: local_time(&tenant, now),
        forgot_url: app.issuer.join("/forgot-password"),
        undone,
        is_admin: user.is_admin(),
    };
    queue_mail(app, &mut tx, (&user).into(), &message).await?;
    Ok(tx.commit().await?)
}

/// Sets the tenant of a link.
async fn enter(conn: &mut PgConnection, hash: &[u8]) -> Result<(), Error> {
    let tenant_id = store::directory::find_token(conn, TokenKind::PasswordReset, hash).await?;
    Ok(set_tenant(conn, tenant_id.ok_or(NOT_FOUND)?).await?)
}

/// The person, if they and their tenant are active.
async fn person(conn: &mut PgConnection, user_id: Option<UserId>) -> Result<(User, Tenant), Error> {
    let user = store::user::find(conn, user_id.ok_or(NOT_FOUND)?).await?.filter(User::is_active);
    let tenant = store::tenant::current(conn).await?.filter(Tenant::is_active);
    user.zip(tenant).ok_or(NOT_FOUND)
}

const NOT_FOUND: Error = Error::NotFound("password_reset_not_found");
