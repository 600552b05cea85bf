//! What ad does when it hears something: its read models of tenants and preferences, and erasure.

use chassis::clock::Clock;
use chassis::consumer::{Consume, ConsumeError};
use chassis::event::Received;
use chassis::id::UserId;
use contracts::login::v1::{TenantChanged, TenantStatus, UserChanged};
use contracts::mypage::v1::PreferencesChanged;
use sqlx::PgConnection;

use super::interest_of;
use crate::domain::day::time_zone;
use crate::store::tenants::{self, Tenant};
use crate::store::viewers::{self, Preferences};
use crate::usecase::erase_viewer::erase_viewer;

/// Hears for ad.
#[derive(Clone, Debug)]
pub struct Hear {
    clock: Clock,
}

impl Hear {
    /// A listener with this clock.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock }
    }
}

impl Consume<TenantChanged> for Hear {
    async fn consume(&self, conn: &mut PgConnection, event: Received<TenantChanged>) -> Result<(), ConsumeError> {
        // A tenant is never erased: its ledger stays.
        let Some(tenant) = event.payload else { return Ok(()) };
        let time_zone = time_zone(&tenant.time_zone).ok_or_else(|| ConsumeError::invalid("time zone is not known"))?;
        let active = tenant.status() != TenantStatus::Suspended;
        let tenant = Tenant {
            tenant_id: event.tenant_id,
            name: tenant.name,
            locale: tenant.locale,
            time_zone,
            currency_code: tenant.currency_code,
            active,
            version: tenant.version,
        };
        Ok(tenants::put(conn, &tenant).await?)
    }
}

impl Consume<PreferencesChanged> for Hear {
    async fn consume(&self, conn: &mut PgConnection, event: Received<PreferencesChanged>) -> Result<(), ConsumeError> {
        let user_id = user(&event.key)?;
        let Some(chosen) = event.payload else {
            return Ok(viewers::forget(conn, user_id).await?);
        };
        let preferences = Preferences {
            user_id,
            tenant_id: event.tenant_id,
            interests: chosen.interests.iter().filter_map(|number| interest_of(*number)).collect(),
            ad_consent: chosen.ad_consent,
            version: chosen.version,
        };
        Ok(viewers::put(conn, &preferences).await?)
    }
}

impl Consume<UserChanged> for Hear {
    async fn consume(&self, conn: &mut PgConnection, event: Received<UserChanged>) -> Result<(), ConsumeError> {
        // Only the end of a person matters here: who people are, ad does not keep.
        if event.payload.is_none() {
            erase_viewer(conn, &self.clock, event.tenant_id, user(&event.key)?).await?;
        }
        Ok(())
    }
}

fn user(key: &str) -> Result<UserId, ConsumeError> {
    key.parse().map_err(|_| ConsumeError::invalid("key is not a user's id"))
}
