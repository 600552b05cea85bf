//! login.session.v1: adds sign-ins and sign-outs to the timeline; a session that ends at login ends here too.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::{
    login::v1::{SessionChanged, SessionState},
    read,
};
use sqlx::PgConnection;

use super::{Handlers, required};
use crate::{
    domain::activity::{ActivityId, ActivityKind, NewActivity},
    store,
    usecase::record_activity::record_activity,
};

impl Consume<SessionChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<SessionChanged>) -> Result<(), ConsumeError> {
        let session = required(event.payload)?;
        // The state is all that the fact says: an unknown one waits as a dead letter for a version that knows it.
        let kind = match session.state() {
            SessionState::Active => ActivityKind::SignedIn,
            SessionState::Ended => ActivityKind::SignedOut,
            SessionState::Unspecified => return Err(ConsumeError::invalid("state is unspecified or unknown")),
        };
        let session_id = read::id("session_id", &session.session_id)?;
        let activity = NewActivity {
            activity_id: ActivityId::from(event.id.as_uuid()),
            source: event.source,
            user_id: read::id("user_id", &session.user_id)?,
            kind,
            subject: read::text(&session.device),
            // The end of a session takes effect whatever its time is.
            occurred_at: read::time_or(session.changed_at, event.time, self.clock.now()),
        };
        if kind == ActivityKind::SignedOut {
            // `complete_sign_in` takes the same lock. Either its browser session exists by now and is deleted here, or
            // it finds the ended session.
            store::person::lock(conn, event.tenant_id, activity.user_id).await?;
            store::ended_session::insert(conn, event.tenant_id, session_id, self.clock.now()).await?;
            store::web_session::delete_by_session(conn, session_id).await?;
        }
        Ok(record_activity(conn, event.tenant_id, &activity).await?)
    }
}
