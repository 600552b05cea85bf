//! The devices that a person is signed in on: login's live sessions.

use chassis::id::SessionId;
use secrecy::SecretString;

use super::{authenticate::Visitor, page::or_missing};
use crate::{app::App, domain::device::Device, store};

/// Lists the devices; `None` when login is unavailable.
pub async fn devices(app: &App, token: &SecretString) -> Option<Vec<Device>> {
    or_missing("login", app.login.devices(token, app.clock.now()).await)
}

/// Ends a session at login; `false` when login is unavailable.
///
/// The visitor's own session ends here at once, without waiting for login's event.
pub async fn end_session(
    app: &App,
    visitor: &Visitor,
    token: &SecretString,
    session: SessionId,
) -> Result<bool, sqlx::Error> {
    if or_missing("login", app.login.revoke_session(token, session).await).is_none() {
        return Ok(false);
    }
    if session == visitor.session.identity.session_id {
        let mut tx = app.db.begin(visitor.session.identity.tenant_id).await?;
        store::web_session::delete_by_session(&mut tx, session).await?;
        store::activity::notify(&mut tx, visitor.session.identity.user_id).await?;
        tx.commit().await?;
    }
    Ok(true)
}
