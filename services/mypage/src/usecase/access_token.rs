//! Access tokens of browser sessions, refreshed shortly before they expire.
//!
//! A page waits for a refresh as long as for any peer, and then continues without a token. The refresh itself
//! continues, because login has already invalidated the old refresh token.

use secrecy::SecretString;

use super::refresh::refresh;
use crate::{
    app::App,
    domain::web_session::{Access, WebSession},
    peers::tokens::Tokens,
};

/// A token with less time left is refreshed.
const MARGIN: chrono::Duration = chrono::Duration::seconds(30);

/// Returns a token with at least [`MARGIN`] left, refreshed if needed.
pub async fn access_token(app: &App, session: &WebSession) -> Access {
    if let Some(token) = fresh_enough(app, session) {
        return Access::Token(token);
    }
    if app.refreshes.backing_off(app.clock.now()) {
        return Access::Unavailable;
    }
    let work = {
        let (app, session) = (app.clone(), session.clone());
        async move {
            refresh(&app, &session).await.unwrap_or_else(|error| {
                tracing::warn!(error = chassis::process::chain(&error), "token refresh failed: database error");
                Access::Unavailable
            })
        }
    };
    let refresh = app.refreshes.join(session.web_session_id, work);
    tokio::time::timeout(app.config.peers.deadline(), refresh).await.unwrap_or(Access::Unavailable)
}

/// Returns the session's token if it has at least [`MARGIN`] left.
pub(super) fn fresh_enough(app: &App, session: &WebSession) -> Option<SecretString> {
    let fresh = session.access_expires_at - app.clock.now() >= MARGIN;
    Some(Tokens::open(&app.sealer, &session.sealed_tokens).filter(|_| fresh)?.access_token.into())
}
