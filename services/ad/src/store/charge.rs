//! Table `charge`: the ledger. Rows are inserted and never changed.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{
    campaign::CampaignId,
    charge::{Charge, ChargeId},
    money::{Currency, Money},
    serve::ServeId,
};

/// The campaign after a charge.
pub struct Charged {
    pub version: i64,
    /// Micros on the day of the charge.
    pub spent: i64,
}

/// Charges a click: raises the day's spending, inserts the charge and its unit of usage, and raises the campaign's version. If
/// the daily or the total budget does not allow it, changes nothing and returns `None`. A daily budget that was lowered since
/// `held_since` counts, too.
///
/// The transaction must hold the lock of the campaign's row. So the statement sees every other charge of the campaign, and
/// parallel clicks exceed neither budget. The day's row is checked again when it is raised.
///
/// # Errors
/// A second charge for one serve violates the constraint `charge_once`.
pub async fn charge(
    conn: &mut PgConnection,
    charge: &Charge,
    held_since: Option<DateTime<Utc>>,
) -> Result<Option<Charged>, sqlx::Error> {
    sqlx::query_as!(
        Charged,
        "WITH budget AS (
             SELECT greatest(daily_budget_micros, (
                        SELECT max(held.daily_budget_micros) FROM lowered_budget held
                        WHERE held.campaign_id = $1 AND held.lowered_at >= $9)) AS daily,
                    total_budget_micros - (
                        SELECT coalesce(sum(spent_micros), 0) FROM campaign_day WHERE campaign_id = $1) AS left
             FROM campaign WHERE campaign_id = $1
         ), spending AS (
             INSERT INTO campaign_day AS known (campaign_id, day, tenant_id, spent_micros)
             SELECT $1, $2, $3, $4 FROM budget WHERE $4 <= daily AND (budget.left IS NULL OR $4 <= budget.left)
             ON CONFLICT (campaign_id, day) DO UPDATE SET spent_micros = known.spent_micros + excluded.spent_micros
             WHERE known.spent_micros + excluded.spent_micros <= (SELECT daily FROM budget)
             RETURNING spent_micros
         ), entry AS (
             INSERT INTO charge (charge_id, tenant_id, campaign_id, serve_id, day, price_micros, currency_code, occurred_at, metered)
             SELECT $5, $3, $1, $6, $2, $4, $7, $8, true FROM spending
         ), unit AS (
             INSERT INTO usage_unit (unit_id, tenant_id, campaign_id, kind, micros, currency_code, day, occurred_at)
             SELECT $5, $3, $1, 'click', $4, $7, $2, $8 FROM spending
         )
         UPDATE campaign SET version = version + 1 FROM spending WHERE campaign_id = $1
         RETURNING version, spending.spent_micros AS spent",
        charge.campaign_id.as_uuid(),
        charge.day,
        charge.tenant_id.as_uuid(),
        charge.price.micros,
        charge.charge_id.as_uuid(),
        charge.serve_id.as_uuid(),
        charge.price.currency.code(),
        charge.occurred_at,
        held_since,
    )
    .fetch_optional(conn)
    .await
}

/// Lists charges older than `before`, newest first.
pub async fn list(conn: &mut PgConnection, before: Option<Uuid>, limit: i64) -> Result<Vec<Charge>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT charge_id, tenant_id, campaign_id, serve_id, day, price_micros, currency_code, occurred_at
         FROM charge WHERE $1::uuid IS NULL OR charge_id < $1 ORDER BY charge_id DESC LIMIT $2",
        before,
        limit,
    )
    .fetch_all(conn)
    .await?;
    let charges = rows.into_iter().map(|row| Charge {
        charge_id: ChargeId::from(row.charge_id),
        tenant_id: TenantId::from(row.tenant_id),
        campaign_id: CampaignId::from(row.campaign_id),
        serve_id: ServeId::from(row.serve_id),
        day: row.day,
        price: Money::new(row.price_micros, Currency::stored(&row.currency_code)),
        occurred_at: row.occurred_at,
    });
    Ok(charges.collect())
}
