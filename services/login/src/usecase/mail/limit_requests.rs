//! Limits the mails that can be requested for one address and from one network.

use std::{net::IpAddr, time};

use chassis::{
    id::{TenantId, new_uuid},
    secret,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{
        mail::{
            MAX_INVITATIONS_PER_TENANT, MAX_REQUESTS_PER_ADDRESS, MAX_REQUESTS_PER_NETWORK, MailRequestKind, WINDOW,
        },
        throttle::retry_after,
    },
    error::Error,
    store,
};

/// Counts a request for an address. When the limit is reached, it is not counted, and the time until the next one is
/// returned.
pub(in crate::usecase) async fn count_for_address(
    app: &App,
    conn: &mut PgConnection,
    kind: MailRequestKind,
    address_hash: &[u8],
) -> Result<Option<time::Duration>, Error> {
    // A worker handles a forgotten password later, so that the response takes the same time for an unknown address.
    let handled_at = (kind != MailRequestKind::PasswordReset).then(|| app.clock.now());
    count(app, conn, kind, (address_hash, MAX_REQUESTS_PER_ADDRESS), handled_at).await
}

/// Counts a request from a network. Call it before [`count_for_address`]: this order prevents deadlocks.
///
/// # Errors
/// [`Error::Throttled`].
pub(in crate::usecase) async fn count_for_network(
    app: &App,
    conn: &mut PgConnection,
    kind: MailRequestKind,
    source: IpAddr,
) -> Result<(), Error> {
    let bound = (app.keyed_hashes.network(source), MAX_REQUESTS_PER_NETWORK);
    match count(app, conn, kind, (&bound.0, bound.1), Some(app.clock.now())).await? {
        Some(wait) => Err(Error::Throttled(wait)),
        None => Ok(()),
    }
}

/// Counts an invitation of a tenant. The tenant must be locked.
///
/// # Errors
/// [`Error::Throttled`].
pub(in crate::usecase) async fn count_for_tenant(
    app: &App,
    conn: &mut PgConnection,
    tenant_id: TenantId,
) -> Result<(), Error> {
    let bound = (secret::hash(&tenant_id.to_string()), MAX_INVITATIONS_PER_TENANT);
    match count(app, conn, MailRequestKind::Invitation, (&bound.0, bound.1), Some(app.clock.now())).await? {
        Some(wait) => Err(Error::Throttled(wait)),
        None => Ok(()),
    }
}

async fn count(
    app: &App,
    conn: &mut PgConnection,
    kind: MailRequestKind,
    (hash, max): (&[u8], i64),
    handled_at: Option<DateTime<Utc>>,
) -> Result<Option<time::Duration>, Error> {
    store::mail_request::lock(conn, hash).await?;
    // Reads the time after the lock is acquired, because that may have taken time.
    let now = app.clock.now();
    let blocking = store::mail_request::nth_newest(conn, kind, hash, max - 1).await?;
    let free_at = blocking.map(|at| at + WINDOW).filter(|free_at| *free_at > now);
    if free_at.is_none() {
        store::mail_request::insert(conn, new_uuid(&app.clock), kind, hash, now, handled_at).await?;
    }
    Ok(free_at.map(|free_at| retry_after(free_at, now)))
}
