//! Events as the other products would publish them.

use chassis::id::TenantId;
use contracts::{
    common::v1::Interest,
    login::v1::{TenantChanged, TenantStatus},
    mypage::v1::PreferencesChanged,
};

use crate::harness::Tenant;

pub(crate) fn tenant(id: TenantId, name: &str, currency: &str, version: i64) -> TenantChanged {
    TenantChanged {
        tenant_id: id.to_string(),
        slug: name.to_lowercase(),
        name: name.into(),
        locale: "ko".into(),
        time_zone: "Asia/Seoul".into(),
        currency_code: currency.into(),
        status: TenantStatus::Active.into(),
        version,
        changed_at: None,
    }
}

/// The second version of a tenant: suspended.
pub(crate) fn suspended(id: TenantId, name: &str) -> TenantChanged {
    TenantChanged { status: TenantStatus::Suspended.into(), ..tenant(id, name, "KRW", 2) }
}

/// The preferences of the tenant's member.
pub(crate) fn preferences(tenant: &Tenant, interests: &[Interest], consent: bool, version: i64) -> PreferencesChanged {
    PreferencesChanged {
        user_id: tenant.member.to_string(),
        tenant_id: tenant.id.to_string(),
        interests: interests.iter().map(|interest| (*interest).into()).collect(),
        ad_consent: consent,
        version,
        changed_at: None,
    }
}
