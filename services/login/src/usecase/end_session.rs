//! A session ends: its person signed out, or it was ended for them.

use chassis::{
    auth::{Person, Role},
    id::{SessionId, TenantId, UserId},
    outbox,
};
use contracts::login::v1::SessionState;
use sqlx::PgConnection;

use super::still_admin::still_admin;
use crate::{
    app::App,
    error::Error,
    events,
    store::{self, session::Session},
};

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
    let mut tx = app.db.begin(tenant_id).await?;
    let ended = end(app, &mut tx, session_id).await?;
    if ended.is_some_and(|session| only_of.is_some_and(|user_id| user_id != session.user_id)) {
        // Dropping the transaction takes the end back.
        return Err(Error::Forbidden);
    }
    Ok(tx.commit().await?)
}

/// As [`end_session`], for someone who shows a token: a session of their own or, when they are an admin now, of anyone in
/// their company.
///
/// # Errors
/// [`Error::Forbidden`] when it is someone else's, and they are no admin, whatever the token says.
pub async fn end_session_by(app: &App, person: &Person, session_id: SessionId) -> Result<(), Error> {
    let mut tx = app.db.begin(person.tenant_id).await?;
    let ended = end(app, &mut tx, session_id).await?;
    if ended.is_some_and(|session| session.user_id != person.user_id) {
        person.require(Role::Admin)?;
        still_admin(&mut tx, person.user_id).await?;
    }
    Ok(tx.commit().await?)
}

async fn end(app: &App, connection: &mut PgConnection, session_id: SessionId) -> Result<Option<Session>, Error> {
    let now = app.clock.now();
    let Some(session) = store::session::end(connection, session_id, now).await? else { return Ok(None) };
    store::refresh::revoke_session(connection, session_id, now).await?;
    store::directory::delete_token(connection, &session.token_hash).await?;
    outbox::publish(connection, &app.clock, &events::session_changed(&app.clock, &session, SessionState::Ended))
        .await?;
    Ok(Some(session))
}
