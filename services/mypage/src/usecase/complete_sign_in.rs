//! Completes a sign-in: exchanges login's code for a browser session.

use chassis::secret;
use chrono::Duration;

use super::sign_in::Pending;
use crate::{
    app::App,
    domain::web_session::{Lifetime, WebSession, WebSessionId},
    peers::oidc::TokenError,
    store,
};

/// The lifetime of a browser session; login may end it earlier.
pub const SESSION_LIFETIME: Duration = Duration::days(30);

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The person was erased or login ended the session during the sign-in.
    #[error("the session at login has ended")]
    Ended,
    #[error("database error")]
    Store(#[from] sqlx::Error),
}

/// Ends the session that the browser had before, since its cookie is replaced. Returns the value of the session cookie.
pub async fn complete_sign_in(
    app: &App,
    pending: &Pending,
    code: &str,
    before: Option<&WebSession>,
) -> Result<String, SignInError> {
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
    let lifetime = Lifetime { created_at: now, expires_at: now + SESSION_LIFETIME };
    let mut tx = app.db.begin(tenant).await?;
    // The handler of login.session.v1 takes the same lock. Either its ended session is found here, or it deletes the
    // session inserted here.
    let not_erased = store::person::lock(&mut tx, tenant, user_id).await?;
    if !not_erased || store::ended_session::contains(&mut tx, session_id).await? {
        return Err(SignInError::Ended);
    }
    store::web_session::insert(&mut tx, &session, &secret::hash(&cookie), lifetime).await?;
    tx.commit().await?;
    if let Some(before) = before {
        let mut tx = app.db.begin(before.identity.tenant_id).await?;
        store::web_session::delete(&mut tx, before.web_session_id).await?;
        tx.commit().await?;
    }
    tracing::info!(%user_id, tenant = %tenant, "browser signed in");
    Ok(cookie)
}
