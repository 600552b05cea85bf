//! A tenant stays within its plan, however many ask at the same time.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    domain::{calendar, plan, tenant::Tenant},
    error::Error,
    store,
};

/// What counts against a plan, so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanUsage {
    /// People, suspended ones included.
    pub members: i64,
    /// Sign-ins on this day of the tenant's time zone.
    pub sign_ins_today: i64,
}

/// Lets one more person join. Until the transaction ends, nobody else is counted.
///
/// # Errors
/// [`Error::PlanLimitMembers`].
pub(in crate::usecase) async fn admit_member(conn: &mut PgConnection) -> Result<(), Error> {
    let most = lock_for_members(conn).await?;
    if store::user::count(conn).await? < most { Ok(()) } else { Err(Error::PlanLimitMembers) }
}

/// Lets one more person be invited: a place is kept for each open invitation. Until the transaction ends, nobody else is
/// counted.
///
/// # Errors
/// [`Error::PlanLimitMembers`].
pub(in crate::usecase) async fn admit_invitation(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Error> {
    let most = lock_for_members(conn).await?;
    let places = store::user::count(conn).await? + store::invitation::count_open(conn, now).await?;
    if places < most { Ok(()) } else { Err(Error::PlanLimitMembers) }
}

/// The most members that the plan allows; the lock comes before what is counted.
async fn lock_for_members(conn: &mut PgConnection) -> Result<i64, Error> {
    let tenant = store::tenant::lock(conn).await?.ok_or(Error::NotFound("tenant_not_found"))?;
    Ok(plan::limits_of(&tenant.plan).members)
}

/// Counts a sign-in.
///
/// # Errors
/// [`Error::PlanLimitSignIns`], with the time until the tenant's midnight.
pub(in crate::usecase) async fn admit_sign_in(
    conn: &mut PgConnection,
    tenant: &Tenant,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let day = calendar::day(&tenant.time_zone, now);
    let most = plan::limits_of(&tenant.plan).sign_ins_a_day;
    if store::usage::count_sign_in(conn, tenant.tenant_id, day, most).await? {
        return Ok(());
    }
    Err(Error::PlanLimitSignIns(calendar::rest_of_day(&tenant.time_zone, now)))
}

/// What the tenant used so far.
///
/// # Errors
/// When the store can't be reached.
pub async fn usage(conn: &mut PgConnection, tenant: &Tenant, now: DateTime<Utc>) -> Result<PlanUsage, Error> {
    let members = store::user::count(conn).await?;
    let sign_ins_today = store::usage::sign_ins(conn, calendar::day(&tenant.time_zone, now)).await?;
    Ok(PlanUsage { members, sign_ins_today })
}
