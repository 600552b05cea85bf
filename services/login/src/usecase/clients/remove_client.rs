//! Removes a client for an admin.

use sqlx::PgConnection;

use crate::{app::App, error::Error, store};

/// Removes a client of the transaction's tenant, with its consents, and revokes its refresh tokens. Its access tokens
/// expire within five minutes.
///
/// # Errors
/// `client_not_found`.
pub async fn remove_client(app: &App, conn: &mut PgConnection, client_id: &str) -> Result<(), Error> {
    store::tenant::lock(conn).await?;
    store::client::lock(conn, client_id).await?.ok_or(Error::NotFound("client_not_found"))?;
    store::client::delete(conn, client_id).await?;
    store::refresh::revoke_client(conn, client_id, None, app.clock.now()).await?;
    store::directory::delete_client(conn, client_id).await.map_err(Error::from)
}
