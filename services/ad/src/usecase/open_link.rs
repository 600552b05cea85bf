//! Opens a link: checks that it is still valid, and finds its campaign.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, Transaction};

use crate::{
    app::App,
    domain::{campaign::Campaign, creative::Content, serve::Serve},
    error::Error,
    store,
};

/// Begins a transaction in the viewer's tenant, or returns [`Error::LinkExpired`].
pub(super) async fn open_link(
    app: &App,
    serve: &Serve,
    now: DateTime<Utc>,
) -> Result<Transaction<'static, Postgres>, Error> {
    check_age(serve, now)?;
    let mut tx = app.db.begin(serve.viewer_tenant_id).await?;
    if store::erased_viewer::exists(&mut tx, serve.viewer_user_id).await? {
        return Err(Error::LinkExpired);
    }
    Ok(tx)
}

/// Checks that the link is not too old.
pub(super) fn check_age(serve: &Serve, now: DateTime<Utc>) -> Result<(), Error> {
    if serve.is_valid_at(now) { Ok(()) } else { Err(Error::LinkExpired) }
}

/// Returns the campaign of the link. `conn` must be set to the advertiser's tenant.
pub(super) async fn linked_campaign(conn: &mut PgConnection, serve: &Serve) -> Result<Campaign, Error> {
    store::campaign::find(conn, serve.campaign_id).await?.ok_or(Error::LinkInvalid)
}

/// Returns the content of the link's creative. `conn` must be set to the advertiser's tenant.
pub(super) async fn linked_content(
    conn: &mut PgConnection,
    serve: &Serve,
    campaign: &Campaign,
) -> Result<Content, Error> {
    match serve.creative_id {
        Some(id) => store::creative::content(conn, serve.campaign_id, id).await?.ok_or(Error::LinkInvalid),
        None => Ok(campaign.first_content()),
    }
}
