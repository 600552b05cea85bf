//! login has answered: the code becomes a session of this browser.

use chassis::secret;
use chrono::Duration;

use super::sign_in::Pending;
use crate::{
    app::App,
    peers::oidc::TokenError,
    store::{
        self,
        web_session::{Span, WebSession, WebSessionId},
    },
};

/// How long a browser stays signed in at most; login may end it before.
pub const LIFETIME: Duration = Duration::days(30);

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// login gave no tokens.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The person was erased, or login has ended the session, meanwhile.
    #[error("the session has ended")]
    Ended,
    /// The session can't be kept.
    #[error("the store failed")]
    Store(#[from] sqlx::Error),
}

/// Exchanges the code and keeps a session; the cookie's value.
pub async fn complete_sign_in(app: &App, pending: &Pending, code: &str) -> Result<String, SignInError> {
    let (granted, tokens, identity) = app.oidc.exchange(code, &pending.code_verifier, &pending.nonce).await?;
    let cookie = secret::random_token();
    let now = app.clock.now();
    let (tenant, user_id, session_id) = (identity.tenant_id, identity.user_id, identity.session_id);
    let session = WebSession {
        web_session_id: WebSessionId::new(&app.clock),
        identity,
        sealed_tokens: tokens.seal(&app.sealer),
        access_expires_at: granted.access_expires_at,
    };
    let span = Span { created_at: now, expires_at: now + LIFETIME };
    let mut tx = app.db.begin(tenant).await?;
    // The end of login's session takes the same lock: it is known here, or will find what is kept here.
    let known = store::person::lock(&mut tx, tenant, user_id).await?;
    if !known || store::ended_session::contains(&mut tx, session_id).await? {
        return Err(SignInError::Ended);
    }
    store::web_session::insert(&mut tx, &session, &secret::hash(&cookie), span).await?;
    tx.commit().await?;
    tracing::info!(%user_id, tenant = %tenant, "browser signed in");
    Ok(cookie)
}
