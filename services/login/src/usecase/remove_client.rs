//! An admin removes a program that was registered.

use sqlx::PgConnection;

use crate::{app::App, error::Error, store};

/// Removes a client of the transaction's tenant: its refresh tokens end, and what people allowed it is forgotten. Its access
/// tokens end by themselves, within five minutes.
///
/// # Errors
/// `client_not_found`.
pub async fn remove_client(app: &App, connection: &mut PgConnection, client_id: &str) -> Result<(), Error> {
    store::tenant::lock(connection).await?;
    store::client::lock(connection, client_id).await?.ok_or(Error::NotFound("client_not_found"))?;
    store::client::delete(connection, client_id).await?;
    store::refresh::revoke_client(connection, client_id, None, app.clock.now()).await?;
    store::directory::delete_client(connection, client_id).await.map_err(Error::from)
}
