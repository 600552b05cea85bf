//! Access tokens of browser sessions, refreshed shortly before they expire.
//!
//! A page waits for a refresh as long as for any peer, and then continues without a token. The refresh itself
//! continues, because login has already invalidated the old refresh token.

use super::refresh::{fresh_token, refresh};
use crate::{
    app::App,
    domain::web_session::{Access, WebSession},
};

/// Returns a token that is valid for at least 30 s, refreshed if needed.
pub async fn access_token(app: &App, session: &WebSession) -> Access {
    if let Some(token) = fresh_token(app, session) {
        return Access::Token(token);
    }
    if app.refreshes.backing_off(app.clock.now()) {
        return Access::Unavailable;
    }
    let work = {
        let (app, session) = (app.clone(), session.clone());
        async move {
            refresh(&app, &session).await.unwrap_or_else(|error| {
                tracing::warn!(error = chassis::error::chain(&error), "token refresh failed: database error");
                Access::Unavailable
            })
        }
    };
    let refresh = app.refreshes.join(session.web_session_id, work);
    tokio::time::timeout(app.config.peers.deadline(), refresh).await.unwrap_or(Access::Unavailable)
}
