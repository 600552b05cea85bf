//! Opens a campaign for a change, and saves what changed.

use chassis::{clock::Clock, id::TenantId};
use chrono::NaiveDate;
use sqlx::PgConnection;

use super::limit_active::limit_active;
use crate::{
    domain::{
        campaign::{Campaign, CampaignId, CampaignToday, Expected, Status},
        creative::{Creative, Reviews, first},
    },
    error::Error,
    events, store,
    usecase::tenant::tenant,
};

/// A campaign that is locked for a change.
pub(in crate::usecase) struct Edit {
    before: Campaign,
    pub(in crate::usecase) campaign: Campaign,
    /// Without those that were removed.
    pub(in crate::usecase) creatives: Vec<Creative>,
    /// The tenant's.
    pub(in crate::usecase) today: NaiveDate,
    spent: i64,
}

impl Edit {
    /// Locks the campaign if it has one of the expected revisions and has not ended.
    pub(in crate::usecase) async fn open(
        conn: &mut PgConnection,
        clock: &Clock,
        tenant_id: TenantId,
        id: CampaignId,
        expected: &Expected,
    ) -> Result<Self, Error> {
        let today = tenant(conn, tenant_id).await?.today(clock.now());
        let campaign = store::campaign::lock(conn, id).await?.ok_or(Error::CampaignNotFound)?;
        if !expected.includes(campaign.revision()) {
            return Err(Error::PreconditionFailed);
        }
        if campaign.status == Status::Ended {
            return Err(Error::CampaignEnded);
        }
        let creatives = store::creative::list(conn, &[id]).await?;
        let spent = store::day::spent(conn, id, today).await?;
        Ok(Self { before: campaign.clone(), campaign, creatives, today, spent })
    }

    pub(in crate::usecase) fn reviews(&self) -> Reviews {
        Reviews::of(&self.creatives)
    }

    pub(super) fn is_changed(&self) -> bool {
        self.campaign != self.before
    }

    pub(in crate::usecase) fn into_today(self) -> CampaignToday {
        CampaignToday { campaign: self.campaign, creatives: self.creatives, spent: self.spent }
    }

    /// Saves the campaign as a new version and publishes it. Its status and first content follow its creatives, which the
    /// caller has stored.
    pub(in crate::usecase) async fn save(
        mut self,
        conn: &mut PgConnection,
        clock: &Clock,
    ) -> Result<CampaignToday, Error> {
        let (now, before) = (clock.now(), &self.before);
        let campaign = &mut self.campaign;
        campaign.status = campaign.status.settled(Reviews::of(&self.creatives));
        if let Some(first) = first(&self.creatives) {
            campaign.show(&first.content);
        }
        if campaign.status.is_counted() && !before.status.is_counted() {
            limit_active(conn, campaign.tenant_id).await?;
        }
        campaign.touch(now);
        store::campaign::update(conn, before, campaign).await?;
        if campaign.daily_budget.micros < before.daily_budget.micros {
            store::lowered_budget::insert(conn, campaign, before.daily_budget, now).await?;
        }
        events::campaign_changed(conn, clock, campaign, self.spent, now).await?;
        Ok(self.into_today())
    }
}
