//! Spending beyond the budgets that allowed it, of all tenants. For the worker role.

use chassis::id::TenantId;
use chrono::NaiveDate;
use sqlx::PgPool;

use crate::domain::{campaign::CampaignId, overspend::Overspend};

/// Returns the overspending of days from `from` on, and of the total budgets of campaigns with spending since then.
///
/// A day may spend the highest daily budget since the day began. So a budget counts that was lowered since the midnight, in
/// UTC, before the day: a day begins up to 14 hours before its date does in UTC, and a price holds for half an hour.
///
/// A total budget that is lowered below what was spent is legal. So it counts only with a charge since the campaign's last
/// change. A minute is left for clicks that were waiting for the campaign's row, and for the difference of two clocks.
pub async fn find(worker: &PgPool, from: NaiveDate) -> Result<Vec<Overspend>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT d.tenant_id AS "tenant_id!", d.campaign_id AS "campaign_id!", d.day,
               d.spent_micros - greatest(c.daily_budget_micros, lowered.micros) AS "micros!"
           FROM campaign_day d
           JOIN campaign c USING (campaign_id)
           CROSS JOIN LATERAL (
               SELECT max(l.daily_budget_micros) AS micros FROM lowered_budget l
               WHERE l.campaign_id = d.campaign_id AND l.lowered_at >= (d.day - 1)::timestamp AT TIME ZONE 'UTC'
           ) AS lowered
           WHERE d.day >= $1 AND d.spent_micros > greatest(c.daily_budget_micros, lowered.micros)
           UNION ALL
           SELECT c.tenant_id, c.campaign_id, NULL, spent.micros - c.total_budget_micros
           FROM campaign c
           CROSS JOIN LATERAL (
               SELECT sum(d.spent_micros)::bigint AS micros FROM campaign_day d WHERE d.campaign_id = c.campaign_id
           ) AS spent
           WHERE c.total_budget_micros IS NOT NULL
             AND c.campaign_id IN (SELECT recent.campaign_id FROM campaign_day recent WHERE recent.day >= $1)
             AND spent.micros > c.total_budget_micros
             AND EXISTS (
                 SELECT FROM charge
                 WHERE charge.campaign_id = c.campaign_id AND charge.day >= $1
                   AND charge.occurred_at > c.updated_at + interval '1 minute')"#,
        from,
    )
    .fetch_all(worker)
    .await?;
    let overspent = rows.into_iter().map(|row| Overspend {
        tenant_id: TenantId::from(row.tenant_id),
        campaign_id: CampaignId::from(row.campaign_id),
        day: row.day,
        micros: row.micros,
    });
    Ok(overspent.collect())
}
