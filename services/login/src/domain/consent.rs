//! Consents of people to the clients of their tenant.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};

use super::{resource, scope};

#[derive(Debug, Clone)]
pub struct Consent {
    pub tenant_id: TenantId,
    pub user_id: UserId,
    /// Space-separated.
    pub client_id: String,
    /// Audiences of the client's tokens.
    pub scope: String,
    pub resources: Vec<String>,
    /// Time of the last extension or confirmation.
    pub granted_at: DateTime<Utc>,
}

impl Consent {
    pub fn covers(&self, scope: &str, resources: &[String]) -> bool {
        scope::is_within(scope, &self.scope) && resources.iter().all(|each| resource::is_in(&self.resources, each))
    }
}

/// A consent with the name of its client.
#[derive(Debug, Clone)]
pub struct NamedConsent {
    pub client_id: String,
    pub client_name: String,
    pub scope: String,
    /// Audiences of the client's tokens, without the issuer's own API.
    pub resources: Vec<String>,
    pub granted_at: DateTime<Utc>,
}
