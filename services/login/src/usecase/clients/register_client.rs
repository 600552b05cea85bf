//! An admin registers a program that their people sign in to, or changes what it registered.

use chassis::{
    id::{TenantId, UserId, new_uuid},
    problem::FieldError,
    secret,
};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{
        client::{AuthMethod, GrantType, IdTokenAlg},
        registered_client::RegisteredClient,
    },
    error::Error,
    store,
};

/// What is registered of a program.
#[derive(Debug)]
pub struct Metadata {
    /// What people call it.
    pub client_name: String,
    /// How it shows its secret, if it can keep one.
    pub auth_method: AuthMethod,
    /// How it may get tokens.
    pub grant_types: Vec<GrantType>,
    /// Where people may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The scopes it may have.
    pub scope: String,
    /// Audiences that its tokens may have, beside the issuer's own API.
    pub resources: Vec<String>,
    /// What its ID tokens are signed with.
    pub id_token_alg: IdTokenAlg,
}

/// Registers a client for a tenant. Gives its secret, which is kept nowhere, unless it is public.
///
/// # Errors
/// When the store refuses.
pub async fn register_client(
    app: &App,
    conn: &mut PgConnection,
    tenant_id: TenantId,
    by: UserId,
    new: Metadata,
) -> Result<(RegisteredClient, Option<String>), Error> {
    let secret = (new.auth_method != AuthMethod::None).then(secret::random_token);
    let mut client = RegisteredClient {
        client_id: new_uuid(&app.clock).to_string(),
        tenant_id,
        client_name: String::new(),
        secret_hash: secret.as_deref().map(|secret| secret::hash(secret).to_vec()),
        previous_secret_hash: None,
        previous_secret_until: None,
        token_endpoint_auth_method: None,
        grant_types: vec![],
        redirect_uris: vec![],
        post_logout_redirect_uris: vec![],
        scope: String::new(),
        resources: vec![],
        id_token_signed_response_alg: String::new(),
        created_at: app.clock.now(),
    };
    write(&mut client, new);
    store::directory::insert_client(conn, &client.client_id, tenant_id).await?;
    store::client::insert(conn, &client, by).await?;
    Ok((client, secret))
}

/// Changes all that is registered of a client. What it was granted stays, within what it may still have.
///
/// # Errors
/// `client_not_found`; names the auth method when a public client would need a secret or a confidential one lose it.
pub async fn update_client(conn: &mut PgConnection, client_id: &str, new: Metadata) -> Result<RegisteredClient, Error> {
    let client = store::client::lock(conn, client_id).await?;
    let mut client = client.ok_or(Error::NotFound("client_not_found"))?;
    if client.secret_hash.is_none() != (new.auth_method == AuthMethod::None) {
        let rule = "a client without a secret stays so, and one with a secret keeps it: register another";
        return Err(FieldError::new("token_endpoint_auth_method", "fixed", rule).into());
    }
    write(&mut client, new);
    store::client::update(conn, &client).await?;
    Ok(client)
}

fn write(client: &mut RegisteredClient, new: Metadata) {
    client.client_name = new.client_name;
    client.token_endpoint_auth_method = Some(new.auth_method.as_str().to_owned());
    client.grant_types = new.grant_types.iter().map(|grant| grant.as_str().to_owned()).collect();
    client.redirect_uris = new.redirect_uris;
    client.post_logout_redirect_uris = new.post_logout_redirect_uris;
    client.scope = new.scope;
    client.resources = new.resources;
    client.id_token_signed_response_alg = new.id_token_alg.as_str().to_owned();
}
