//! Loads a person's page: stored data, and the answers of the other products within the deadline.

use chassis::{
    id::{TenantId, UserId},
    problem::Problem,
    text::Locale,
};
use contracts::ad::v1::Ad;
use secrecy::SecretString;

use super::timeline::{self, Timeline};
use crate::{
    app::App,
    domain::{activity::ActivityId, preferences::Preferences, profile::Profile, tenant::Tenant},
    error::Error,
    events, store,
};

/// The data of a page that mypage stores.
#[derive(Clone, Debug)]
pub struct PageData {
    /// `None` when no event was consumed yet and login did not return it.
    pub profile: Option<Profile>,
    /// `None` until login's first event of the tenant.
    pub tenant: Option<Tenant>,
    pub preferences: Preferences,
    pub timeline: Timeline,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct PageRequest {
    /// Loads activities older than this one; `None` for the newest.
    pub before: Option<ActivityId>,
    /// Publishes a usage record for the page view.
    pub metered: bool,
}

/// Reads the stored data. Fetches the profile from login when no event of it was consumed yet.
pub async fn load(app: &App, (tenant, user): (TenantId, UserId), request: PageRequest) -> Result<PageData, Error> {
    let mut tx = app.db.begin(tenant).await?;
    let mut data = PageData {
        profile: store::profile::find(&mut tx, user).await?,
        tenant: store::tenant::find(&mut tx, tenant).await?,
        preferences: store::preferences::find(&mut tx, user).await?,
        timeline: timeline::page(&mut tx, user, request.before, timeline::PAGE).await?,
    };
    if request.metered {
        events::page_viewed(&mut tx, &app.clock, tenant).await?;
    }
    tx.commit().await?;
    if data.profile.is_none() {
        data.profile = or_missing("login", app.login.profile(tenant, user, app.clock.now()).await);
    }
    Ok(data)
}

/// Selects ads for the person; `None` without a token or when ad does not answer.
pub async fn ads(app: &App, token: Option<&SecretString>, locale: Locale) -> Option<Vec<Ad>> {
    or_missing("ad", app.ad.ads(token?, locale.as_str()).await)
}

/// Returns a peer's answer, or logs that the page is shown without it.
pub fn or_missing<T>(peer: &'static str, answer: Result<T, Problem>) -> Option<T> {
    answer
        .inspect_err(|problem| {
            tracing::warn!(peer, code = problem.code(), "page shown without a part: peer call failed");
        })
        .ok()
}
