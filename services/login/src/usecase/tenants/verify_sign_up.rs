//! Completes a sign-up: the admin has confirmed the e-mail address and chosen a password, so the tenant is created.

use chassis::secret;
use sqlx::PgConnection;

use super::{
    request_sign_up::SealedSignUp,
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

/// The pending sign-up of a token.
///
/// # Errors
/// `sign_up_not_found` when it was completed or replaced, or has expired.
pub async fn find_sign_up(app: &App, token: &str) -> Result<(TenantDetails, NewPerson), Error> {
    let mut tx = app.db.begin_unscoped().await?;
    let sealed = store::pending_sign_up::find(&mut tx, &secret::hash(token), app.clock.now()).await?;
    tx.commit().await?;
    Ok(SealedSignUp::open(app, &sealed.ok_or(NOT_FOUND)?)?.parts())
}

/// The authorization request from which the person came, of a pending sign-up.
pub async fn find_return_to(app: &App, token: &str) -> Result<Option<String>, Error> {
    let mut tx = app.db.begin_unscoped().await?;
    let sealed = store::pending_sign_up::find(&mut tx, &secret::hash(token), app.clock.now()).await?;
    tx.commit().await?;
    Ok(SealedSignUp::open(app, &sealed.ok_or(NOT_FOUND)?)?.return_to())
}

/// Validates the token, then hashes the chosen password: without a valid token nothing is hashed.
///
/// # Errors
/// `sign_up_not_found`, the field `password`, [`Error::Busy`].
pub async fn hash_password(app: &App, token: &str, password: NewPassword) -> Result<PasswordHashed, Error> {
    let (details, admin) = find_sign_up(app, token).await?;
    let known = [admin.email.as_str(), &admin.display_name, &details.name, details.slug.as_str()];
    app.passwords.hash(password.reject_personal("password", &known)?).await
}

/// Creates the tenant and its admin. Sets the tenant of the transaction.
///
/// # Errors
/// `sign_up_not_found`; [`Error::SlugTaken`] or [`Error::EmailTaken`] when another sign-up was faster.
pub async fn verify_sign_up(
    app: &App,
    conn: &mut PgConnection,
    token: &str,
    password: &PasswordHashed,
) -> Result<(Tenant, User), Error> {
    let sealed = store::pending_sign_up::take(conn, &secret::hash(token), app.clock.now()).await?;
    let (details, admin) = SealedSignUp::open(app, &sealed.ok_or(NOT_FOUND)?)?.parts();
    sign_up(app, conn, details, admin, password).await
}

const NOT_FOUND: Error = Error::NotFound("sign_up_not_found");
