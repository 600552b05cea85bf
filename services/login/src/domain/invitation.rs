//! Invitations: they let people join a tenant.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Duration, Utc};

/// Time to accept an invitation.
pub const LIFETIME: Duration = Duration::days(7);

chassis::typed_id! {
    pub struct InvitationId
}

#[derive(Debug, Clone)]
pub struct Invitation {
    pub invitation_id: InvitationId,
    pub tenant_id: TenantId,
    /// SHA-256 of the token in the link.
    pub token_hash: Vec<u8>,
    pub email: String,
    /// `member` or `admin`.
    pub role: String,
    pub locale: String,
    pub invited_by: UserId,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}
