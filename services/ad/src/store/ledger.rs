//! The ledger for pages: charges with the names of their campaigns.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{
    campaign::CampaignId,
    charge::ChargeId,
    ledger::Entry,
    money::{Currency, Money},
};

struct Row {
    charge_id: Uuid,
    campaign_id: Uuid,
    name: String,
    day: NaiveDate,
    price_micros: i64,
    currency_code: String,
    occurred_at: DateTime<Utc>,
}

/// Lists entries older than `before`, newest first.
pub async fn list(conn: &mut PgConnection, before: Option<ChargeId>, limit: i64) -> Result<Vec<Entry>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT charge_id, campaign_id, name, day, price_micros, charge.currency_code, occurred_at
         FROM charge JOIN campaign USING (campaign_id)
         WHERE $1::uuid IS NULL OR charge_id < $1 ORDER BY charge_id DESC LIMIT $2",
        before.map(|id| id.as_uuid()),
        limit,
    )
    .fetch_all(conn)
    .await?;
    let entries = rows.into_iter().map(|row| Entry {
        charge_id: ChargeId::from(row.charge_id),
        campaign_id: CampaignId::from(row.campaign_id),
        campaign_name: row.name,
        day: row.day,
        price: Money::new(row.price_micros, Currency::stored(&row.currency_code)),
        occurred_at: row.occurred_at,
    });
    Ok(entries.collect())
}
