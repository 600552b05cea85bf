//! Sums for reports.

use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::domain::campaign::CampaignId;

/// Micros that a campaign spent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    pub today: i64,
    pub month: i64,
}

/// Sums what each campaign spent on `today`, and since the `first` day of the month. Campaigns that spent nothing are missing.
pub async fn spent(
    conn: &mut PgConnection,
    campaigns: &[CampaignId],
    first: NaiveDate,
    today: NaiveDate,
) -> Result<Vec<(CampaignId, Spent)>, sqlx::Error> {
    let ids: Vec<_> = campaigns.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT campaign_id, sum(spent_micros)::bigint AS "month!",
               coalesce(sum(spent_micros) FILTER (WHERE day = $3), 0)::bigint AS "today!"
           FROM campaign_day WHERE campaign_id = ANY ($1) AND day BETWEEN $2 AND $3 GROUP BY campaign_id"#,
        &ids as _,
        first,
        today,
    )
    .fetch_all(conn)
    .await?;
    let spent = rows.into_iter().map(|row| {
        let spent = Spent { today: row.today, month: row.month };
        (CampaignId::from(row.campaign_id), spent)
    });
    Ok(spent.collect())
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
