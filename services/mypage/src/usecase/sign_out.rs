//! Signs a browser out.

use crate::{app::App, domain::web_session::WebSession, peers::tokens::Tokens, store};

/// Ends the browser session, and returns the URL that ends the session at login.
pub async fn sign_out(app: &App, session: &WebSession) -> Result<String, sqlx::Error> {
    let mut tx = app.db.begin(session.identity.tenant_id).await?;
    store::web_session::delete(&mut tx, session.web_session_id).await?;
    // Open pages of the session end.
    store::activity::notify(&mut tx, session.identity.user_id).await?;
    tx.commit().await?;
    let tokens = Tokens::open(&app.sealer, &session.sealed_tokens);
    Ok(tokens.map_or_else(|| "/".to_owned(), |tokens| app.oidc.logout_url(&tokens.id_token)))
}
