//! A session ends: its person signed out, or it was ended for them.

use chassis::{
    id::{SessionId, TenantId, UserId},
    outbox,
};
use contracts::login::v1::SessionState;

use crate::{app::App, error::Error, events, store};

/// Ends a session with its refresh tokens. With `only_of`, a session of anyone else is left alone. One that has ended,
/// or never was, is not an error: it is over, which is what was asked for.
///
/// # Errors
/// [`Error::Forbidden`] when it is someone else's.
pub async fn end_session(
    app: &App,
    tenant_id: TenantId,
    session_id: SessionId,
    only_of: Option<UserId>,
) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin(tenant_id).await?;
    let Some(session) = store::session::end(&mut tx, session_id, now).await? else { return Ok(()) };
    if only_of.is_some_and(|user_id| user_id != session.user_id) {
        // Dropping the transaction takes the end back.
        return Err(Error::Forbidden);
    }
    store::refresh::revoke_session(&mut tx, session_id, now).await?;
    store::directory::delete_token(&mut tx, &session.token_hash).await?;
    outbox::publish(&mut tx, &app.clock, &events::session_changed(&app.clock, &session, SessionState::Ended)).await?;
    tx.commit().await?;
    Ok(())
}
