//! Enforces the limits of a tenant's plan, also for concurrent requests.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    domain::{calendar, plan, tenant::Tenant},
    error::Error,
    store,
};

/// The usage that counts against a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanUsage {
    /// People, including suspended ones.
    pub members: i64,
    /// Sign-ins on the current day of the tenant's time zone.
    pub sign_ins_today: i64,
}

/// Checks that one more person may join. Locks the tenant until the transaction ends.
///
/// # Errors
/// [`Error::PlanLimitMembers`].
pub(in crate::usecase) async fn admit_member(conn: &mut PgConnection) -> Result<(), Error> {
    let most = lock_for_members(conn).await?;
    if store::user::count(conn).await? < most { Ok(()) } else { Err(Error::PlanLimitMembers) }
}

/// Checks that one more person may be invited; open invitations count too. Locks the tenant until the transaction ends.
///
/// # Errors
/// [`Error::PlanLimitMembers`].
pub(in crate::usecase) async fn admit_invitation(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Error> {
    let most = lock_for_members(conn).await?;
    let places = store::user::count(conn).await? + store::invitation::count_open(conn, now).await?;
    if places < most { Ok(()) } else { Err(Error::PlanLimitMembers) }
}

/// Locks the tenant before anything is counted. Returns its maximum number of members.
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

/// The tenant's usage so far.
pub async fn usage(conn: &mut PgConnection, tenant: &Tenant, now: DateTime<Utc>) -> Result<PlanUsage, Error> {
    let members = store::user::count(conn).await?;
    let sign_ins_today = store::usage::sign_ins(conn, calendar::day(&tenant.time_zone, now)).await?;
    Ok(PlanUsage { members, sign_ins_today })
}
