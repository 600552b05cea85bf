//! Completes a sign-in: exchanges login's code for a browser session.

use chassis::{
    oidc::{Claims, Exchanged, TokenError},
    secret,
    sign_in::{Authorized, SESSION_LIFETIME},
};
use contracts::read;

use crate::{
    app::App,
    domain::{
        identity::Identity,
        web_session::{Lifetime, WebSession, WebSessionId},
    },
    peers::tokens::Tokens,
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
pub async fn complete_sign_in(
    app: &App,
    authorized: &Authorized,
    before: Option<&WebSession>,
) -> Result<String, SignInError> {
    let Exchanged { granted, id_token, claims } = app.sign_in.exchange(authorized).await?;
    let (access_token, refresh_token) = (granted.access_token, granted.refresh_token);
    let tokens = Tokens { access_token, refresh_token, id_token };
    let identity = identity(&claims);
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

/// Bounds the texts, which a page shows.
fn identity(claims: &Claims) -> Identity {
    Identity {
        user_id: claims.user_id,
        tenant_id: claims.tenant_id,
        session_id: claims.session_id,
        name: read::text(&claims.name),
        email: read::text(&claims.email),
        locale: read::code(&claims.locale, ""),
        tenant_name: read::text(&claims.tenant_name),
        admin: claims.is_admin(),
    }
}
