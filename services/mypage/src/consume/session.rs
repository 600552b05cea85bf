//! login.session.v1: somebody signed in or out. The end of login's session ends the browser's here at once.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::login::v1::{SessionChanged, SessionState};
use sqlx::PgConnection;

use super::{Handlers, id, required, same_tenant, time};
use crate::{
    domain::activity::{ActivityId, ActivityKind, NewActivity},
    store,
    usecase::record_activity::record_activity,
};

impl Consume<SessionChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<SessionChanged>) -> Result<(), ConsumeError> {
        let session = required(event.payload)?;
        same_tenant(event.tenant_id, &session.tenant_id)?;
        let kind = match session.state() {
            SessionState::Active => ActivityKind::SignedIn,
            SessionState::Ended => ActivityKind::SignedOut,
            SessionState::Unspecified => return Err(ConsumeError::invalid("state is not known")),
        };
        if kind == ActivityKind::SignedOut {
            let ended = id("session_id", &session.session_id)?;
            store::web_session::delete_by_session(conn, ended).await?;
        }
        let activity = NewActivity {
            activity_id: ActivityId::from(event.id.as_uuid()),
            user_id: id("user_id", &session.user_id)?,
            kind,
            subject: session.device,
            occurred_at: time("changed_at", session.changed_at)?,
        };
        Ok(record_activity(conn, event.tenant_id, &activity).await?)
    }
}
