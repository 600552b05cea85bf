//! Removes a person's passkey.

use super::notify_passkey_change::notify_passkey_change;
use crate::{
    app::App,
    domain::passkey::PasskeyId,
    error::Error,
    mail::message::Message,
    store,
    usecase::{
        access::{Acting, Right, begin_write},
        sessions::authenticate::SignedIn,
    },
};

/// Removes a passkey of the person and notifies them by mail. A passkey that does not exist, or belongs to another
/// person, is not an error.
pub async fn remove_passkey(app: &App, person: &SignedIn, passkey_id: PasskeyId) -> Result<(), Error> {
    let mut tx = begin_write(app, &Acting::on_page(person), Right::Member).await?;
    if store::passkey::delete(&mut tx, passkey_id, person.user.user_id).await? {
        notify_passkey_change(app, &mut tx, person, Message::PasskeyRemoved).await?;
    }
    Ok(tx.commit().await?)
}
