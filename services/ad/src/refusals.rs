//! Counts refused clicks in memory, a campaign and reason, until [`crate::usecase::store_refusals`] stores them.
//!
//! Nobody is billed by these counts, so a killed process may lose those of a few seconds. A flood of refused clicks takes no
//! statement each, and no lock of a row.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chassis::id::TenantId;
use chrono::{DateTime, Duration, DurationRound, Utc};

use crate::domain::{campaign::CampaignId, refusal::Refusal, serve::Serve};

/// The precision of a refusal's time. The offset of each time zone is a multiple of it, so the day of the tenant is exact.
const PRECISION: Duration = Duration::minutes(15);
/// The most counts in memory. While the database is unavailable for long, new ones are dropped.
const MAX: usize = 100_000;

/// What refused clicks have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Refused {
    /// The advertiser.
    pub tenant_id: TenantId,
    pub campaign_id: CampaignId,
    pub reason: Refusal,
    pub at: DateTime<Utc>,
}

/// The counts since they were last taken. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Refusals {
    counts: Arc<Mutex<HashMap<Refused, i64>>>,
}

impl Refusals {
    /// Counts a refused click of a link.
    pub fn count(&self, serve: &Serve, reason: Refusal, now: DateTime<Utc>) {
        let at = now.duration_trunc(PRECISION).unwrap_or(now);
        let refused = Refused { tenant_id: serve.advertiser_tenant_id, campaign_id: serve.campaign_id, reason, at };
        self.add([(refused, 1)]);
    }

    /// Adds counts, also those that could not be stored.
    pub fn add(&self, counts: impl IntoIterator<Item = (Refused, i64)>) {
        let mut known = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (refused, count) in counts {
            if known.len() < MAX || known.contains_key(&refused) {
                *known.entry(refused).or_default() += count;
            }
        }
    }

    /// Takes the counts: none are left.
    pub fn take(&self) -> HashMap<Refused, i64> {
        std::mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
