//! Finds and authenticates clients.

use chassis::db::set_tenant;

use crate::{
    app::App,
    domain::{
        client::{AuthMethod, Client},
        oauth::Code,
        registered_client::RegisteredClient,
    },
    error::Error,
    store,
};

/// Finds a client: first-party, or of an active tenant.
pub async fn find_client(app: &App, client_id: &str) -> Result<Option<Client>, Error> {
    if let Some(client) = app.first_party.get(client_id) {
        return Ok(Some(client.clone()));
    }
    // Postgres accepts no NUL in a text.
    if client_id.contains('\0') {
        return Ok(None);
    }
    let mut tx = app.db.begin_unscoped().await?;
    let Some(tenant_id) = store::directory::find_client(&mut tx, client_id).await? else { return Ok(None) };
    set_tenant(&mut tx, tenant_id).await?;
    let is_served = store::tenant::current(&mut tx).await?.is_some_and(|tenant| tenant.is_active());
    let row = store::client::find(&mut tx, client_id).await?.filter(|_| is_served);
    tx.commit().await?;
    Ok(row.map(|row| {
        let client_name = app.first_party.shown_name(&row.client_name, &row.client_id).to_owned();
        RegisteredClient { client_name, ..row }.client_at(app.clock.now())
    }))
}

/// Authenticates a client by its secret, shown by the registered method. A missing secret means [`AuthMethod::None`].
///
/// # Errors
/// `invalid_client`, the same for an unknown client, a wrong secret and a wrong method.
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
