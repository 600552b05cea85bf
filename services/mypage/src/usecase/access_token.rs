//! An access token for a browser's person, refreshed shortly before it ends.
//!
//! One refresh at a time a session, on all replicas: whoever holds the session's row asks login, the others wait and
//! find fresh tokens. A refresh goes on when the browser hangs up, since login has used up the old refresh token by then.

use secrecy::SecretString;

use crate::{
    app::App,
    peers::{oidc::TokenError, tokens::Tokens},
    store::{self, web_session::WebSession},
};

/// A token with less than this left is refreshed.
const MARGIN: chrono::Duration = chrono::Duration::seconds(30);

/// login's word for a refresh token that is used up, withdrawn or of an ended session (RFC 6749).
const INVALID_GRANT: &str = "invalid_grant";

/// What a page can do for its person.
#[derive(Debug)]
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
    // A refresh takes longer than a look-up; it goes on when the page no longer waits.
    let patience = app.config.peers.deadline() * 3;
    let (app, session) = (app.clone(), session.clone());
    let work = tokio::spawn(async move {
        refresh(&app, &session).await.unwrap_or_else(|error| {
            tracing::warn!(error = chassis::process::chain(&error), "tokens can't be kept");
            Access::Without
        })
    });
    match tokio::time::timeout(patience, work).await {
        Ok(Ok(access)) => access,
        _ => Access::Without,
    }
}

fn fresh_enough(app: &App, session: &WebSession) -> Option<SecretString> {
    let fresh = session.access_expires_at - app.clock.now() >= MARGIN;
    Some(Tokens::open(&app.sealer, &session.sealed_tokens).filter(|_| fresh)?.access_token.into())
}

async fn refresh(app: &App, session: &WebSession) -> Result<Access, sqlx::Error> {
    let mut tx = app.db.begin(session.identity.tenant_id).await?;
    let id = session.web_session_id;
    let Some(current) = store::web_session::find_for_update(&mut tx, id).await? else { return Ok(Access::Ended) };
    if let Some(token) = fresh_enough(app, &current) {
        return Ok(Access::Token(token));
    }
    // Tokens that can't be opened were sealed with another key: the person signs in again.
    let tokens = Tokens::open(&app.sealer, &current.sealed_tokens);
    let refresh_token = tokens.as_ref().and_then(|tokens| tokens.refresh_token.as_deref());
    let answer = match refresh_token {
        Some(refresh_token) => app.oidc.refresh(refresh_token).await,
        None => Err(TokenError::Refused(INVALID_GRANT.into())),
    };
    match (answer, tokens) {
        (Ok(granted), Some(tokens)) => {
            let fresh = Tokens {
                access_token: granted.access_token,
                refresh_token: granted.refresh_token.or(tokens.refresh_token),
                id_token: granted.id_token.unwrap_or(tokens.id_token),
            };
            let sealed = fresh.seal(&app.sealer);
            store::web_session::set_tokens(&mut tx, id, &sealed, granted.access_expires_at).await?;
            tx.commit().await?;
            Ok(Access::Token(fresh.access_token.into()))
        }
        (Err(TokenError::Refused(code)), _) if code == INVALID_GRANT => {
            store::web_session::delete(&mut tx, id).await?;
            tx.commit().await?;
            tracing::info!(user_id = %current.identity.user_id, "browser session ended: its tokens are used up");
            Ok(Access::Ended)
        }
        (Err(error), _) => {
            tracing::warn!(error = chassis::process::chain(&error), "no fresh access token");
            Ok(Access::Without)
        }
        (Ok(_), None) => Ok(Access::Without),
    }
}
