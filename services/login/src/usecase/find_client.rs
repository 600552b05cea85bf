//! A client by its id, and whether it is who it says it is.

use chassis::db::set_tenant;

use crate::{
    app::App,
    domain::{
        client::{Client, GrantType},
        oauth::Code,
        scope,
    },
    error::Error,
    store,
};

/// The client of that id: first-party, or a tenant's.
///
/// # Errors
/// When the store can't be reached.
pub async fn find_client(app: &App, client_id: &str) -> Result<Option<Client>, Error> {
    if let Some(client) = app.first_party.get(client_id) {
        return Ok(Some(client.clone()));
    }
    let mut tx = app.db.begin_unscoped().await?;
    let Some(tenant_id) = store::directory::find_client(&mut tx, client_id).await? else { return Ok(None) };
    set_tenant(&mut tx, tenant_id).await?;
    let row = store::client::find(&mut tx, client_id).await?;
    tx.commit().await?;
    Ok(row.map(client))
}

/// The client, when the secret it showed is its own.
///
/// # Errors
/// `invalid_client`, the same for an unknown client and a wrong secret.
pub async fn authenticate_client(app: &App, client_id: &str, secret: Option<&str>) -> Result<Client, Error> {
    let client = find_client(app, client_id).await?.filter(|client| client.is_proved_by(secret));
    client.ok_or_else(|| Code::InvalidClient.because("the client is unknown, or its secret is wrong").into())
}

/// A stored row as a client.
pub(crate) fn client(row: store::client::Row) -> Client {
    Client {
        client_id: row.client_id,
        tenant_id: Some(row.tenant_id),
        client_name: row.client_name,
        secret_hash: row.secret_hash,
        grant_types: row.grant_types.iter().filter_map(|name| GrantType::named(name)).collect(),
        redirect_uris: row.redirect_uris,
        post_logout_redirect_uris: row.post_logout_redirect_uris,
        scope: scope::of_tenants_client(&row.scope),
    }
}
