//! Consents.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};

/// A consent as it is stored.
#[derive(Debug, Clone)]
pub struct Consent {
    /// The tenant of the person and the client.
    pub tenant_id: TenantId,
    /// Who allowed it.
    pub user_id: UserId,
    /// Whom it is allowed.
    pub client_id: String,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// Audiences of its tokens.
    pub resources: Vec<String>,
    /// When it was last widened or confirmed.
    pub granted_at: DateTime<Utc>,
}

/// A consent with the name of its client.
#[derive(Debug, Clone)]
pub struct NamedConsent {
    /// Whom it is allowed.
    pub client_id: String,
    /// What people call the client.
    pub client_name: String,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// Audiences of its tokens beside the issuer's own API.
    pub resources: Vec<String>,
    /// When it was last widened or confirmed.
    pub granted_at: DateTime<Utc>,
}
