//! Something happened to a person: a line on the timeline.

use chassis::id::TenantId;
use sqlx::PgConnection;

use crate::{domain::activity::NewActivity, store};

/// Adds the line, unless it is there or the person was erased. Whoever watches hears of it when the transaction commits.
pub async fn record_activity(
    conn: &mut PgConnection,
    tenant: TenantId,
    activity: &NewActivity,
) -> Result<(), sqlx::Error> {
    if store::activity::insert(conn, tenant, activity).await? {
        let (activity_id, user_id) = (activity.activity_id, activity.user_id);
        tracing::info!(%activity_id, %user_id, kind = activity.kind.name(), "activity recorded");
    }
    Ok(())
}
