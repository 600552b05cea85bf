//! Table `campaign`.

use chassis::id::TenantId;
use chassis::text::Locale;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::unreadable;
use crate::domain::campaign::{CampaignId, NewCampaign, page_language};
use crate::domain::interest::Interest;
use crate::domain::money::{Currency, Money};
use crate::domain::terms::{Status, Terms};

/// A campaign as it is kept.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Who advertises.
    pub tenant_id: TenantId,
    /// What the advertiser calls it.
    pub name: String,
    /// What the ad says first.
    pub headline: String,
    /// What it says then.
    pub body: String,
    /// Where a click leads.
    pub landing_url: String,
    /// The language it is in.
    pub locale: Locale,
    /// What it aims at; empty for anyone.
    pub interests: Vec<Interest>,
    /// The most it pays for a click.
    pub bid: Money,
    /// The most it pays in a day.
    pub daily_budget: Money,
    /// Whether people of other tenants see it.
    pub open_to_all: bool,
    /// Whether it is served.
    pub status: Status,
    /// Counts its changes from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its tenant changed it last.
    pub updated_at: DateTime<Utc>,
}

struct Row {
    campaign_id: Uuid,
    tenant_id: Uuid,
    name: String,
    headline: String,
    body: String,
    landing_url: String,
    locale: String,
    interests: Vec<String>,
    bid_micros: i64,
    daily_budget_micros: i64,
    currency_code: String,
    open_to_all: bool,
    status: String,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<Row> for Campaign {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let currency =
            Currency::parse(&row.currency_code).ok_or_else(|| unreadable("currency_code", &row.currency_code))?;
        Ok(Self {
            campaign_id: CampaignId::from(row.campaign_id),
            tenant_id: TenantId::from(row.tenant_id),
            locale: page_language(&row.locale).ok_or_else(|| unreadable("locale", &row.locale))?,
            status: Status::parse(&row.status).ok_or_else(|| unreadable("status", &row.status))?,
            name: row.name,
            headline: row.headline,
            body: row.body,
            landing_url: row.landing_url,
            interests: Interest::known(&row.interests),
            bid: Money::new(row.bid_micros, currency),
            daily_budget: Money::new(row.daily_budget_micros, currency),
            open_to_all: row.open_to_all,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Asks for campaigns. Columns are named one by one: `SELECT *` would fail running processes when a migration adds one.
macro_rules! campaigns {
    ($which:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Row,
            "SELECT campaign_id, tenant_id, name, headline, body, landing_url, locale, interests, bid_micros,
                 daily_budget_micros, currency_code, open_to_all, status, version, created_at, updated_at
             FROM campaign " + $which,
            $($argument),+
        )
    };
}

/// Keeps a new campaign.
///
/// # Errors
/// When the database refuses, or can't be reached.
pub async fn insert(connection: &mut PgConnection, campaign: &Campaign) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO campaign (campaign_id, tenant_id, name, headline, body, landing_url, locale, interests, bid_micros,
             daily_budget_micros, currency_code, open_to_all, status, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        campaign.campaign_id.as_uuid(),
        campaign.tenant_id.as_uuid(),
        campaign.name,
        campaign.headline,
        campaign.body,
        campaign.landing_url,
        campaign.locale.as_str(),
        &Interest::names(&campaign.interests),
        campaign.bid.micros,
        campaign.daily_budget.micros,
        campaign.bid.currency.code(),
        campaign.open_to_all,
        campaign.status.name(),
        campaign.version,
        campaign.created_at,
        campaign.updated_at,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// A campaign of the tenant.
///
/// # Errors
/// When the database can't be reached.
pub async fn get(connection: &mut PgConnection, id: CampaignId) -> Result<Option<Campaign>, sqlx::Error> {
    campaigns!("WHERE campaign_id = $1", id.as_uuid())
        .fetch_optional(connection)
        .await?
        .map(Campaign::try_from)
        .transpose()
}

/// A campaign of the tenant, locked until the transaction ends: what is told of it then stays in order.
///
/// # Errors
/// When the database can't be reached.
pub async fn lock(connection: &mut PgConnection, id: CampaignId) -> Result<Option<Campaign>, sqlx::Error> {
    campaigns!("WHERE campaign_id = $1 FOR UPDATE", id.as_uuid())
        .fetch_optional(connection)
        .await?
        .map(Campaign::try_from)
        .transpose()
}

/// The tenant's campaigns, newest first, from behind `before`.
///
/// # Errors
/// When the database can't be reached.
pub async fn list(
    connection: &mut PgConnection,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Campaign>, sqlx::Error> {
    let rows =
        campaigns!("WHERE $1::uuid IS NULL OR campaign_id < $1 ORDER BY campaign_id DESC LIMIT $2", before, limit)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(Campaign::try_from).collect()
}

/// Keeps what changed of a locked campaign.
///
/// # Errors
/// When the database refuses, or can't be reached.
pub async fn update(connection: &mut PgConnection, campaign: &Campaign) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE campaign SET bid_micros = $2, daily_budget_micros = $3, status = $4, version = $5, updated_at = $6
         WHERE campaign_id = $1",
        campaign.campaign_id.as_uuid(),
        campaign.bid.micros,
        campaign.daily_budget.micros,
        campaign.status.name(),
        campaign.version,
        campaign.updated_at,
    )
    .execute(connection)
    .await
    .map(drop)
}

impl Campaign {
    /// The first version of a new campaign.
    #[must_use]
    pub fn first(campaign_id: CampaignId, tenant_id: TenantId, new: NewCampaign, now: DateTime<Utc>) -> Self {
        Self {
            campaign_id,
            tenant_id,
            name: new.name,
            headline: new.headline,
            body: new.body,
            landing_url: new.landing_url.into(),
            locale: new.locale,
            interests: new.interests,
            bid: new.bid,
            daily_budget: new.daily_budget,
            open_to_all: new.open_to_all,
            status: Status::Active,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// What can be changed of it.
    #[must_use]
    pub fn terms(&self) -> Terms {
        Terms { status: self.status, bid: self.bid, daily_budget: self.daily_budget }
    }
}
