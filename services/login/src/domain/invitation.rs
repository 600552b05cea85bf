//! Invitations: how people join a tenant.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Duration, Utc};

/// How long an invitation may be accepted.
pub const LIFETIME: Duration = Duration::days(7);

chassis::typed_id! {
    /// An invitation.
    pub struct InvitationId
}

/// An invitation as it is stored.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its id.
    pub invitation_id: InvitationId,
    /// The tenant that invites.
    pub tenant_id: TenantId,
    /// SHA-256 of its token.
    pub token_hash: Vec<u8>,
    /// Who is invited.
    pub email: String,
    /// What they will be: `member` or `admin`.
    pub role: String,
    /// The language they are addressed in.
    pub locale: String,
    /// Who invited them.
    pub invited_by: UserId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it may be accepted.
    pub expires_at: DateTime<Utc>,
}
