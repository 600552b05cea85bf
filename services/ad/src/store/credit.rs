//! Table `credit`: what was given back of charges. Rows are inserted and never changed.

use chassis::id::TenantId;
use sqlx::{PgConnection, PgPool};

use crate::domain::{
    campaign::CampaignId,
    charge::ChargeId,
    credit::Credit,
    money::{Currency, Money},
};

/// The tenant that paid a charge. For the worker role.
pub async fn tenant_of_charge(worker: &PgPool, charge: ChargeId) -> Result<Option<TenantId>, sqlx::Error> {
    let tenant = sqlx::query_scalar!("SELECT tenant_id FROM charge WHERE charge_id = $1", charge.as_uuid());
    Ok(tenant.fetch_optional(worker).await?.map(TenantId::from))
}

/// What is left of a charge.
pub struct Left {
    pub campaign_id: CampaignId,
    pub amount: Money,
}

/// Locks the charge's campaign until the end of the transaction, so that credits of a charge come one after the other.
pub async fn lock(conn: &mut PgConnection, charge: ChargeId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT FROM campaign WHERE campaign_id = (SELECT campaign_id FROM charge WHERE charge_id = $1) FOR UPDATE",
        charge.as_uuid(),
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn left(conn: &mut PgConnection, charge: ChargeId) -> Result<Option<Left>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT campaign_id, currency_code,
               price_micros - coalesce((SELECT sum(amount_micros) FROM credit WHERE charge_id = $1), 0)::bigint AS "left!"
           FROM charge WHERE charge_id = $1"#,
        charge.as_uuid(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Left {
        campaign_id: CampaignId::from(row.campaign_id),
        amount: Money::new(row.left, Currency::stored(&row.currency_code)),
    }))
}

pub async fn insert(conn: &mut PgConnection, credit: &Credit) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO credit (credit_id, charge_id, tenant_id, campaign_id, amount_micros, currency_code, reason, day, occurred_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        credit.credit_id.as_uuid(),
        credit.charge_id.as_uuid(),
        credit.tenant_id.as_uuid(),
        credit.campaign_id.as_uuid(),
        credit.amount.micros,
        credit.amount.currency.code(),
        credit.reason,
        credit.day,
        credit.occurred_at,
    )
    .execute(conn)
    .await
    .map(drop)
}
