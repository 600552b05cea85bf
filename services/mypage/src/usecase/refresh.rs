//! Refreshes the tokens of a session: one replica at a time.
//!
//! A replica first writes a claim to the session's row. It then calls login without a database connection, and stores
//! the answer only if the row still has its claim. When the process dies before it stores the answer, the next claim
//! uses the old refresh token again. login accepts the old token for one more minute while the new one is unused.

use std::time::Duration;

use chassis::oidc::{Granted, TokenError};
use secrecy::SecretString;
use tokio::time::Instant;

use crate::{
    app::App,
    domain::web_session::{Access, RefreshClaim, WebSession},
    peers::tokens::Tokens,
    store,
};

/// A token with less time left is refreshed.
const MARGIN: chrono::Duration = chrono::Duration::seconds(30);

/// The lifetime of a claim: longer than a call to login and the wait for a connection after it (5 s each).
const CLAIM_LIFETIME: chrono::Duration = chrono::Duration::seconds(12);

/// The interval at which a replica checks whether another replica's refresh is finished.
const POLL: Duration = Duration::from_millis(50);

/// The error code for a refresh token that is used, revoked or of an ended session (RFC 6749, section 5.2).
const INVALID_GRANT: &str = "invalid_grant";

enum Step {
    /// No call to login is needed.
    Finished(Access),
    /// Another replica has the claim.
    ClaimedElsewhere,
    Claimed {
        claim: RefreshClaim,
        tokens: Tokens,
        refresh_token: String,
    },
}

/// Refreshes the tokens, or waits for the replica that does.
pub(super) async fn refresh(app: &App, session: &WebSession) -> Result<Access, sqlx::Error> {
    let deadline = Instant::now() + app.config.peers.deadline();
    loop {
        let permit = app.refreshes.permit().await;
        // Another refresh may have failed while this one waited for its permit.
        if app.refreshes.backing_off(app.clock.now()) {
            return Ok(Access::Unavailable);
        }
        match claim(app, session).await? {
            Step::Finished(access) => return Ok(access),
            Step::ClaimedElsewhere if Instant::now() >= deadline => return Ok(Access::Unavailable),
            Step::ClaimedElsewhere => {}
            Step::Claimed { claim, tokens, refresh_token } => {
                let answer = app.oidc.refresh(&refresh_token).await;
                return store_answer(app, session, claim, tokens, answer).await;
            }
        }
        drop(permit);
        tokio::time::sleep(POLL).await;
    }
}

async fn claim(app: &App, session: &WebSession) -> Result<Step, sqlx::Error> {
    let (id, now) = (session.web_session_id, app.clock.now());
    let mut tx = app.db.begin(session.identity.tenant_id).await?;
    let Some(current_claim) = store::web_session::lock(&mut tx, id).await? else {
        return Ok(Step::Finished(Access::SessionEnded));
    };
    let Some(current) = store::web_session::find(&mut tx, id, now).await? else {
        return Ok(Step::Finished(Access::SessionEnded));
    };
    if let Some(token) = fresh_token(app, &current) {
        return Ok(Step::Finished(Access::Token(token)));
    }
    if current_claim.refreshing_until.is_some_and(|until| until > now) {
        return Ok(Step::ClaimedElsewhere);
    }
    let step = match Tokens::open(&app.sealer, &current.sealed_tokens) {
        Some(Tokens { refresh_token: Some(refresh_token), access_token, id_token }) => {
            let claim = RefreshClaim { refreshing_until: Some(now + CLAIM_LIFETIME) };
            store::web_session::set_claim(&mut tx, id, claim).await?;
            let tokens = Tokens { refresh_token: Some(refresh_token.clone()), access_token, id_token };
            Step::Claimed { claim, tokens, refresh_token }
        }
        // No refresh token, or sealed with another key: the person has to sign in again.
        _ => {
            store::web_session::delete(&mut tx, id).await?;
            tracing::info!(user_id = %current.identity.user_id, "browser session ended: no usable refresh token");
            Step::Finished(Access::SessionEnded)
        }
    };
    tx.commit().await?;
    Ok(step)
}

async fn store_answer(
    app: &App,
    session: &WebSession,
    claim: RefreshClaim,
    tokens: Tokens,
    answer: Result<Granted, TokenError>,
) -> Result<Access, sqlx::Error> {
    if let Err(TokenError::Unavailable(_)) = &answer {
        app.refreshes.record_failure(app.clock.now());
    }
    let id = session.web_session_id;
    let mut tx = app.db.begin(session.identity.tenant_id).await?;
    let access = match (store::web_session::lock(&mut tx, id).await?, answer) {
        (None, _) => Access::SessionEnded,
        // The claim has expired and another replica has claimed: its answer is stored, not this one.
        (Some(current), _) if current != claim => Access::Unavailable,
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
            tracing::info!(user_id = %session.identity.user_id, "browser session ended: login refused the refresh token");
            Access::SessionEnded
        }
        (_, Err(error)) => {
            store::web_session::set_claim(&mut tx, id, RefreshClaim { refreshing_until: None }).await?;
            tracing::warn!(error = chassis::error::chain(&error), "token refresh failed");
            Access::Unavailable
        }
    };
    tx.commit().await?;
    Ok(access)
}

/// Returns the session's token if it has at least [`MARGIN`] left.
pub(super) fn fresh_token(app: &App, session: &WebSession) -> Option<SecretString> {
    let fresh = session.access_expires_at - app.clock.now() >= MARGIN;
    Some(Tokens::open(&app.sealer, &session.sealed_tokens).filter(|_| fresh)?.access_token.into())
}
