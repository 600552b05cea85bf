//! Authenticates a browser by its session cookie.

use chassis::{db::set_tenant, http::page_session, secret};

use crate::{
    app::App,
    domain::{
        session::{Session, use_is_due},
        tenant::Tenant,
        user::User,
    },
    error::Error,
    store::{self, directory::TokenKind},
};

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub session: Session,
    pub user: User,
    pub tenant: Tenant,
    /// Names the session in the pages that are made for it.
    pub page_session: String,
}

/// Finds the person of a live session by its cookie. Person and tenant must be active.
pub async fn authenticate(app: &App, token: &str) -> Result<Option<SignedIn>, Error> {
    let now = app.clock.now();
    let hash = secret::hash(token);
    let mut tx = app.db.begin_unscoped().await?;
    let Some(tenant_id) = store::directory::find_token(&mut tx, TokenKind::Session, &hash).await? else {
        return Ok(None);
    };
    set_tenant(&mut tx, tenant_id).await?;
    let Some(session) = store::session::find_by_token(&mut tx, &hash, now).await? else { return Ok(None) };
    let user = store::user::find(&mut tx, session.user_id).await?.filter(User::is_active);
    let tenant = store::tenant::current(&mut tx).await?.filter(Tenant::is_active);
    if use_is_due(session.last_used_at, now) && store::user::lock_shared(&mut tx, session.user_id).await?.is_some() {
        store::session::record_use(&mut tx, session.session_id, now).await?;
        store::known_device::record(&mut tx, tenant_id, session.user_id, &session.device, now).await?;
    }
    tx.commit().await?;
    let page_session = page_session(token);
    Ok(user.zip(tenant).map(|(user, tenant)| SignedIn { session, user, tenant, page_session }))
}
