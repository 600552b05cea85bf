//! Tables `usage_unit`, what is billed, and `usage_record`, what was published of it.

use chassis::id::TenantId;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::domain::{
    campaign::CampaignId,
    money::{Currency, Money},
    usage::{MAX_UNITS, Record, RollUpId, UnitKind, Units},
};

/// A unit of usage. The units of clicks are inserted by [`super::charge::charge`].
pub struct Unit {
    /// The id of the delivery or the credit.
    pub unit_id: Uuid,
    pub tenant_id: TenantId,
    pub campaign_id: CampaignId,
    pub kind: UnitKind,
    pub amount: Money,
    pub day: NaiveDate,
    pub occurred_at: DateTime<Utc>,
}

pub async fn insert(conn: &mut PgConnection, unit: &Unit) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO usage_unit (unit_id, tenant_id, campaign_id, kind, micros, currency_code, day, occurred_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        unit.unit_id,
        unit.tenant_id.as_uuid(),
        unit.campaign_id.as_uuid(),
        unit.kind.name(),
        unit.amount.micros,
        unit.amount.currency.code(),
        unit.day,
        unit.occurred_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Lists the tenants with units of before that time that were not rolled up. For the worker role.
pub async fn pending_tenants(worker: &PgPool, before: DateTime<Utc>) -> Result<Vec<TenantId>, sqlx::Error> {
    let tenants = sqlx::query_scalar!(
        "SELECT DISTINCT tenant_id FROM usage_unit WHERE roll_up_id IS NULL AND occurred_at < $1",
        before,
    );
    Ok(tenants.fetch_all(worker).await?.into_iter().map(TenantId::from).collect())
}

/// Marks the oldest units of the tenant that were not rolled up, at most [`MAX_UNITS`], and returns their sums.
///
/// The mark decides which units are in a roll-up, so a unit that commits late is in the next one. Of two replicas, one waits
/// for the other and finds nothing. Kinds that only a later version knows stay for it.
pub async fn cut(conn: &mut PgConnection, id: RollUpId, before: DateTime<Utc>) -> Result<Vec<Units>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"WITH cut AS (
               UPDATE usage_unit SET roll_up_id = $1
               WHERE unit_id IN (
                   SELECT unit_id FROM usage_unit WHERE roll_up_id IS NULL AND occurred_at < $2 AND kind = ANY ($4)
                   ORDER BY occurred_at, unit_id LIMIT $3 FOR UPDATE)
               RETURNING kind, currency_code, day, date_trunc('minute', occurred_at) AS minute, micros
           )
           SELECT kind, currency_code, day, minute AS "minute!", count(*) AS "count!", sum(micros)::bigint AS "micros!"
           FROM cut GROUP BY kind, currency_code, day, minute ORDER BY minute, kind, currency_code"#,
        id.as_uuid(),
        before,
        MAX_UNITS,
        &UnitKind::ALL.map(|kind| kind.name().to_owned()),
    )
    .fetch_all(conn)
    .await?;
    let units = rows.into_iter().map(|row| Units {
        kind: UnitKind::from_name(&row.kind).expect("the query names the kinds"),
        currency: Currency::stored(&row.currency_code),
        day: row.day,
        minute: row.minute,
        count: row.count,
        micros: row.micros,
    });
    Ok(units.collect())
}

/// Inserts a record, to compare what was published with its units.
pub async fn insert_record(
    conn: &mut PgConnection,
    tenant: TenantId,
    roll_up: RollUpId,
    record: &Record,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO usage_record (usage_id, roll_up_id, tenant_id, metric, quantity, currency_code, day, period_start)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        record.usage_id.as_uuid(),
        roll_up.as_uuid(),
        tenant.as_uuid(),
        record.metric.name(),
        record.quantity,
        record.currency.as_ref().map(Currency::code),
        record.day,
        record.minute,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Deletes units and records of all tenants that are older than `before`, and returns their number. A unit that was not rolled
/// up stays. For the worker role.
pub async fn sweep(worker: &PgPool, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    let units = sqlx::query!("DELETE FROM usage_unit WHERE occurred_at < $1 AND roll_up_id IS NOT NULL", before);
    let units = units.execute(worker).await?.rows_affected();
    let records = sqlx::query!("DELETE FROM usage_record WHERE period_start < $1", before);
    Ok(units + records.execute(worker).await?.rows_affected())
}
