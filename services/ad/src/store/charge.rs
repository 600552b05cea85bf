//! Table `charge`: the ledger. Rows are inserted and never changed.

use chassis::id::TenantId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{
    campaign::CampaignId,
    charge::{Charge, ChargeId},
    money::{Currency, Money},
    serve::ServeId,
};

/// Inserts a charge.
///
/// # Errors
/// A second charge for one serve violates the constraint `charge_once`.
pub async fn insert(conn: &mut PgConnection, charge: &Charge) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO charge (charge_id, tenant_id, campaign_id, serve_id, day, price_micros, currency_code, occurred_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        charge.charge_id.as_uuid(),
        charge.tenant_id.as_uuid(),
        charge.campaign_id.as_uuid(),
        charge.serve_id.as_uuid(),
        charge.day,
        charge.price.micros,
        charge.price.currency.code(),
        charge.occurred_at,
    )
    .execute(conn)
    .await
    .map(drop)
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
