//! Table `creative_count`: impressions and clicks of each creative. For the worker role.

use sqlx::PgPool;

/// Adds the deliveries of the transactions that ended since the last count. Returns the number of creatives that changed.
///
/// A transaction that still runs holds back the count of those that began after it. So each delivery is in one count.
pub async fn count(worker: &PgPool) -> Result<u64, sqlx::Error> {
    let mut tx = worker.begin().await?;
    // One replica counts at a time; the others leave it to that one.
    let mark = sqlx::query!(
        r#"SELECT next_xid::text AS "since!", pg_snapshot_xmin(pg_current_snapshot())::text AS "until!"
           FROM creative_count_mark FOR UPDATE SKIP LOCKED"#
    );
    let Some(mark) = mark.fetch_optional(&mut *tx).await? else { return Ok(0) };
    let counted = sqlx::query!(
        "INSERT INTO creative_count AS known (creative_id, campaign_id, tenant_id, impressions, clicks)
         SELECT coalesce(creative_id, campaign_id), campaign_id, advertiser_tenant_id,
                count(*) FILTER (WHERE kind = 'impression'), count(*) FILTER (WHERE kind = 'click')
         FROM delivery WHERE changed_xid >= $1::text::xid8 AND changed_xid < $2::text::xid8
         GROUP BY 1, 2, 3
         ON CONFLICT (creative_id) DO UPDATE
         SET impressions = known.impressions + excluded.impressions, clicks = known.clicks + excluded.clicks",
        mark.since,
        mark.until,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("UPDATE creative_count_mark SET next_xid = $1::text::xid8", mark.until).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(counted.rows_affected())
}
