//! Ends sessions.

use chassis::{
    auth::{Person, Role},
    id::{SessionId, TenantId, UserId},
    outbox,
};
use contracts::login::v1::SessionState;
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::session::Session,
    error::Error,
    events, store,
    usecase::{
        access::{Acting, Right, begin_write},
        require_admin::require_admin,
    },
};

/// Ends a session and revokes its refresh tokens. With `only_of`, only a session of that person. A session that does
/// not exist or has ended is not an error.
///
/// # Errors
/// [`Error::Forbidden`] for another person's session.
pub async fn end_session(
    app: &App,
    tenant_id: TenantId,
    session_id: SessionId,
    only_of: Option<UserId>,
) -> Result<(), Error> {
    let mut tx = app.db.begin(tenant_id).await?;
    let ended = end(app, &mut tx, session_id).await?;
    if ended.is_some_and(|session| only_of.is_some_and(|user_id| user_id != session.user_id)) {
        // Dropping the transaction rolls back.
        return Err(Error::Forbidden);
    }
    Ok(tx.commit().await?)
}

/// Ends a session for the caller of an API: their own or, for a current admin, any of their tenant. Ending the token's
/// own session again succeeds, so that a request can be repeated.
///
/// # Errors
/// [`Error::SessionEnded`]; [`Error::Forbidden`] for another person's session, when the caller is not an admin now.
pub async fn end_session_for_caller(app: &App, person: &Person, session_id: SessionId) -> Result<(), Error> {
    if session_id == person.session_id && is_over(app, person).await? {
        return Ok(());
    }
    let mut tx = begin_write(app, &Acting::by_token(app, person).await?, Right::Member).await?;
    let ended = end(app, &mut tx, session_id).await?;
    if ended.is_some_and(|session| session.user_id != person.user_id) {
        person.require(Role::Admin)?;
        require_admin(&mut tx, person.user_id).await?;
    }
    Ok(tx.commit().await?)
}

async fn is_over(app: &App, person: &Person) -> Result<bool, Error> {
    let mut tx = app.db.begin(person.tenant_id).await?;
    Ok(store::session::find(&mut tx, person.session_id, app.clock.now()).await?.is_none())
}

pub(super) async fn end(app: &App, conn: &mut PgConnection, session_id: SessionId) -> Result<Option<Session>, Error> {
    let now = app.clock.now();
    let Some(session) = store::session::end(conn, session_id, now).await? else { return Ok(None) };
    store::refresh::revoke_session(conn, session_id, now).await?;
    store::directory::delete_token(conn, &session.token_hash).await?;
    outbox::publish(conn, &app.clock, &events::session_changed(&app.clock, &session, SessionState::Ended)).await?;
    Ok(Some(session))
}

/// Ends the sessions of one person, or of everyone in the transaction's tenant, and revokes their refresh tokens.
/// Returns the number of ended sessions.
///
/// The caller changes the person or tenant in the same transaction, so that no new session can start.
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
