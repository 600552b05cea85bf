//! *.usage.v1: stores usage records. A product may report only its own metrics.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use chrono::{DateTime, Utc};
use contracts::{ad, common::v1::UsageRecord as Record, login, mypage, read};
use sqlx::PgConnection;

use super::{Handlers, required};
use crate::{
    domain::usage::{MONEY_METRICS, UsageRecord},
    store,
};

impl Consume<login::v1::UsageRecorded> for Handlers {
    async fn consume(
        &self,
        conn: &mut PgConnection,
        event: Received<login::v1::UsageRecorded>,
    ) -> Result<(), ConsumeError> {
        let usage = usage("login.", event.source, event.payload.and_then(|payload| payload.record), self.clock.now())?;
        store::usage::insert(conn, event.tenant_id, &usage).await?;
        Ok(())
    }
}

impl Consume<mypage::v1::UsageRecorded> for Handlers {
    async fn consume(
        &self,
        conn: &mut PgConnection,
        event: Received<mypage::v1::UsageRecorded>,
    ) -> Result<(), ConsumeError> {
        let usage = usage("mypage.", event.source, event.payload.and_then(|payload| payload.record), self.clock.now())?;
        store::usage::insert(conn, event.tenant_id, &usage).await?;
        Ok(())
    }
}

impl Consume<ad::v1::UsageRecorded> for Handlers {
    async fn consume(
        &self,
        conn: &mut PgConnection,
        event: Received<ad::v1::UsageRecorded>,
    ) -> Result<(), ConsumeError> {
        let usage = usage("ad.", event.source, event.payload.and_then(|payload| payload.record), self.clock.now())?;
        store::usage::insert(conn, event.tenant_id, &usage).await?;
        Ok(())
    }
}

/// Reads a record. It is billed, so a record out of bounds is refused and nothing of it is changed: its dead letter can be
/// replayed after the cause is found.
fn usage(
    product: &str,
    source: String,
    record: Option<Record>,
    now: DateTime<Utc>,
) -> Result<UsageRecord, ConsumeError> {
    let record = required(record)?;
    let metric = read::metric(record.metric)?;
    if !metric.starts_with(product) {
        return Err(ConsumeError::invalid(format!("metric {metric} does not begin with {product}")));
    }
    let is_money = MONEY_METRICS.contains(&metric.as_str()) || !record.currency_code.is_empty();
    let (quantity, currency_code) = if is_money {
        let code = read::billed_currency("currency_code", &record.currency_code)?;
        (read::usage_micros("quantity", record.quantity)?, Some(code))
    } else {
        (read::quantity("quantity", record.quantity)?, None)
    };
    let (period_start, period_end) = read::period(record.period_start, record.period_end, now)?;
    Ok(UsageRecord {
        usage_id: read::id("usage_id", &record.usage_id)?,
        source,
        metric,
        quantity,
        currency_code,
        period_start,
        period_end,
    })
}
