//! Sums for reports. Clicks and money come from the ledger, which is kept; impressions from the units of usage, which are
//! deleted after their retention.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::domain::{
    campaign::CampaignId,
    report::{Counts, Period},
};

/// Micros that a campaign spent today, and what happened in the month.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sums {
    pub today: i64,
    pub month: Counts,
}

/// Sums each campaign on `today`, and since the `first` day of the month, which begins at `since`. In the order of the
/// campaigns.
pub async fn sums(
    conn: &mut PgConnection,
    campaigns: &[CampaignId],
    (first, since): (NaiveDate, DateTime<Utc>),
    today: NaiveDate,
) -> Result<Vec<Sums>, sqlx::Error> {
    let ids: Vec<_> = campaigns.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT day.today AS "today!", day.month AS "month!", charged.clicks AS "clicks!", shown.impressions AS "impressions!"
           FROM unnest($1::uuid[]) WITH ORDINALITY AS listed (campaign_id, place)
           CROSS JOIN LATERAL (
               SELECT coalesce(sum(spent_micros), 0)::bigint AS month,
                   coalesce(sum(spent_micros) FILTER (WHERE day = $3), 0)::bigint AS today
               FROM campaign_day WHERE campaign_id = listed.campaign_id AND day BETWEEN $2 AND $3) AS day
           CROSS JOIN LATERAL (
               SELECT count(*) AS clicks FROM charge
               WHERE campaign_id = listed.campaign_id AND day BETWEEN $2 AND $3) AS charged
           CROSS JOIN LATERAL (
               SELECT count(*) AS impressions FROM usage_unit
               WHERE campaign_id = listed.campaign_id AND kind = 'impression' AND occurred_at >= $4) AS shown
           ORDER BY place"#,
        &ids as _,
        first,
        today,
        since,
    )
    .fetch_all(conn)
    .await?;
    let sums = rows.into_iter().map(|row| {
        let month = Counts { impressions: row.impressions, clicks: row.clicks, spent: row.month };
        Sums { today: row.today, month }
    });
    Ok(sums.collect())
}

/// Counts what happened in each period, in their order. Credits reduce what was spent. The days only choose the index.
pub async fn counts(
    conn: &mut PgConnection,
    campaign: CampaignId,
    periods: &[Period],
) -> Result<Vec<Counts>, sqlx::Error> {
    let (starts, ends): (Vec<_>, Vec<_>) = periods.iter().map(|period| (period.start, period.end)).unzip();
    sqlx::query_as!(
        Counts,
        r#"SELECT shown.impressions AS "impressions!", charged.clicks AS "clicks!", charged.micros - credited.micros AS "spent!"
           FROM unnest($2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS period (first, past, place)
           CROSS JOIN LATERAL (
               SELECT count(*) AS clicks, coalesce(sum(price_micros), 0)::bigint AS micros FROM charge
               WHERE campaign_id = $1 AND occurred_at >= first AND occurred_at < past
                 AND day BETWEEN first::date - 1 AND past::date + 1) AS charged
           CROSS JOIN LATERAL (
               SELECT coalesce(sum(amount_micros), 0)::bigint AS micros FROM credit
               WHERE campaign_id = $1 AND occurred_at >= first AND occurred_at < past) AS credited
           CROSS JOIN LATERAL (
               SELECT count(*) AS impressions FROM usage_unit
               WHERE campaign_id = $1 AND kind = 'impression' AND occurred_at >= first AND occurred_at < past) AS shown
           ORDER BY place"#,
        campaign.as_uuid(),
        &starts as _,
        &ends as _,
    )
    .fetch_all(conn)
    .await
}

/// Sums the requests of links that were not counted on these days, by reason, the most frequent first.
pub async fn refused(
    conn: &mut PgConnection,
    campaign: CampaignId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT reason, sum(count)::bigint AS "count!" FROM refusal
           WHERE campaign_id = $1 AND day BETWEEN $2 AND $3 GROUP BY reason ORDER BY 2 DESC, reason"#,
        campaign.as_uuid(),
        first,
        last,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.reason, row.count)).collect())
}

/// Returns the names of campaigns.
pub async fn names(
    conn: &mut PgConnection,
    campaigns: &[CampaignId],
) -> Result<Vec<(CampaignId, String)>, sqlx::Error> {
    let ids: Vec<_> = campaigns.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!("SELECT campaign_id, name FROM campaign WHERE campaign_id = ANY ($1)", &ids as _)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (CampaignId::from(row.campaign_id), row.name)).collect())
}
