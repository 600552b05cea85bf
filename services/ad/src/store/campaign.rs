//! Table `campaign`.

use chassis::{id::TenantId, text::Locale};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{
    campaign::{Campaign, CampaignId, Hours, Schedule, Status},
    interest::Interest,
    money::{Currency, Money},
};

pub(super) struct Row {
    pub(super) campaign_id: Uuid,
    pub(super) tenant_id: Uuid,
    pub(super) name: String,
    pub(super) headline: String,
    pub(super) body: String,
    pub(super) landing_url: String,
    pub(super) locale: String,
    pub(super) interests: Vec<String>,
    pub(super) bid_micros: i64,
    pub(super) daily_budget_micros: i64,
    pub(super) total_budget_micros: Option<i64>,
    pub(super) currency_code: String,
    pub(super) open_to_all: bool,
    pub(super) starts_on: Option<NaiveDate>,
    pub(super) ends_on: Option<NaiveDate>,
    pub(super) hours: i32,
    pub(super) frequency_cap: Option<i16>,
    pub(super) status: String,
    pub(super) version: i64,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

/// A later version may have stored values that this one does not know. They are defaulted here and kept in the row.
impl From<Row> for Campaign {
    fn from(row: Row) -> Self {
        let currency = Currency::stored(&row.currency_code);
        Self {
            campaign_id: CampaignId::from(row.campaign_id),
            tenant_id: TenantId::from(row.tenant_id),
            locale: Locale::stored(&row.locale),
            status: Status::stored(&row.status),
            name: row.name,
            headline: row.headline,
            body: row.body,
            landing_url: row.landing_url,
            interests: Interest::known(&row.interests),
            bid: Money::payable(row.bid_micros, currency),
            daily_budget: Money::payable(row.daily_budget_micros, currency),
            total_budget: row.total_budget_micros.map(|micros| Money::payable(micros, currency)),
            open_to_all: row.open_to_all,
            schedule: Schedule { starts_on: row.starts_on, ends_on: row.ends_on, hours: Hours::stored(row.hours) },
            frequency_cap: row.frequency_cap.and_then(|cap| u8::try_from(cap).ok()),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A query for campaigns. It names each column: with `SELECT *`, a migration that adds a column breaks running processes.
macro_rules! campaigns {
    ($clauses:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Row,
            "SELECT campaign_id, tenant_id, name, headline, body, landing_url, locale, interests, bid_micros,
                 daily_budget_micros, total_budget_micros, currency_code, open_to_all, starts_on, ends_on, hours,
                 frequency_cap, status, version, created_at, updated_at
             FROM campaign " + $clauses,
            $($argument),+
        )
    };
}

pub async fn insert(conn: &mut PgConnection, campaign: &Campaign) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO campaign (campaign_id, tenant_id, name, headline, body, landing_url, locale, interests, bid_micros,
             daily_budget_micros, total_budget_micros, currency_code, open_to_all, starts_on, ends_on, hours, frequency_cap,
             status, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
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
        campaign.total_budget.map(|total| total.micros),
        campaign.bid.currency.code(),
        campaign.open_to_all,
        campaign.schedule.starts_on,
        campaign.schedule.ends_on,
        campaign.schedule.hours.bits(),
        campaign.frequency_cap.map(i16::from),
        campaign.status.name(),
        campaign.version,
        campaign.created_at,
        campaign.updated_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn find(conn: &mut PgConnection, id: CampaignId) -> Result<Option<Campaign>, sqlx::Error> {
    campaigns!("WHERE campaign_id = $1", id.as_uuid()).fetch_optional(conn).await.map(|row| row.map(Campaign::from))
}

/// Locks a campaign until the end of the transaction, so that its events are published in order.
pub async fn lock(conn: &mut PgConnection, id: CampaignId) -> Result<Option<Campaign>, sqlx::Error> {
    campaigns!("WHERE campaign_id = $1 FOR UPDATE", id.as_uuid())
        .fetch_optional(conn)
        .await
        .map(|row| row.map(Campaign::from))
}

/// Lists campaigns older than `before`, newest first.
pub async fn list(conn: &mut PgConnection, before: Option<Uuid>, limit: i64) -> Result<Vec<Campaign>, sqlx::Error> {
    let rows =
        campaigns!("WHERE $1::uuid IS NULL OR campaign_id < $1 ORDER BY campaign_id DESC LIMIT $2", before, limit)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(Campaign::from).collect())
}

/// The number of the tenant's campaigns that are active or in review.
pub async fn count_active(conn: &mut PgConnection, tenant: TenantId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM campaign WHERE tenant_id = $1 AND status IN ('active', 'in_review')"#,
        tenant.as_uuid(),
    )
    .fetch_one(conn)
    .await
}

/// Updates the columns that can change. The app role has `UPDATE` on these columns only (`GRANT` in the migrations).
///
/// Status, language and interests are updated only where they changed: a later version may have stored values that this one
/// does not know.
pub async fn update(conn: &mut PgConnection, before: &Campaign, campaign: &Campaign) -> Result<(), sqlx::Error> {
    let status = (campaign.status != before.status).then(|| campaign.status.name());
    let locale = (campaign.locale != before.locale).then(|| campaign.locale.as_str());
    let interests = (campaign.interests != before.interests).then(|| Interest::names(&campaign.interests));
    sqlx::query!(
        "UPDATE campaign
         SET name = $2, headline = $3, body = $4, landing_url = $5, locale = coalesce($6, locale),
             interests = coalesce($7, interests), bid_micros = $8, daily_budget_micros = $9, total_budget_micros = $10,
             open_to_all = $11, starts_on = $12, ends_on = $13, hours = $14, frequency_cap = $15,
             status = coalesce($16, status), version = $17, updated_at = $18
         WHERE campaign_id = $1",
        campaign.campaign_id.as_uuid(),
        campaign.name,
        campaign.headline,
        campaign.body,
        campaign.landing_url,
        locale,
        interests.as_deref(),
        campaign.bid.micros,
        campaign.daily_budget.micros,
        campaign.total_budget.map(|total| total.micros),
        campaign.open_to_all,
        campaign.schedule.starts_on,
        campaign.schedule.ends_on,
        campaign.schedule.hours.bits(),
        campaign.frequency_cap.map(i16::from),
        status,
        campaign.version,
        campaign.updated_at,
    )
    .execute(conn)
    .await
    .map(drop)
}
