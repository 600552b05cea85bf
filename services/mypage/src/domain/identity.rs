//! Who signed in, as the ID token said: enough for a page when nothing else is known yet.

use chassis::id::{SessionId, TenantId, UserId};

/// The claims of an ID token that a page needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The person (`sub`).
    pub user_id: UserId,
    /// The person's tenant.
    pub tenant_id: TenantId,
    /// login's session (`sid`).
    pub session_id: SessionId,
    /// What to call the person.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The person's language.
    pub locale: String,
    /// The company's name.
    pub tenant_name: String,
    /// Whether the person is an admin of the tenant.
    pub admin: bool,
}
