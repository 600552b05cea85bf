//! Signs a browser out.

use crate::{app::App, domain::web_session::WebSession, store};

/// Ends the browser session, and returns the URL that ends the session at login.
pub async fn sign_out(app: &App, session: &WebSession) -> Result<String, sqlx::Error> {
    let mut tx = app.db.begin(session.tenant_id).await?;
    store::web_session::delete(&mut tx, session.web_session_id).await?;
    tx.commit().await?;
    // Without the key that sealed the token, login asks the person.
    let id_token = app.sealer.open(&session.sealed_id_token).ok().and_then(|token| String::from_utf8(token).ok());
    Ok(id_token.map_or_else(|| "/".to_owned(), |token| app.oidc.logout_url(&token)))
}
