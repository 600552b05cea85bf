//! Whose browser it is, by its cookie.

use chassis::{
    db::set_tenant,
    id::{TenantId, UserId},
    secret,
};

use crate::{
    app::App,
    domain::profile::Profile,
    store::{self, web_session::WebSession},
};

/// A browser that is signed in, and its person as far as events have told.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The browser's session.
    pub session: WebSession,
    /// What login has told of the person since.
    pub profile: Option<Profile>,
}

impl Visitor {
    /// The person and the tenant.
    pub fn person(&self) -> (TenantId, UserId) {
        (self.session.identity.tenant_id, self.session.identity.user_id)
    }

    /// The person's language.
    pub fn locale(&self) -> &str {
        self.profile.as_ref().map_or(&self.session.identity.locale, |profile| &profile.locale)
    }

    /// Whether the person sees the tenant's usage and campaigns.
    pub fn admin(&self) -> bool {
        self.profile.as_ref().map_or(self.session.identity.admin, |profile| profile.admin)
    }
}

/// Who the cookie belongs to; nothing when its session has ended.
pub async fn authenticate(app: &App, cookie: &str) -> Result<Option<Visitor>, sqlx::Error> {
    let mut tx = app.db.begin_unscoped().await?;
    let found = store::web_session::directory(&mut tx, &secret::hash(cookie)).await?;
    let Some((tenant, id)) = found else { return Ok(None) };
    set_tenant(&mut tx, tenant).await?;
    let Some(session) = store::web_session::find(&mut tx, id, app.clock.now()).await? else { return Ok(None) };
    let profile = store::profile::find(&mut tx, session.identity.user_id).await?;
    Ok(Some(Visitor { session, profile }))
}
