//! An operator lets someone try to sign in again at once.

use crate::{app::App, domain::email::Email, error::Error, store};

/// Forgets the failed tries for an address. Whether anyone has it is not said.
///
/// # Errors
/// When the store can't be reached.
pub async fn unlock(app: &App, email: &Email) -> Result<(), Error> {
    let mut tx = app.db.begin_unscoped().await?;
    store::attempt::forget(&mut tx, &email.hash()).await?;
    tx.commit().await?;
    Ok(())
}
