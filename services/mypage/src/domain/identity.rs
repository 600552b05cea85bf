//! The claims of an ID token that a page needs: enough to show it before any event has arrived.

use chassis::id::{SessionId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The claim `sub`.
    pub user_id: UserId,
    pub tenant_id: TenantId,
    /// login's session: the claim `sid`.
    pub session_id: SessionId,
    pub name: String,
    pub email: String,
    pub locale: String,
    pub tenant_name: String,
    pub admin: bool,
}
