//! The auction's candidates: active campaigns of all tenants, for the worker role.

use chassis::id::TenantId;
use chrono::NaiveDate;
use futures::{Stream, TryStreamExt, future::ready};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::creative::image;
use crate::domain::{
    campaign::{CampaignId, Hours, Schedule, page_language},
    candidate::{Candidate, Variant},
    creative::{CreativeId, CreativeImage, ShownImage},
    ctr::{self, Counts},
    day::DaySpent,
    interest::Interest,
    money::{Currency, Money},
    tenant::zone,
};

/// Which transactions an answer has seen: a `pg_snapshot` as text.
#[derive(Clone, Debug)]
pub struct Snapshot(String);

/// Returns the campaigns that changed, or whose creatives, rates, tenant or spending changed, in transactions that `seen` had not seen, and what
/// the answer has seen. Without `seen`, no campaign.
pub async fn changed(
    conn: &mut PgConnection,
    seen: Option<&Snapshot>,
) -> Result<(Snapshot, Vec<CampaignId>), sqlx::Error> {
    // One statement, so one snapshot. The upper bound leaves out rows of another cluster, restored from a dump, with
    // transactions that this one has not reached.
    let row = sqlx::query!(
        r#"WITH change AS (
               SELECT changed_xid, campaign_id FROM campaign WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot)
               UNION ALL
               SELECT changed_xid, campaign_id FROM creative WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot)
               UNION ALL
               SELECT changed_xid, campaign_id FROM charge WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot)
               UNION ALL
               SELECT changed_xid, campaign_id FROM creative_count
                   WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot)
               UNION ALL
               SELECT t.changed_xid, c.campaign_id FROM tenant t JOIN campaign c USING (tenant_id)
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
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    hours: i32,
    creatives: Vec<Uuid>,
    headlines: Vec<String>,
    bodies: Vec<String>,
    images: Vec<Option<Vec<u8>>>,
    alts: Vec<Option<String>>,
    widths: Vec<Option<i32>>,
    heights: Vec<Option<i32>>,
    impressions: Vec<i64>,
    clicks: Vec<i64>,
    all_impressions: i64,
    all_clicks: i64,
    locale: String,
    interests: Vec<String>,
    bid_micros: i64,
    daily_budget_micros: i64,
    currency_code: String,
    total_left: Option<i64>,
    open_to_all: bool,
    frequency_cap: Option<i16>,
    day: Option<NaiveDate>,
    spent_micros: Option<i64>,
}

impl Row {
    /// Returns `None` for a value that only a later version knows, so that the other campaigns are still served.
    fn candidate(self) -> Option<Candidate> {
        let campaign = ctr::of_campaign(Counts { impressions: self.all_impressions, clicks: self.all_clicks });
        let texts = self.creatives.into_iter().zip(self.headlines.into_iter().zip(self.bodies));
        let counts = self.impressions.into_iter().zip(self.clicks);
        let sizes = self.widths.into_iter().zip(self.heights);
        let images =
            self.images.into_iter().zip(self.alts).zip(sizes).map(|((id, alt), size)| shown(image(id, alt), size));
        let variants =
            texts.zip(images).zip(counts).map(|(((id, (headline, body)), image), (impressions, clicks))| Variant {
                creative_id: CreativeId::from(id),
                headline,
                body,
                image,
                ctr: ctr::of_creative(campaign, Counts { impressions, clicks }),
            });
        Some(Candidate {
            campaign_id: CampaignId::from(self.campaign_id),
            tenant_id: TenantId::from(self.tenant_id),
            advertiser_name: self.advertiser_name,
            time_zone: zone(&self.time_zone),
            schedule: Schedule { starts_on: self.starts_on, ends_on: self.ends_on, hours: Hours::stored(self.hours) },
            variants: variants.collect(),
            locale: page_language(&self.locale)?,
            interests: Interest::known(&self.interests).into_iter().collect(),
            bid: Money::payable(self.bid_micros, Currency::from_code(&self.currency_code)?),
            daily_budget: self.daily_budget_micros,
            total_left: self.total_left,
            open_to_all: self.open_to_all,
            frequency_cap: self.frequency_cap.and_then(|cap| u8::try_from(cap).ok()),
            spent: self.day.zip(self.spent_micros).map(|(day, micros)| DaySpent { day, micros }),
        })
    }
}

/// A query for active campaigns of active tenants, each with its approved creatives and its last day of spending.
macro_rules! candidates {
    ($clauses:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"SELECT c.campaign_id, c.tenant_id, t.name AS advertiser_name, t.time_zone, c.starts_on, c.ends_on, c.hours,
                      r.creatives AS "creatives!", r.headlines AS "headlines!", r.bodies AS "bodies!",
                      r.images AS "images!: Vec<Option<Vec<u8>>>", r.alts AS "alts!: Vec<Option<String>>",
                      r.widths AS "widths!: Vec<Option<i32>>", r.heights AS "heights!: Vec<Option<i32>>",
                      r.impressions AS "impressions!", r.clicks AS "clicks!",
                      n.impressions AS "all_impressions!", n.clicks AS "all_clicks!",
                      c.locale, c.interests, c.bid_micros, c.daily_budget_micros, c.currency_code,
                      CASE WHEN c.total_budget_micros IS NOT NULL THEN c.total_budget_micros - (
                          SELECT coalesce(sum(spent_micros), 0)::bigint FROM campaign_day WHERE campaign_id = c.campaign_id)
                      END AS total_left,
                      c.open_to_all, c.frequency_cap, d.day AS "day?", d.spent_micros AS "spent_micros?"
               FROM campaign c
               JOIN tenant t USING (tenant_id)
               JOIN LATERAL (
                   SELECT array_agg(creative_id ORDER BY creative_id) AS creatives,
                          array_agg(headline ORDER BY creative_id) AS headlines,
                          array_agg(body ORDER BY creative_id) AS bodies,
                          array_agg(creative.image_sha256 ORDER BY creative_id) AS images,
                          array_agg(image_alt ORDER BY creative_id) AS alts,
                          array_agg(width ORDER BY creative_id) AS widths,
                          array_agg(height ORDER BY creative_id) AS heights,
                          array_agg(coalesce(impressions, 0) ORDER BY creative_id) AS impressions,
                          array_agg(coalesce(clicks, 0) ORDER BY creative_id) AS clicks
                   FROM creative
                   LEFT JOIN creative_count USING (creative_id)
                   LEFT JOIN image ON image.tenant_id = creative.tenant_id AND image.image_sha256 = creative.image_sha256
                   WHERE creative.campaign_id = c.campaign_id AND review = 'approved' AND removed_at IS NULL
               ) r ON r.creatives IS NOT NULL
               CROSS JOIN LATERAL (
                   SELECT coalesce(sum(impressions), 0)::bigint AS impressions, coalesce(sum(clicks), 0)::bigint AS clicks
                   FROM creative_count WHERE campaign_id = c.campaign_id
               ) n
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

fn shown(image: Option<CreativeImage>, (width, height): (Option<i32>, Option<i32>)) -> Option<ShownImage> {
    Some(ShownImage { image: image?, width: width?.cast_unsigned(), height: height?.cast_unsigned() })
}
