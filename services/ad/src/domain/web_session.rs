//! A browser's session at ad, and the role of its person.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Utc};

chassis::typed_id! {
    pub struct WebSessionId;
}

#[derive(Clone, Debug)]
pub struct WebSession {
    pub web_session_id: WebSessionId,
    pub tenant_id: TenantId,
    pub user_id: UserId,
    /// login's session: the claim `sid`.
    pub session_id: SessionId,
    /// BCP 47 tag of the person's language; empty if login does not know it.
    pub locale: String,
    /// Whether the person is an admin of the tenant.
    pub admin: bool,
    /// Encrypted. The hint of a sign-out.
    pub sealed_id_token: Vec<u8>,
    pub created_at: DateTime<Utc>,
    /// The absolute end of the session: use does not extend it.
    pub expires_at: DateTime<Utc>,
}

/// What ad stores of a person: a read model of `login.user.v1`.
#[derive(Clone, Debug)]
pub struct Member {
    pub user_id: UserId,
    pub tenant_id: TenantId,
    pub admin: bool,
    pub locale: String,
    /// Increases by one with each change.
    pub version: i64,
}
