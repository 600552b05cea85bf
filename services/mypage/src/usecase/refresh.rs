//! Fresh tokens from login, asked for by one replica at a time.
//!
//! Whoever refreshes says so in the session's row for a while, asks login while it holds no connection, and keeps the
//! answer if the row still says so. Between the answer and keeping it a process may die: login takes the old refresh
//! token once more for a minute, while nobody has used its successor.

use std::time::Duration;

use tokio::time::Instant;

use super::access_token::{Access, fresh_enough};
use crate::{
    app::App,
    peers::{
        oidc::{Granted, TokenError},
        tokens::Tokens,
    },
    store::{
        self,
        web_session::{Claim, WebSession},
    },
};

/// How long a claim lasts: longer than a call to login and the wait for a connection afterwards (5 s each).
const CLAIM: chrono::Duration = chrono::Duration::seconds(12);

/// How often a replica looks whether another one's refresh is done.
const POLL: Duration = Duration::from_millis(50);

/// login's word for a refresh token that is used up, withdrawn or of an ended session (RFC 6749).
const INVALID_GRANT: &str = "invalid_grant";

enum Turn {
    /// There is nothing to ask login.
    Over(Access),
    /// Another replica asks.
    Anothers,
    /// This one asks, with that refresh token.
    Ours { claim: Claim, tokens: Tokens, refresh_token: String },
}

/// Refreshes the session's tokens, unless another replica does or has done.
pub(super) async fn refresh(app: &App, session: &WebSession) -> Result<Access, sqlx::Error> {
    let patience = Instant::now() + app.config.peers.deadline();
    loop {
        let turn = app.refreshes.turn().await;
        // While this one waited, others may have found that login does not answer.
        if app.refreshes.resting(app.clock.now()) {
            return Ok(Access::Without);
        }
        match claim(app, session).await? {
            Turn::Over(access) => return Ok(access),
            Turn::Anothers if Instant::now() >= patience => return Ok(Access::Without),
            Turn::Anothers => {}
            Turn::Ours { claim, tokens, refresh_token } => {
                let answer = app.oidc.refresh(&refresh_token).await;
                return keep(app, session, claim, tokens, answer).await;
            }
        }
        drop(turn);
        tokio::time::sleep(POLL).await;
    }
}

async fn claim(app: &App, session: &WebSession) -> Result<Turn, sqlx::Error> {
    let (id, now) = (session.web_session_id, app.clock.now());
    let mut tx = app.db.begin(session.identity.tenant_id).await?;
    let Some(held) = store::web_session::lock(&mut tx, id).await? else { return Ok(Turn::Over(Access::Ended)) };
    let Some(current) = store::web_session::find(&mut tx, id, now).await? else {
        return Ok(Turn::Over(Access::Ended));
    };
    if let Some(token) = fresh_enough(app, &current) {
        return Ok(Turn::Over(Access::Token(token)));
    }
    if held.refreshing_until.is_some_and(|until| until > now) {
        return Ok(Turn::Anothers);
    }
    let turn = match Tokens::open(&app.sealer, &current.sealed_tokens) {
        Some(Tokens { refresh_token: Some(refresh_token), access_token, id_token }) => {
            let claim = Claim { refreshing_until: Some(now + CLAIM) };
            store::web_session::set_claim(&mut tx, id, claim).await?;
            let tokens = Tokens { refresh_token: Some(refresh_token.clone()), access_token, id_token };
            Turn::Ours { claim, tokens, refresh_token }
        }
        // Nothing to ask with, or sealed with another key: the person signs in again.
        _ => {
            store::web_session::delete(&mut tx, id).await?;
            tracing::info!(user_id = %current.identity.user_id, "browser session ended: its tokens are of no use");
            Turn::Over(Access::Ended)
        }
    };
    tx.commit().await?;
    Ok(turn)
}

async fn keep(
    app: &App,
    session: &WebSession,
    claim: Claim,
    tokens: Tokens,
    answer: Result<Granted, TokenError>,
) -> Result<Access, sqlx::Error> {
    if let Err(TokenError::Unavailable(_)) = &answer {
        app.refreshes.failed(app.clock.now());
    }
    let id = session.web_session_id;
    let mut tx = app.db.begin(session.identity.tenant_id).await?;
    let access = match (store::web_session::lock(&mut tx, id).await?, answer) {
        (None, _) => Access::Ended,
        // It took so long that another replica asks by now: its answer counts.
        (Some(held), _) if held != claim => Access::Without,
        (_, Ok(granted)) => {
            let fresh = Tokens {
                access_token: granted.access_token,
                refresh_token: granted.refresh_token.or(tokens.refresh_token),
                id_token: granted.id_token.unwrap_or(tokens.id_token),
            };
            let sealed = fresh.seal(&app.sealer);
            store::web_session::set_tokens(&mut tx, id, &sealed, granted.access_expires_at).await?;
            Access::Token(fresh.access_token.into())
        }
        (_, Err(TokenError::Refused(code))) if code == INVALID_GRANT => {
            store::web_session::delete(&mut tx, id).await?;
            tracing::info!(user_id = %session.identity.user_id, "browser session ended: its tokens are used up");
            Access::Ended
        }
        (_, Err(error)) => {
            store::web_session::set_claim(&mut tx, id, Claim { refreshing_until: None }).await?;
            tracing::warn!(error = chassis::error::chain(&error), "no fresh access token");
            Access::Without
        }
    };
    tx.commit().await?;
    Ok(access)
}
