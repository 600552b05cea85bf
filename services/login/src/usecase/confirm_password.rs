//! A person who is signed in shows that it is still they: by their password, before what can't be taken back.

use chassis::{
    id::{TenantId, UserId, new_uuid},
    problem::FieldError,
};
use secrecy::SecretString;

use crate::{
    app::App,
    domain::{email::Email, password, throttle},
    error::Error,
    store,
};

/// Checks a person's own password. Tries count with those to sign in.
///
/// # Errors
/// The field `password` is wrong; [`Error::Throttled`], [`Error::Busy`].
pub async fn confirm_password(
    app: &App,
    tenant_id: TenantId,
    user_id: UserId,
    given: SecretString,
) -> Result<(), Error> {
    let wrong = || FieldError::new("password", "wrong_password", "is not the password of this account");
    if !password::may_be_one(&given) {
        return Err(wrong().into());
    }
    let now = app.clock.now();
    let mut tx = app.db.begin(tenant_id).await?;
    let user = store::user::find(&mut tx, user_id).await?.ok_or(Error::NotFound("user_not_found"))?;
    let address = Email::parse("email", &user.email)?.hash();
    store::attempt::lock(&mut tx, &address).await?;
    let tries = store::attempt::since(&mut tx, &address, now - throttle::WINDOW).await?;
    if let Some(wait) = throttle::wait(&tries, now) {
        return Err(Error::Throttled(wait));
    }
    store::attempt::insert(&mut tx, new_uuid(&app.clock), &address, now).await?;
    let hash = store::credential::find(&mut tx, user_id).await?;
    tx.commit().await?;
    if !app.passwords.verify(given, hash).await? {
        return Err(wrong().into());
    }
    let mut tx = app.db.begin_unscoped().await?;
    store::attempt::forget(&mut tx, &address).await?;
    tx.commit().await?;
    Ok(())
}
