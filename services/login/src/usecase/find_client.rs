//! A client by its id, and whether it is who it says it is.

use chassis::db::set_tenant;
use chrono::{DateTime, Utc};

use crate::{
    app::App,
    domain::{
        client::{AuthMethod, Client, GrantType, IdTokenAlg},
        oauth::Code,
        scope,
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
    Ok(row.map(|row| client(row, app.clock.now())))
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

/// A stored row as a client.
fn client(row: store::client::Row, now: DateTime<Utc>) -> Client {
    let previous_secret_hash =
        row.previous_secret_hash.filter(|_| row.previous_secret_until.is_some_and(|until| now < until));
    Client {
        client_id: row.client_id,
        tenant_id: Some(row.tenant_id),
        client_name: row.client_name,
        secret_hash: row.secret_hash,
        previous_secret_hash,
        auth_method: row.token_endpoint_auth_method.as_deref().and_then(AuthMethod::named),
        id_token_alg: IdTokenAlg::named(&row.id_token_signed_response_alg).unwrap_or_default(),
        resources: row.resources,
        grant_types: row.grant_types.iter().filter_map(|name| GrantType::named(name)).collect(),
        redirect_uris: row.redirect_uris,
        post_logout_redirect_uris: row.post_logout_redirect_uris,
        scope: scope::of_tenants_client(&row.scope),
    }
}
