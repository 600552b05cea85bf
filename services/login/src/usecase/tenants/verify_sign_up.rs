//! Whoever signed a company up shows that they read the mail of their address, and chooses a password: the company begins.

use chassis::secret;
use sqlx::PgConnection;

use super::{
    request_sign_up::Kept,
    sign_up::{TenantDetails, sign_up},
};
use crate::{
    app::App,
    domain::{password::NewPassword, tenant::Tenant, user::User},
    error::Error,
    passwords::PasswordHashed,
    store,
    usecase::members::join::NewPerson,
};

/// What waits for this token.
///
/// # Errors
/// `sign_up_not_found` when it was completed, replaced, or is too old.
pub async fn find_sign_up(app: &App, token: &str) -> Result<(TenantDetails, NewPerson), Error> {
    let mut tx = app.db.begin_unscoped().await?;
    let sealed = store::pending_sign_up::find(&mut tx, &secret::hash(token), app.clock.now()).await?;
    tx.commit().await?;
    Kept::open(app, &sealed.ok_or(NOT_FOUND)?)?.parts()
}

/// Hashes the password that the new admin chose. Nothing is hashed for who has no link.
///
/// # Errors
/// `sign_up_not_found`, the field `password`, [`Error::Busy`].
pub async fn hash_password(app: &App, token: &str, password: NewPassword) -> Result<PasswordHashed, Error> {
    let (details, admin) = find_sign_up(app, token).await?;
    let known = [admin.email.as_str(), &admin.display_name, &details.name, details.slug.as_str()];
    app.passwords.hash(password.reject_personal("password", &known)?).await
}

/// Adds the tenant and its admin. The rest of the transaction is in the new tenant.
///
/// # Errors
/// `sign_up_not_found`, and what got in the way since: [`Error::SlugTaken`], [`Error::EmailTaken`].
pub async fn verify_sign_up(
    app: &App,
    conn: &mut PgConnection,
    token: &str,
    password: &PasswordHashed,
) -> Result<(Tenant, User), Error> {
    let sealed = store::pending_sign_up::take(conn, &secret::hash(token), app.clock.now()).await?;
    let (details, admin) = Kept::open(app, &sealed.ok_or(NOT_FOUND)?)?.parts()?;
    sign_up(app, conn, details, admin, password).await
}

const NOT_FOUND: Error = Error::NotFound("sign_up_not_found");
