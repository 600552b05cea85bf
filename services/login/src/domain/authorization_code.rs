//! Authorization codes (RFC 6749 §4.1).

use chassis::id::{SessionId, TenantId};
use chrono::{DateTime, Utc};

use super::refresh::FamilyId;

#[derive(Debug, Clone)]
pub struct AuthorizationCode {
    /// SHA-256 of the code.
    pub code_hash: Vec<u8>,
    pub tenant_id: TenantId,
    pub session_id: SessionId,
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: String,
    /// Empty means the issuer's own API.
    pub resources: Vec<String>,
    /// Copied into the ID token.
    pub nonce: Option<String>,
    /// PKCE, S256.
    pub code_challenge: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    /// The refresh tokens that were issued for the code.
    pub family_id: Option<FamilyId>,
}
