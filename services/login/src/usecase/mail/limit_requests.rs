//! Somebody asks for a mail to an address: a few times an hour it is sent, and a place may ask for so many.

use std::{net::IpAddr, time};

use chassis::id::new_uuid;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{
        mail::{MAX_REQUESTS_PER_ADDRESS, MAX_REQUESTS_PER_NETWORK, MailRequestKind, WINDOW},
        throttle::until,
    },
    error::Error,
    store,
};

/// Counts the request, unless there were too many for this address: then, the time until the next one counts.
///
/// # Errors
/// When the store refuses.
pub(in crate::usecase) async fn count_for_address(
    app: &App,
    conn: &mut PgConnection,
    kind: MailRequestKind,
    address_hash: &[u8],
) -> Result<Option<time::Duration>, Error> {
    // A forgotten password is looked into later, by a worker: the answer then takes as long for an unknown address.
    let handled_at = (kind != MailRequestKind::PasswordReset).then(|| app.clock.now());
    count(app, conn, kind, (address_hash, MAX_REQUESTS_PER_ADDRESS), handled_at).await
}

/// Counts the request against the place it comes from. Comes before [`ask_for_mail`], so that no two wait for each other.
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

async fn count(
    app: &App,
    conn: &mut PgConnection,
    kind: MailRequestKind,
    (hash, max): (&[u8], i64),
    handled_at: Option<DateTime<Utc>>,
) -> Result<Option<time::Duration>, Error> {
    store::mail_request::lock(conn, hash).await?;
    // Behind the lock: who waited for it is not judged by a moment that has passed.
    let now = app.clock.now();
    let in_the_way = store::mail_request::nth_newest(conn, kind, hash, max - 1).await?;
    let free_at = in_the_way.map(|at| at + WINDOW).filter(|free_at| *free_at > now);
    if free_at.is_none() {
        store::mail_request::insert(conn, new_uuid(&app.clock), kind, hash, now, handled_at).await?;
    }
    Ok(free_at.map(|free_at| until(free_at, now)))
}
