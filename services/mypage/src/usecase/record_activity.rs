//! Adds an activity to a person's timeline.

use chassis::id::TenantId;
use sqlx::PgConnection;

use crate::{domain::activity::NewActivity, store};

/// Does nothing when the activity exists or the person was erased. Open streams are notified at commit.
pub async fn record_activity(
    conn: &mut PgConnection,
    tenant: TenantId,
    activity: &NewActivity,
) -> Result<(), sqlx::Error> {
    if let Some(activity_id) = store::activity::insert(conn, tenant, activity).await? {
        tracing::info!(%activity_id, user_id = %activity.user_id, kind = activity.kind.name(), "activity recorded");
    }
    Ok(())
}
