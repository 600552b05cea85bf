//! An access token for a browser's person, refreshed shortly before it ends.
//!
//! A page waits for it as long as for any peer, and goes on without what needs a token then. The refresh itself goes on,
//! since login has used up the old refresh token by then.

use secrecy::SecretString;

use super::refresh::refresh;
use crate::{app::App, peers::tokens::Tokens, store::web_session::WebSession};

/// A token with less than this left is refreshed.
const MARGIN: chrono::Duration = chrono::Duration::seconds(30);

/// What a page can do for its person.
#[derive(Clone, Debug)]
pub enum Access {
    /// Call the other products.
    Token(SecretString),
    /// Only what needs no token: login can't be reached.
    Without,
    /// Nothing: login has ended the session, and it is ended here.
    Ended,
}

/// A token with at least half a minute left, if there is one to be had.
pub async fn access_token(app: &App, session: &WebSession) -> Access {
    if let Some(token) = fresh_enough(app, session) {
        return Access::Token(token);
    }
    if app.refreshes.resting(app.clock.now()) {
        return Access::Without;
    }
    let work = {
        let (app, session) = (app.clone(), session.clone());
        async move {
            refresh(&app, &session).await.unwrap_or_else(|error| {
                tracing::warn!(error = chassis::error::chain(&error), "tokens can't be kept");
                Access::Without
            })
        }
    };
    let refresh = app.refreshes.join(session.web_session_id, work);
    tokio::time::timeout(app.config.peers.deadline(), refresh).await.unwrap_or(Access::Without)
}

/// The session's token, while it has enough left.
pub(super) fn fresh_enough(app: &App, session: &WebSession) -> Option<SecretString> {
    let fresh = session.access_expires_at - app.clock.now() >= MARGIN;
    Some(Tokens::open(&app.sealer, &session.sealed_tokens).filter(|_| fresh)?.access_token.into())
}
