//! Clients that a tenant registered.

use chassis::id::{SessionId, TenantId};
use chrono::{DateTime, Utc};

use super::{
    client::{AuthMethod, Client, GrantType, IdTokenAlg},
    redirect, resource, scope,
};

/// Clients of one tenant.
pub const MAX_PER_TENANT: i64 = 100;

#[derive(Debug, Clone)]
pub struct RegisteredClient {
    pub client_id: String,
    pub tenant_id: TenantId,
    pub client_name: String,
    /// `None` for a public client.
    pub secret_hash: Option<Vec<u8>>,
    pub previous_secret_hash: Option<Vec<u8>>,
    /// The previous secret is valid until then.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// The session in which the registration was last changed; `None` before this was stored, as for the secrets.
    pub changed_session_id: Option<SessionId>,
    /// The session in which the secret was made.
    pub secret_session_id: Option<SessionId>,
    pub previous_secret_session_id: Option<SessionId>,
    /// When a secret was last revoked; `None` if never.
    pub secrets_valid_from: Option<DateTime<Utc>>,
    /// `None` for clients registered before the method was stored.
    pub token_endpoint_auth_method: Option<String>,
    pub grant_types: Vec<String>,
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    pub scope: String,
    pub resources: Vec<String>,
    pub id_token_signed_response_alg: String,
    pub created_at: DateTime<Utc>,
}

impl RegisteredClient {
    /// Whether the client may do something that it could not do `before`: get codes at another address, have another
    /// scope or audience, or use another grant.
    pub fn exceeds(&self, before: &Self) -> bool {
        let gains = |now: &[String], before: &[String]| now.iter().any(|each| !before.contains(each));
        gains(&redirect::with_ascii_hosts(&self.redirect_uris), &redirect::with_ascii_hosts(&before.redirect_uris))
            || self.resources.iter().any(|each| !resource::is_in(&before.resources, each))
            || gains(&self.grant_types, &before.grant_types)
            || !scope::is_within(&self.scope, &before.scope)
    }

    /// Whether the client may still have a token of this scope and audience. A client that lost one of its scopes gets a
    /// narrower token by a refresh.
    pub fn may_have(&self, scope: &str, audience: &str, api: &str) -> bool {
        scope::is_within(scope, &self.scope) && (audience == api || resource::is_in(&self.resources, audience))
    }

    /// Whether a token that the client got for itself is as valid as the secret that it was issued for. Tokens have the
    /// time in whole seconds, so one of the second of a revocation is refused.
    pub fn accepts_token_of(&self, issued_at: DateTime<Utc>) -> bool {
        self.secrets_valid_from.is_none_or(|from| issued_at >= from)
    }

    /// The client with the secrets that are valid at `now`. Requests are compared with A-labels, and an earlier release
    /// may have stored other forms of a host.
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
            redirect_uris: redirect::with_ascii_hosts(&self.redirect_uris),
            post_logout_redirect_uris: redirect::with_ascii_hosts(&self.post_logout_redirect_uris),
            scope: scope::of_tenants_client(&self.scope),
        }
    }
}
