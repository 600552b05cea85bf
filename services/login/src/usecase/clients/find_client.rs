//! A client by its id, and whether it is who it says it is.

use chassis::db::set_tenant;

use crate::{
    app::App,
    domain::{
        client::{AuthMethod, Client},
        oauth::Code,
    },
    error::Error,
    store,
};

/// The client of that id: first-party, or that of a tenant that is served.
///
/// # Errors
/// When the store can't be reached.
pub async fn find_client(app: &App, client_id: &str) -> Result<Option<Client>, Error> {
    if let Some(client) = app.first_party.get(client_id) {
        return Ok(Some(client.clone()));
    }
    // A name that the store can't even be asked for.
    if client_id.contains('\0') {
        return Ok(None);
    }
    let mut tx = app.db.begin_unscoped().await?;
    let Some(tenant_id) = store::directory::find_client(&mut tx, client_id).await? else { return Ok(None) };
    set_tenant(&mut tx, tenant_id).await?;
    let is_served = store::tenant::current(&mut tx).await?.is_some_and(|tenant| tenant.is_active());
    let row = store::client::find(&mut tx, client_id).await?.filter(|_| is_served);
    tx.commit().await?;
    Ok(row.map(|row| row.client_at(app.clock.now())))
}

/// The client, when the secret it showed is its own, and it showed it as it registered to. No secret shown means
/// [`AuthMethod::None`].
///
/// # Errors
/// `invalid_client`, the same for an unknown client, a wrong secret and another way to show it.
pub async fn authenticate_client(
    app: &App,
    client_id: &str,
    shown: Option<(AuthMethod, &str)>,
) -> Result<Client, Error> {
    let client = find_client(app, client_id).await?.filter(|client| {
        let method = shown.map_or(AuthMethod::None, |(method, _)| method);
        client.is_proved_by(shown.map(|(_, secret)| secret)) && client.auth_method.is_none_or(|own| own == method)
    });
    client.ok_or_else(|| Code::InvalidClient.because("the client is unknown, or its secret is wrong").into())
}
