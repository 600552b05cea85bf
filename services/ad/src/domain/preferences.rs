//! Interests and ad consent that a person chose in mypage.

use chassis::id::{TenantId, UserId};

use super::interest::Interest;

/// A read model of `mypage.preferences.v1`.
#[derive(Clone, Debug)]
pub struct Preferences {
    pub user_id: UserId,
    pub tenant_id: TenantId,
    pub interests: Vec<Interest>,
    /// Whether ads may be selected by the interests.
    pub ad_consent: bool,
    /// Increases by one with each change.
    pub version: i64,
}
