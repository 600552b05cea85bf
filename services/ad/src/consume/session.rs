//! `login.session.v1`: a session that ends at login ends here, too.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::{
    login::v1::{SessionChanged, SessionState},
    read,
};
use sqlx::PgConnection;

use super::Handlers;
use crate::usecase::sessions::end_session::end_session;

impl Consume<SessionChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<SessionChanged>) -> Result<(), ConsumeError> {
        let session = event.payload.ok_or_else(|| ConsumeError::invalid("the payload is empty"))?;
        match session.state() {
            SessionState::Active => Ok(()),
            SessionState::Ended => {
                let person = (event.tenant_id, read::id("user_id", &session.user_id)?);
                let session = read::id("session_id", &session.session_id)?;
                Ok(end_session(conn, person, session, self.clock.now()).await?)
            }
            // The state is all that the fact says: an unknown one waits as a dead letter for a version that knows it.
            SessionState::Unspecified => Err(ConsumeError::invalid("state is unspecified or unknown")),
        }
    }
}
