//! The auction's candidates: active campaigns of all tenants, for the worker role.

use chassis::id::TenantId;
use chrono::NaiveDate;
use futures::{Stream, TryStreamExt, future::ready};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::domain::{
    campaign::{CampaignId, page_language},
    candidate::Candidate,
    day::DaySpent,
    interest::Interest,
    money::{Currency, Money},
    tenant::zone,
};

/// Which transactions an answer has seen: a `pg_snapshot` as text.
#[derive(Clone, Debug)]
pub struct Snapshot(String);

/// Returns the campaigns that changed, or whose tenant or spending changed, in transactions that `seen` had not seen, and what
/// the answer has seen. Without `seen`, no campaign.
pub async fn changed(
    conn: &mut PgConnection,
    seen: Option<&Snapshot>,
) -> Result<(Snapshot, Vec<CampaignId>), sqlx::Error> {
    // One statement, so one snapshot. The upper bound leaves out rows of another cluster, restored from a dump, with
    // transactions that this one has not reached.
    let row = sqlx::query!(
        r#"WITH change AS (
               SELECT changed_xid, campaign_id, NULL::uuid AS tenant_id FROM campaign
                   WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot)
               UNION ALL
               SELECT changed_xid, campaign_id, NULL FROM charge
                   WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot)
               UNION ALL
               SELECT t.changed_xid, c.campaign_id, NULL FROM tenant t JOIN campaign c USING (tenant_id)
                   WHERE t.changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot)
           )
           SELECT pg_current_snapshot()::text AS "snapshot!", ARRAY(
               SELECT DISTINCT campaign_id FROM change
               WHERE changed_xid < pg_snapshot_xmax(pg_current_snapshot())
                 AND NOT pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot)
           ) AS "campaigns!: Vec<Uuid>""#,
        seen.map(|seen| seen.0.as_str()),
    )
    .fetch_one(conn)
    .await?;
    Ok((Snapshot(row.snapshot), row.campaigns.into_iter().map(CampaignId::from).collect()))
}

struct Row {
    campaign_id: Uuid,
    tenant_id: Uuid,
    advertiser_name: String,
    time_zone: String,
    headline: String,
    body: String,
    locale: String,
    interests: Vec<String>,
    bid_micros: i64,
    daily_budget_micros: i64,
    currency_code: String,
    open_to_all: bool,
    day: Option<NaiveDate>,
    spent_micros: Option<i64>,
}

impl Row {
    /// Returns `None` for a value that only a later version knows, so that the other campaigns are still served.
    fn candidate(self) -> Option<Candidate> {
        Some(Candidate {
            campaign_id: CampaignId::from(self.campaign_id),
            tenant_id: TenantId::from(self.tenant_id),
            advertiser_name: self.advertiser_name,
            time_zone: zone(&self.time_zone),
            headline: self.headline,
            body: self.body,
            locale: page_language(&self.locale)?,
            interests: Interest::known(&self.interests).into_iter().collect(),
            bid: Money::payable(self.bid_micros, Currency::from_code(&self.currency_code)?),
            daily_budget: self.daily_budget_micros,
            open_to_all: self.open_to_all,
            spent: self.day.zip(self.spent_micros).map(|(day, micros)| DaySpent { day, micros }),
        })
    }
}

/// A query for active campaigns of active tenants, each with its last day of spending.
macro_rules! candidates {
    ($clauses:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"SELECT c.campaign_id, c.tenant_id, t.name AS advertiser_name, t.time_zone, c.headline, c.body, c.locale,
                      c.interests, c.bid_micros, c.daily_budget_micros, c.currency_code, c.open_to_all,
                      d.day AS "day?", d.spent_micros AS "spent_micros?"
               FROM campaign c
               JOIN tenant t USING (tenant_id)
               LEFT JOIN LATERAL (
                   SELECT day, spent_micros FROM campaign_day WHERE campaign_id = c.campaign_id ORDER BY day DESC LIMIT 1
               ) d ON true
               WHERE c.status = 'active' AND t.active "# + $clauses
            $(, $argument)*
        )
    };
}

/// Reads those of the campaigns that are candidates.
pub async fn find(worker: &PgPool, ids: &[CampaignId]) -> Result<Vec<Candidate>, sqlx::Error> {
    let ids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    let rows = candidates!("AND c.campaign_id = ANY ($1)", &ids as _).fetch_all(worker).await?;
    Ok(rows.into_iter().filter_map(Row::candidate).collect())
}

/// Reads all candidates.
pub fn all(conn: &mut PgConnection) -> impl Stream<Item = Result<Candidate, sqlx::Error>> {
    candidates!("").fetch(conn).try_filter_map(|row| ready(Ok(row.candidate())))
}
