//! An admin registers a program that their people sign in to.

use chassis::{
    id::{TenantId, UserId, new_uuid},
    secret,
};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::client::GrantType,
    error::Error,
    store::{self, client::Row},
};

/// A program to be registered.
#[derive(Debug)]
pub struct NewClient {
    /// What people call it.
    pub client_name: String,
    /// Whether it can keep a secret.
    pub confidential: bool,
    /// How it may get tokens.
    pub grant_types: Vec<GrantType>,
    /// Where people may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The scopes it may have.
    pub scope: String,
}

/// Registers a client. The secret, if it has one, is known to nobody afterwards. `connection` is a transaction of the
/// tenant.
///
/// # Errors
/// When the store refuses.
pub async fn register_client(
    app: &App,
    connection: &mut PgConnection,
    tenant_id: TenantId,
    by: UserId,
    new: NewClient,
) -> Result<(Row, Option<String>), Error> {
    let secret = new.confidential.then(secret::random_token);
    let client = Row {
        client_id: new_uuid(&app.clock).to_string(),
        tenant_id,
        client_name: new.client_name,
        secret_hash: secret.as_deref().map(|secret| secret::hash(secret).to_vec()),
        grant_types: new.grant_types.iter().map(|grant| grant.as_str().to_owned()).collect(),
        redirect_uris: new.redirect_uris,
        post_logout_redirect_uris: new.post_logout_redirect_uris,
        scope: new.scope,
        created_at: app.clock.now(),
    };
    store::directory::insert_client(connection, &client.client_id, tenant_id).await?;
    store::client::insert(connection, &client, by).await?;
    Ok((client, secret))
}
