//! Token introspection: checks revocation, grant, session and client besides signature and expiry.

use chassis::{
    auth::{AuthError, Caller, INTERNAL_SCOPE, claims::audience},
    db::set_tenant,
    secret,
};
use chrono::{DateTime, Utc};

use crate::{
    app::App,
    domain::{client::Client, refresh::Family, scope, tenant::Tenant},
    error::Error,
    keys::IssuedClaims,
    store::{self, directory::TokenKind},
    usecase::access::{Acting, find_person},
};

/// A valid token.
#[derive(Debug)]
pub enum Known {
    Access(IssuedClaims),
    /// An unused refresh token, and when it expires.
    Refresh(Family, DateTime<Utc>),
}

/// The caller of an access token for our API, and when it expires. Returns `None` when it is invalid or revoked, or its
/// grant or session has ended.
pub async fn introspect(app: &App, token: &str) -> Result<Option<(Caller, DateTime<Utc>)>, Error> {
    let caller = match app.verifier.verify(token).await {
        Ok(caller) => caller,
        Err(error @ AuthError::Unavailable(_)) => return Err(Error::Problem(error.into())),
        Err(_) => return Ok(None),
    };
    let claims = app.keys.ring().await?.read_access_token(token, app.issuer.as_str());
    let Some(claims) = claims else { return Ok(None) };
    let Some(expires_at) = DateTime::from_timestamp(claims.access.exp, 0) else { return Ok(None) };
    Ok(is_live(app, token, &claims).await?.then_some((caller, expires_at)))
}

/// Introspects a token for a client (RFC 7662).
///
/// A client sees its own access and refresh tokens. A tenant's client also sees the access tokens of its tenant; a
/// first-party client with scope `internal` sees those of every tenant. Any other token is reported as inactive.
pub async fn introspect_for(app: &App, client: &Client, token: &str) -> Result<Option<Known>, Error> {
    let Some(claims) = app.keys.ring().await?.read_access_token(token, app.issuer.as_str()) else {
        return introspect_refresh_token(app, client, token).await;
    };
    let is_of_own_tenant = client.tenant_id.is_some() && client.tenant_id == claims.access.tenant_id;
    let is_internal = client.tenant_id.is_none() && scope::has(&client.scope, INTERNAL_SCOPE);
    let may_know = claims.access.client_id == client.client_id || is_of_own_tenant || is_internal;
    Ok((may_know && is_live(app, token, &claims).await?).then_some(Known::Access(claims)))
}

/// Whether a person's token has a live session and grant (see [`find_person`]); whether a client's own token is not
/// revoked, nor a secret of its client since, its tenant and client still exist, and the client may still have it.
async fn is_live(app: &App, token: &str, claims: &IssuedClaims) -> Result<bool, Error> {
    let mut tx = app.db.begin_unscoped().await?;
    let Some(tenant_id) = claims.access.tenant_id else {
        return Ok(!store::revoked::contains(&mut tx, &secret::hash(token)).await?);
    };
    set_tenant(&mut tx, tenant_id).await?;
    if claims.access.sid.is_some() {
        let Some(acting) = Acting::of_claims(token, claims) else { return Ok(false) };
        return Ok(find_person(app, &mut tx, &acting).await?.is_some());
    }
    let tenant = store::tenant::current(&mut tx).await?.filter(Tenant::is_active);
    let client = store::client::find(&mut tx, &claims.access.client_id).await?;
    let issued_at = DateTime::from_timestamp(claims.access.iat, 0).unwrap_or_default();
    let api = audience(&app.issuer);
    let is_accepted = client.is_some_and(|client| {
        client.accepts_token_of(issued_at) && client.may_have(&claims.access.scope, &claims.access.aud, &api)
    });
    Ok(tenant.is_some() && is_accepted && !store::revoked::contains(&mut tx, &secret::hash(token)).await?)
}

async fn introspect_refresh_token(app: &App, client: &Client, token: &str) -> Result<Option<Known>, Error> {
    let (now, hash) = (app.clock.now(), secret::hash(token));
    let mut tx = app.db.begin_unscoped().await?;
    let Some(tenant_id) = store::directory::find_token(&mut tx, TokenKind::Refresh, &hash).await? else {
        return Ok(None);
    };
    set_tenant(&mut tx, tenant_id).await?;
    let Some(family) = store::refresh::lock_family(&mut tx, &hash).await? else { return Ok(None) };
    let token = store::refresh::find(&mut tx, &hash).await?;
    let session = store::session::find(&mut tx, family.session_id, now).await?;
    tx.commit().await?;
    let is_unused = token.used_at.is_none() && !token.superseded;
    let is_good = is_unused && token.expires_at > now && family.revoked_at.is_none() && session.is_some();
    Ok((is_good && family.client_id == client.client_id).then_some(Known::Refresh(family, token.expires_at)))
}
