//! Table `creative_count`: impressions and clicks of each creative. For the worker role.

use sqlx::PgPool;

/// Adds the deliveries of the transactions that the last count had not seen. Returns the number of creatives that changed.
pub async fn count(worker: &PgPool) -> Result<u64, sqlx::Error> {
    let mut tx = worker.begin().await?;
    // One replica counts at a time; the others leave it to that one.
    let mark = sqlx::query_scalar!(r#"SELECT seen::text AS "seen!" FROM creative_count_mark FOR UPDATE SKIP LOCKED"#);
    let Some(seen) = mark.fetch_optional(&mut *tx).await? else { return Ok(0) };
    // One statement, so one snapshot: what it sees is what the next count leaves out.
    let counted = sqlx::query!(
        "WITH mark AS (UPDATE creative_count_mark SET seen = pg_current_snapshot())
         INSERT INTO creative_count AS known (creative_id, campaign_id, tenant_id, impressions, clicks)
         SELECT coalesce(creative_id, campaign_id), campaign_id, advertiser_tenant_id,
                count(*) FILTER (WHERE kind = 'impression'), count(*) FILTER (WHERE kind = 'click')
         FROM delivery
         WHERE changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot)
           AND changed_xid < pg_snapshot_xmax(pg_current_snapshot())
           AND NOT pg_visible_in_snapshot(changed_xid, $1::text::pg_snapshot)
         GROUP BY 1, 2, 3
         ON CONFLICT (creative_id) DO UPDATE
         SET impressions = known.impressions + excluded.impressions, clicks = known.clicks + excluded.clicks",
        seen,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(counted.rows_affected())
}
