//! Clients that a tenant registered.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};

use super::{
    client::{AuthMethod, Client, GrantType, IdTokenAlg},
    scope,
};

/// A client as it is stored.
#[derive(Debug, Clone)]
pub struct RegisteredClient {
    /// How it names itself.
    pub client_id: String,
    /// The tenant that registered it.
    pub tenant_id: TenantId,
    /// What people call it.
    pub client_name: String,
    /// SHA-256 of its secret.
    pub secret_hash: Option<Vec<u8>>,
    /// SHA-256 of the secret before.
    pub previous_secret_hash: Option<Vec<u8>>,
    /// Until when the secret before is good.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// How it shows its secret; nothing for rows of before that was kept.
    pub token_endpoint_auth_method: Option<String>,
    /// How it may get tokens.
    pub grant_types: Vec<String>,
    /// Where people may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The scopes it may have.
    pub scope: String,
    /// Audiences it may ask for.
    pub resources: Vec<String>,
    /// What its ID tokens are signed with.
    pub id_token_signed_response_alg: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

impl RegisteredClient {
    /// The client as it may act at that time.
    pub fn client_at(self, now: DateTime<Utc>) -> Client {
        let previous_secret_hash =
            self.previous_secret_hash.filter(|_| self.previous_secret_until.is_some_and(|until| now < until));
        Client {
            client_id: self.client_id,
            tenant_id: Some(self.tenant_id),
            client_name: self.client_name,
            secret_hash: self.secret_hash,
            previous_secret_hash,
            auth_method: self.token_endpoint_auth_method.as_deref().and_then(AuthMethod::named),
            id_token_alg: IdTokenAlg::named(&self.id_token_signed_response_alg).unwrap_or_default(),
            resources: self.resources,
            grant_types: self.grant_types.iter().filter_map(|name| GrantType::named(name)).collect(),
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            scope: scope::of_tenants_client(&self.scope),
        }
    }
}
