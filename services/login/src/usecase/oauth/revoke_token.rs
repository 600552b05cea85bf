//! Token revocation (RFC 7009).

use chassis::{
    db::set_tenant,
    id::{SessionId, TenantId},
    secret,
};
use chrono::DateTime;

use crate::{
    app::App,
    domain::{client::Client, oauth::Code},
    error::Error,
    keys::IssuedClaims,
    store::{self, directory::TokenKind},
};

/// Revokes a token of this client.
///
/// A refresh token is revoked with its family, and with the access tokens of the same grant.
///
/// An access token becomes inactive for introspection. An API that verifies it alone accepts it until it expires, within
/// five minutes. The client's refresh tokens of the same session are revoked too, so that it cannot be renewed; the
/// session stays.
///
/// An unknown, expired or revoked token is not an error.
///
/// # Errors
/// `unauthorized_client` for a token of another client.
pub async fn revoke_token(app: &App, client: &Client, token: &str) -> Result<(), Error> {
    match app.keys.ring().await?.read_access_token(token, app.issuer.as_str()) {
        Some(claims) => revoke_access_token(app, client, token, &claims).await,
        None => revoke_refresh_token(app, client, token).await,
    }
}

async fn revoke_refresh_token(app: &App, client: &Client, token: &str) -> Result<(), Error> {
    let hash = secret::hash(token);
    let mut tx = app.db.begin_unscoped().await?;
    let Some(tenant_id) = store::directory::find_token(&mut tx, TokenKind::Refresh, &hash).await? else {
        return Ok(());
    };
    set_tenant(&mut tx, tenant_id).await?;
    let Some(family) = store::refresh::lock_family(&mut tx, &hash).await? else { return Ok(()) };
    if family.client_id != client.client_id {
        return Err(another_clients());
    }
    store::refresh::revoke_family(&mut tx, family.family_id, app.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

async fn revoke_access_token(app: &App, client: &Client, token: &str, claims: &IssuedClaims) -> Result<(), Error> {
    if claims.access.client_id != client.client_id {
        return Err(another_clients());
    }
    let now = app.clock.now();
    let mut tx = app.db.begin_unscoped().await?;
    let expires_at = DateTime::from_timestamp(claims.access.exp, 0).unwrap_or(now);
    store::revoked::insert(&mut tx, &secret::hash(token), expires_at).await?;
    if let Some((tenant_id, session_id)) = session(claims) {
        set_tenant(&mut tx, tenant_id).await?;
        store::refresh::revoke_in_session(&mut tx, session_id, &client.client_id, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The session of a person's token; `None` for a client's own token.
fn session(claims: &IssuedClaims) -> Option<(TenantId, SessionId)> {
    claims.access.tenant_id.zip(claims.access.sid)
}

fn another_clients() -> Error {
    Code::UnauthorizedClient.because("the token was issued to another client").into()
}
