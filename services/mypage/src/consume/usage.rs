//! *.usage.v1: stores usage records. A product may report only its own metrics.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
    id::TenantId,
};
use contracts::{ad, common::v1::UsageRecord as Record, login, mypage};
use sqlx::PgConnection;

use super::{Handlers, id, required, same_tenant, time};
use crate::{domain::usage::UsageRecord, store};

impl Consume<login::v1::UsageRecorded> for Handlers {
    async fn consume(
        &self,
        conn: &mut PgConnection,
        event: Received<login::v1::UsageRecorded>,
    ) -> Result<(), ConsumeError> {
        store_record(conn, "login.", event.tenant_id, event.payload.and_then(|payload| payload.record)).await
    }
}

impl Consume<mypage::v1::UsageRecorded> for Handlers {
    async fn consume(
        &self,
        conn: &mut PgConnection,
        event: Received<mypage::v1::UsageRecorded>,
    ) -> Result<(), ConsumeError> {
        store_record(conn, "mypage.", event.tenant_id, event.payload.and_then(|payload| payload.record)).await
    }
}

impl Consume<ad::v1::UsageRecorded> for Handlers {
    async fn consume(
        &self,
        conn: &mut PgConnection,
        event: Received<ad::v1::UsageRecorded>,
    ) -> Result<(), ConsumeError> {
        store_record(conn, "ad.", event.tenant_id, event.payload.and_then(|payload| payload.record)).await
    }
}

async fn store_record(
    conn: &mut PgConnection,
    product: &str,
    tenant: TenantId,
    record: Option<Record>,
) -> Result<(), ConsumeError> {
    let record = required(record)?;
    same_tenant(tenant, &record.tenant_id)?;
    if !record.metric.starts_with(product) {
        return Err(ConsumeError::invalid(format!("metric {} does not begin with {product}", record.metric)));
    }
    if record.quantity < 0 {
        return Err(ConsumeError::invalid(format!("quantity {} is negative", record.quantity)));
    }
    let usage = UsageRecord {
        usage_id: id("usage_id", &record.usage_id)?,
        metric: record.metric,
        quantity: record.quantity,
        period_start: time("period_start", record.period_start)?,
        period_end: time("period_end", record.period_end)?,
    };
    store::usage::insert(conn, tenant, &usage).await?;
    Ok(())
}
