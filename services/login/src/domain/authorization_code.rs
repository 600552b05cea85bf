//! Authorization codes.

use chassis::id::{SessionId, TenantId};
use chrono::{DateTime, Utc};

use super::refresh::FamilyId;

/// A code as it is stored.
#[derive(Debug, Clone)]
pub struct AuthorizationCode {
    /// SHA-256 of the code.
    pub code_hash: Vec<u8>,
    /// The tenant of the person.
    pub tenant_id: TenantId,
    /// The session it was given in.
    pub session_id: SessionId,
    /// The client it was given to.
    pub client_id: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// What was granted.
    pub scope: String,
    /// The audiences that were granted; empty for the issuer's own API.
    pub resources: Vec<String>,
    /// To be repeated in the ID token.
    pub nonce: Option<String>,
    /// PKCE, S256.
    pub code_challenge: String,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// When it stops being good.
    pub expires_at: DateTime<Utc>,
    /// When it was exchanged.
    pub used_at: Option<DateTime<Utc>>,
    /// The refresh tokens it was exchanged for.
    pub family_id: Option<FamilyId>,
}
