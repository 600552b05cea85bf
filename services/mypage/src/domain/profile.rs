//! Who a page is of.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};

/// A person as login tells of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The person.
    pub user_id: UserId,
    /// The person's tenant.
    pub tenant_id: TenantId,
    /// The e-mail address.
    pub email: String,
    /// What to call the person.
    pub display_name: String,
    /// The person's language: "ko" or "en".
    pub locale: String,
    /// Whether the person sees the tenant's usage and campaigns.
    pub admin: bool,
    /// When the person joined.
    pub created_at: DateTime<Utc>,
}
