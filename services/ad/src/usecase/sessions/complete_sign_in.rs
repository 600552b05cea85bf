//! Completes a sign-in: exchanges login's code for a browser session.

use chassis::{
    oidc::{Exchanged, TokenError},
    secret,
    sign_in::{Authorized, SESSION_LIFETIME},
};
use contracts::read;

use crate::{
    app::App,
    domain::web_session::{WebSession, WebSessionId},
    store,
};

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
///
/// Access and refresh tokens are dropped: pages call no other product.
pub async fn complete_sign_in(
    app: &App,
    authorized: &Authorized,
    before: Option<&WebSession>,
) -> Result<String, SignInError> {
    let Exchanged { id_token, claims, .. } = app.sign_in.exchange(authorized).await?;
    let (cookie, now) = (secret::random_token(), app.clock.now());
    let session = WebSession {
        web_session_id: WebSessionId::new(&app.clock),
        tenant_id: claims.tenant_id,
        user_id: claims.user_id,
        session_id: claims.session_id,
        locale: read::code(&claims.locale, ""),
        admin: claims.is_admin(),
        sealed_id_token: app.sealer.seal(id_token.as_bytes()),
        created_at: now,
        expires_at: now + SESSION_LIFETIME,
    };
    let mut tx = app.db.begin(session.tenant_id).await?;
    // The handlers of login.session.v1 and login.user.v1 take the same lock. Either what they stored is found here, or they
    // delete the session inserted here.
    store::web_session::lock_person(&mut tx, session.user_id).await?;
    if store::ended_session::exists(&mut tx, session.session_id).await?
        || store::erased_viewer::exists(&mut tx, session.user_id).await?
    {
        return Err(SignInError::Ended);
    }
    store::web_session::insert(&mut tx, &session, &secret::hash(&cookie)).await?;
    tx.commit().await?;
    if let Some(before) = before {
        let mut tx = app.db.begin(before.tenant_id).await?;
        store::web_session::delete(&mut tx, before.web_session_id).await?;
        tx.commit().await?;
    }
    tracing::info!(user_id = %session.user_id, tenant = %session.tenant_id, "browser signed in");
    Ok(cookie)
}
