//! The profile of a person, as login publishes it.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub user_id: UserId,
    pub tenant_id: TenantId,
    pub email: String,
    pub display_name: String,
    /// "ko" or "en".
    pub locale: String,
    /// May see the tenant's usage and campaigns.
    pub admin: bool,
    pub created_at: DateTime<Utc>,
}
