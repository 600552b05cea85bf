//! An operator takes back what failed tries did to an account.

use crate::{app::App, domain::email::Email, error::Error, store};

/// Forgets the failed tries for an address. A place that failed too often with other addresses stays held.
///
/// # Errors
/// [`Error::NotFound`] `user_not_found` when nobody has the address, or when the store can't be reached.
pub async fn unlock(app: &App, email: &Email) -> Result<(), Error> {
    let mut tx = app.db.begin_unscoped().await?;
    let hash = email.hash();
    store::directory::find_email(&mut tx, &hash).await?.ok_or(Error::NotFound("user_not_found"))?;
    store::attempt::delete_all(&mut tx, &hash).await?;
    tx.commit().await?;
    Ok(())
}
