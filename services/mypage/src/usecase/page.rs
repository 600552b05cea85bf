//! A person's page: what is known here, and what the others answer meanwhile. It is whole without them.

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

/// What is known here.
#[derive(Clone, Debug)]
pub struct Own {
    /// Who the person is, once login has told.
    pub profile: Option<Profile>,
    /// The company, once login has told.
    pub tenant: Option<Tenant>,
    /// What the person chose.
    pub preferences: Preferences,
    /// What happened.
    pub timeline: Timeline,
}

/// Which part of the timeline, and whether a page is shown to a person: that is metered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// Lines older than this one; the newest when not set.
    pub before: Option<ActivityId>,
    /// Whether this is a page view.
    pub metered: bool,
}

/// Reads what is known here; without a profile of its own, login is asked for it.
pub async fn own(app: &App, (tenant, user): (TenantId, UserId), asked: Asked) -> Result<Own, Error> {
    let mut tx = app.db.begin(tenant).await?;
    let mut own = Own {
        profile: store::profile::find(&mut tx, user).await?,
        tenant: store::tenant::find(&mut tx, tenant).await?,
        preferences: store::preferences::find(&mut tx, user).await?,
        timeline: timeline::page(&mut tx, user, asked.before, timeline::PAGE).await?,
    };
    if asked.metered {
        events::page_viewed(&mut tx, &app.clock, tenant).await?;
    }
    tx.commit().await?;
    if own.profile.is_none() {
        own.profile = answered("login", app.login.profile(tenant, user).await);
    }
    Ok(own)
}

/// The ads for the person; nothing when ad can't be asked, or does not answer.
pub async fn ads(app: &App, token: Option<&SecretString>, locale: Locale) -> Option<Vec<Ad>> {
    answered("ad", app.ad.ads(token?, locale.as_str()).await)
}

/// What a peer answered. That it did not is worth a line, not an error: the page is whole without it.
pub fn answered<T>(peer: &'static str, answer: Result<T, Problem>) -> Option<T> {
    answer.inspect_err(|problem| tracing::warn!(peer, code = problem.code(), "peer missing from the page")).ok()
}
