//! A session ends: its person signed out, or it was ended for them.

use chassis::{
    auth::{Person, Role},
    id::{SessionId, TenantId, UserId},
    outbox,
};
use contracts::login::v1::SessionState;
use sqlx::PgConnection;

use crate::{app::App, domain::session::Session, error::Error, events, store, usecase::require_admin::require_admin};

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
pub async fn end_session_for_caller(app: &App, person: &Person, session_id: SessionId) -> Result<(), Error> {
    let mut tx = app.db.begin(person.tenant_id).await?;
    let ended = end(app, &mut tx, session_id).await?;
    if ended.is_some_and(|session| session.user_id != person.user_id) {
        person.require(Role::Admin)?;
        require_admin(&mut tx, person.user_id).await?;
    }
    Ok(tx.commit().await?)
}

async fn end(app: &App, conn: &mut PgConnection, session_id: SessionId) -> Result<Option<Session>, Error> {
    let now = app.clock.now();
    let Some(session) = store::session::end(conn, session_id, now).await? else { return Ok(None) };
    store::refresh::revoke_session(conn, session_id, now).await?;
    store::directory::delete_token(conn, &session.token_hash).await?;
    outbox::publish(conn, &app.clock, &events::session_changed(&app.clock, &session, SessionState::Ended)).await?;
    Ok(Some(session))
}

/// Ends the sessions of a person, of everyone in the transaction's tenant when no one is named, with their refresh tokens.
/// Says how many. Who changes the person or tenant in the same transaction keeps new ones from beginning.
///
/// # Errors
/// When the store refuses.
pub(in crate::usecase) async fn end_sessions(
    app: &App,
    conn: &mut PgConnection,
    whose: Option<UserId>,
) -> Result<usize, Error> {
    let now = app.clock.now();
    let ended = store::session::end_all(conn, whose, now).await?;
    store::refresh::revoke_all(conn, whose, now).await?;
    let cookies: Vec<_> = ended.iter().map(|session| session.token_hash.clone()).collect();
    store::directory::delete_tokens(conn, &cookies).await?;
    for session in &ended {
        let event = events::session_changed(&app.clock, session, SessionState::Ended);
        outbox::publish(conn, &app.clock, &event).await?;
    }
    Ok(ended.len())
}
