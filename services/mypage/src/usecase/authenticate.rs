//! Authenticates a browser by its session cookie.

use chassis::{
    db::set_tenant,
    http::page_session,
    id::{TenantId, UserId},
    secret,
};

use crate::{
    app::App,
    domain::{profile::Profile, web_session::WebSession},
    store,
};

/// A signed-in browser and its person.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub session: WebSession,
    /// `None` until login's first event of the person.
    pub profile: Option<Profile>,
    /// Names the session in the pages that are made for it.
    pub page_session: String,
}

impl Visitor {
    pub fn person(&self) -> (TenantId, UserId) {
        (self.session.identity.tenant_id, self.session.identity.user_id)
    }

    pub fn locale(&self) -> &str {
        self.profile.as_ref().map_or(&self.session.identity.locale, |profile| &profile.locale)
    }

    pub fn admin(&self) -> bool {
        self.profile.as_ref().map_or(self.session.identity.admin, |profile| profile.admin)
    }
}

/// Finds the session of a cookie; `None` when it does not exist or has ended.
pub async fn authenticate(app: &App, cookie: &str) -> Result<Option<Visitor>, sqlx::Error> {
    let mut tx = app.db.begin_unscoped().await?;
    let found = store::web_session::find_by_token_hash(&mut tx, &secret::hash(cookie)).await?;
    let Some((tenant, id)) = found else { return Ok(None) };
    set_tenant(&mut tx, tenant).await?;
    let Some(session) = store::web_session::find(&mut tx, id, app.clock.now()).await? else { return Ok(None) };
    let profile = store::profile::find(&mut tx, session.identity.user_id).await?;
    Ok(Some(Visitor { session, profile, page_session: page_session(cookie) }))
}
