//! Table `charge`: the ledger. Rows are added, never changed.

use chassis::id::TenantId;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::unreadable;
use crate::domain::campaign::CampaignId;
use crate::domain::money::{Currency, Money};
use crate::domain::serve::{ChargeId, ServeId};

/// A charged click.
#[derive(Clone, Debug)]
pub struct Charge {
    /// The charge.
    pub charge_id: ChargeId,
    /// Who pays.
    pub tenant_id: TenantId,
    /// The campaign that was clicked.
    pub campaign_id: CampaignId,
    /// The showing that was clicked.
    pub serve_id: ServeId,
    /// The day of the tenant whose budget it came from.
    pub day: NaiveDate,
    /// What the click cost.
    pub price: Money,
    /// When it was clicked.
    pub occurred_at: DateTime<Utc>,
}

/// Adds a charge.
///
/// # Errors
/// When the database refuses, as it does a second charge for one showing, or can't be reached.
pub async fn insert(connection: &mut PgConnection, charge: &Charge) -> Result<(), sqlx::Error> {
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
    .execute(connection)
    .await
    .map(drop)
}

/// The tenant's charges, newest first, from behind `before`.
///
/// # Errors
/// When the database can't be reached.
pub async fn list(connection: &mut PgConnection, before: Option<Uuid>, limit: i64) -> Result<Vec<Charge>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT charge_id, tenant_id, campaign_id, serve_id, day, price_micros, currency_code, occurred_at
         FROM charge WHERE $1::uuid IS NULL OR charge_id < $1 ORDER BY charge_id DESC LIMIT $2",
        before,
        limit,
    )
    .fetch_all(connection)
    .await?;
    let charges = rows.into_iter().map(|row| {
        let currency =
            Currency::parse(&row.currency_code).ok_or_else(|| unreadable("currency_code", &row.currency_code))?;
        Ok(Charge {
            charge_id: ChargeId::from(row.charge_id),
            tenant_id: TenantId::from(row.tenant_id),
            campaign_id: CampaignId::from(row.campaign_id),
            serve_id: ServeId::from(row.serve_id),
            day: row.day,
            price: Money::new(row.price_micros, currency),
            occurred_at: row.occurred_at,
        })
    });
    charges.collect()
}
