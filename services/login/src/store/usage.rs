//! Counters for the tenant's plan, and the active members of a month.

use chassis::id::{TenantId, UserId};
use chrono::NaiveDate;
use sqlx::PgConnection;

use super::Result;

/// Counts a sign-in unless `most` are reached; returns whether it was counted. The day's row stays locked until the
/// transaction ends.
pub async fn count_sign_in(conn: &mut PgConnection, tenant_id: TenantId, day: NaiveDate, most: i64) -> Result<bool> {
    let counted = sqlx::query!(
        "INSERT INTO sign_in_day AS known (tenant_id, day, sign_ins) VALUES ($1, $2, 1)
         ON CONFLICT (tenant_id, day) DO UPDATE SET sign_ins = known.sign_ins + 1 WHERE known.sign_ins < $3",
        tenant_id.as_uuid(),
        day,
        most,
    );
    Ok(counted.execute(conn).await?.rows_affected() == 1)
}

pub async fn sign_ins(conn: &mut PgConnection, day: NaiveDate) -> Result<i64> {
    let counted = sqlx::query_scalar!("SELECT sign_ins FROM sign_in_day WHERE day = $1", day);
    Ok(counted.fetch_optional(conn).await?.unwrap_or(0))
}

/// Records that a person was active in the month. Returns whether it is the person's first activity in the month.
pub async fn record_active_member(
    conn: &mut PgConnection,
    tenant_id: TenantId,
    month: NaiveDate,
    user_id: UserId,
) -> Result<bool> {
    let noted = sqlx::query!(
        "INSERT INTO active_member (tenant_id, month, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        tenant_id.as_uuid(),
        month,
        user_id.as_uuid(),
    );
    Ok(noted.execute(conn).await?.rows_affected() == 1)
}
