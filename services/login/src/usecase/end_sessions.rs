//! All sessions of a person end, or of a whole company.

use chassis::{id::UserId, outbox};
use contracts::login::v1::SessionState;
use sqlx::PgConnection;

use crate::{app::App, error::Error, events, store};

/// Ends the sessions of a person, of everyone in the transaction's tenant when no one is named, with their refresh tokens.
/// Says how many. Who changes the person or tenant in the same transaction keeps new ones from beginning.
///
/// # Errors
/// When the store refuses.
pub(super) async fn end_sessions(
    app: &App,
    connection: &mut PgConnection,
    whose: Option<UserId>,
) -> Result<usize, Error> {
    let now = app.clock.now();
    let ended = store::session::end_all(connection, whose, now).await?;
    store::refresh::revoke_all(connection, whose, now).await?;
    let cookies: Vec<_> = ended.iter().map(|session| session.token_hash.clone()).collect();
    store::directory::delete_tokens(connection, &cookies).await?;
    for session in &ended {
        let event = events::session_changed(&app.clock, session, SessionState::Ended);
        outbox::publish(connection, &app.clock, &event).await?;
    }
    Ok(ended.len())
}
