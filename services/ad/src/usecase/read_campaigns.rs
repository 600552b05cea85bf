//! Reading campaigns, with what they have spent today.

use std::collections::HashMap;

use chassis::clock::Clock;
use chassis::id::TenantId;
use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::campaign::CampaignId;
use crate::domain::day::day_in;
use crate::error::Error;
use crate::store::campaigns::{self, Campaign};
use crate::store::{days, tenants};

/// A campaign and what it has spent today.
#[derive(Clone, Debug)]
pub struct WithSpent {
    /// The campaign.
    pub campaign: Campaign,
    /// Micros of its currency that it has spent on its tenant's today.
    pub spent_today: i64,
}

/// The day it is for the tenant.
///
/// # Errors
/// When login has not told of the tenant yet, or the database can't be reached.
pub async fn today(connection: &mut PgConnection, clock: &Clock, tenant: TenantId) -> Result<NaiveDate, Error> {
    let tenant = tenants::get(connection, tenant).await?.ok_or(Error::TenantUnknown)?;
    Ok(day_in(tenant.time_zone, clock.now()))
}

/// One campaign of the tenant.
///
/// # Errors
/// When the tenant has no such campaign, or the database can't be reached.
pub async fn get_campaign(
    connection: &mut PgConnection,
    clock: &Clock,
    tenant: TenantId,
    id: CampaignId,
) -> Result<WithSpent, Error> {
    let campaign = campaigns::get(connection, id).await?.ok_or(Error::CampaignNotFound)?;
    let day = today(connection, clock, tenant).await?;
    Ok(WithSpent { spent_today: days::spent(connection, id, day).await?, campaign })
}

/// The tenant's campaigns, newest first, from behind `before`.
///
/// # Errors
/// When the database can't be reached.
pub async fn list_campaigns(
    connection: &mut PgConnection,
    clock: &Clock,
    tenant: TenantId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<WithSpent>, Error> {
    let campaigns = campaigns::list(connection, before, limit).await?;
    if campaigns.is_empty() {
        return Ok(vec![]);
    }
    let day = today(connection, clock, tenant).await?;
    let ids: Vec<_> = campaigns.iter().map(|campaign| campaign.campaign_id).collect();
    let spent: HashMap<_, _> = days::spent_by(connection, &ids, day).await?.into_iter().collect();
    let with_spent = |campaign: Campaign| WithSpent {
        spent_today: spent.get(&campaign.campaign_id).copied().unwrap_or_default(),
        campaign,
    };
    Ok(campaigns.into_iter().map(with_spent).collect())
}
