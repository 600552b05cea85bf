//! Authenticates a browser by its session cookie.

use chassis::{db::set_tenant, http::page_session, secret};

use crate::{app::App, domain::web_session::WebSession, store};

/// A signed-in browser.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub session: WebSession,
    /// Names the session in the pages that are made for it.
    pub page_session: String,
}

/// Finds the session of a cookie; `None` when it does not exist or has ended.
pub async fn authenticate(app: &App, cookie: &str) -> Result<Option<Visitor>, sqlx::Error> {
    let mut tx = app.db.begin_unscoped().await?;
    let found = store::web_session::find_by_token_hash(&mut tx, &secret::hash(cookie)).await?;
    let Some((tenant, id)) = found else { return Ok(None) };
    set_tenant(&mut tx, tenant).await?;
    let session = store::web_session::find(&mut tx, id, app.clock.now()).await?;
    Ok(session.map(|session| Visitor { session, page_session: page_session(cookie) }))
}
