//! Registers a client for an admin, or changes its registration.

use chassis::{id::new_uuid, problem::FieldError, secret};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{
        client::{AuthMethod, GrantType, IdTokenAlg},
        registered_client::{MAX_PER_TENANT, RegisteredClient},
    },
    error::Error,
    store,
    usecase::access::Acting,
};

/// The registration of a client (RFC 7591).
#[derive(Debug)]
pub struct Metadata {
    pub client_name: String,
    pub auth_method: AuthMethod,
    pub grant_types: Vec<GrantType>,
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    pub scope: String,
    /// Audiences that the client may request besides the issuer's own API.
    pub resources: Vec<String>,
    pub id_token_alg: IdTokenAlg,
}

/// Registers a client of a tenant. Returns its secret, which is not stored; a public client has none. The tenant must be
/// locked, so that concurrent registrations are counted.
///
/// # Errors
/// [`Error::TooManyClients`].
pub async fn register_client(
    app: &App,
    conn: &mut PgConnection,
    by: &Acting,
    new: Metadata,
) -> Result<(RegisteredClient, Option<String>), Error> {
    if store::client::count(conn).await? >= MAX_PER_TENANT {
        return Err(Error::TooManyClients);
    }
    let secret = (new.auth_method != AuthMethod::None).then(secret::random_token);
    let mut client = RegisteredClient {
        client_id: new_uuid(&app.clock).to_string(),
        tenant_id: by.tenant_id,
        client_name: String::new(),
        secret_hash: secret.as_deref().map(|secret| secret::hash(secret).to_vec()),
        previous_secret_hash: None,
        previous_secret_until: None,
        changed_session_id: None,
        secret_session_id: secret.is_some().then_some(by.session_id),
        previous_secret_session_id: None,
        secrets_valid_from: None,
        token_endpoint_auth_method: None,
        grant_types: vec![],
        redirect_uris: vec![],
        post_logout_redirect_uris: vec![],
        scope: String::new(),
        resources: vec![],
        id_token_signed_response_alg: String::new(),
        created_at: app.clock.now(),
    };
    write(&mut client, by, new);
    store::directory::insert_client(conn, &client.client_id, by.tenant_id).await?;
    store::client::insert(conn, &client, by.user_id).await?;
    store::client::insert_change(conn, &client, by.session_id).await?;
    Ok((client, secret))
}

/// Replaces the registration of a client. Existing grants stay, limited to the scopes and audiences that are still
/// registered. But people consented to the client as it was: when it gains an address, a scope, an audience or a grant
/// type, their consents are withdrawn and its refresh tokens are revoked.
///
/// # Errors
/// `client_not_found`; the field of the auth method when it would turn a public client into a confidential one or the
/// reverse.
pub async fn update_client(
    app: &App,
    conn: &mut PgConnection,
    by: &Acting,
    client_id: &str,
    new: Metadata,
) -> Result<RegisteredClient, Error> {
    let client = store::client::lock(conn, client_id).await?;
    let mut client = client.ok_or(Error::NotFound("client_not_found"))?;
    if client.secret_hash.is_none() != (new.auth_method == AuthMethod::None) {
        let rule = "cannot switch between `none` and a secret: register another client";
        return Err(FieldError::new("token_endpoint_auth_method", "fixed", rule).into());
    }
    let before = client.clone();
    write(&mut client, by, new);
    store::client::update(conn, &client).await?;
    store::client::insert_change(conn, &client, by.session_id).await?;
    if client.exceeds(&before) {
        withdraw_consents(app, conn, client_id).await?;
    }
    Ok(client)
}

/// Withdraws everyone's consent to a client, and revokes its refresh tokens.
pub(in crate::usecase) async fn withdraw_consents(
    app: &App,
    conn: &mut PgConnection,
    client_id: &str,
) -> Result<(), Error> {
    store::consent::delete_of_client(conn, client_id).await?;
    Ok(store::refresh::revoke_client(conn, client_id, None, app.clock.now()).await?)
}

fn write(client: &mut RegisteredClient, by: &Acting, new: Metadata) {
    client.changed_session_id = Some(by.session_id);
    client.client_name = new.client_name;
    client.token_endpoint_auth_method = Some(new.auth_method.as_str().to_owned());
    client.grant_types = new.grant_types.iter().map(|grant| grant.as_str().to_owned()).collect();
    client.redirect_uris = new.redirect_uris;
    client.post_logout_redirect_uris = new.post_logout_redirect_uris;
    client.scope = new.scope;
    client.resources = new.resources;
    client.id_token_signed_response_alg = new.id_token_alg.as_str().to_owned();
}
