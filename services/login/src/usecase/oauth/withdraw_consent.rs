//! Withdraws a person's consent to a client.

use crate::{
    app::App,
    error::Error,
    store,
    usecase::access::{Acting, Right, begin_write},
};

/// Deletes the consent and revokes the client's tokens for this person. An API that only verifies the signature of its
/// access tokens accepts them until they expire, within five minutes. A missing consent is not an error.
pub async fn withdraw_consent(app: &App, by: &Acting, client_id: &str) -> Result<(), Error> {
    let mut tx = begin_write(app, by, Right::Member).await?;
    store::consent::delete(&mut tx, by.user_id, client_id).await?;
    store::refresh::revoke_client(&mut tx, client_id, Some(by.user_id), app.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}
