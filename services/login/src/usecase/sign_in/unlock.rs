//! Unlocks an account after failed sign-in attempts, for an operator.

use crate::{app::App, domain::email::Email, error::Error, store};

/// Deletes the failed attempts for an account. A network with too many failures stays blocked.
///
/// # Errors
/// [`Error::NotFound`] `user_not_found` when no account has the address.
pub async fn unlock(app: &App, email: &Email) -> Result<(), Error> {
    let mut tx = app.db.begin_unscoped().await?;
    store::directory::find_email(&mut tx, &email.hashes()).await?.ok_or(Error::NotFound("user_not_found"))?;
    store::attempt::delete_all(&mut tx, &email.hash()).await?;
    tx.commit().await?;
    Ok(())
}
