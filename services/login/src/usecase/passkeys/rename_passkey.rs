//! Renames a person's passkey.

use crate::{
    app::App,
    domain::passkey::{self, PasskeyId},
    error::Error,
    store,
    usecase::{
        access::{Acting, Right, begin_write},
        sessions::authenticate::SignedIn,
    },
};

/// Fails with the field `name` or with `passkey_not_found`.
pub async fn rename_passkey(app: &App, person: &SignedIn, passkey_id: PasskeyId, name: &str) -> Result<(), Error> {
    let name = passkey::name("name", name)?;
    let mut tx = begin_write(app, &Acting::on_page(person), Right::Member).await?;
    if !store::passkey::rename(&mut tx, passkey_id, person.user.user_id, &name).await? {
        return Err(Error::NotFound("passkey_not_found"));
    }
    Ok(tx.commit().await?)
}
