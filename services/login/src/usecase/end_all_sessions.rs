//! All sessions of a person end, in the transaction of what made them end.

use chassis::{id::UserId, outbox};
use contracts::login::v1::SessionState;
use sqlx::PgConnection;

use crate::{app::App, error::Error, events, store};

/// Ends all sessions of a person of the tenant that is set, with their refresh tokens.
///
/// # Errors
/// When the store refuses.
pub async fn end_all_sessions(app: &App, connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    let now = app.clock.now();
    for live in store::session::of_user(connection, user_id, now).await? {
        let Some(session) = store::session::end(connection, live.session_id, now).await? else { continue };
        store::refresh::revoke_session(connection, session.session_id, now).await?;
        store::directory::delete_token(connection, &session.token_hash).await?;
        let ended = events::session_changed(&app.clock, &session, SessionState::Ended);
        outbox::publish(connection, &app.clock, &ended).await?;
    }
    Ok(())
}
