//! WatchActivity: streams the activities after a cursor, then new ones, in the order of their positions. None is missed
//! or sent twice.

use std::time::Duration;

use chassis::id::{TenantId, UserId};
use contracts::mypage::v1::WatchActivityResponse;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use tonic::Status;

use super::convert;
use crate::{
    app::App,
    domain::activity::{Activity, ActivityId},
    error::Error,
    live::Changes,
    usecase::timeline,
};

/// The duration of one call: the lifetime of an access token. The client calls again with a new token and its last
/// cursor.
const MAX_WATCH: Duration = Duration::from_secs(300);

const BATCH: i64 = 100;

/// Streams until the server drains or [`MAX_WATCH`] is over.
pub(super) async fn watch(
    app: &App,
    (tenant, user): (TenantId, UserId),
    after: Option<ActivityId>,
) -> Result<impl Stream<Item = Result<WatchActivityResponse, Status>> + Send + use<>, Error> {
    // Subscribes before it reads, so that no activity is missed in between.
    let changes = app.live.subscribe(user);
    let mut tx = app.db.begin(tenant).await?;
    let position = timeline::position(&mut tx, user, after).await?;
    drop(tx);
    let watch = Watch { app: app.clone(), tenant, user, position, changes, behind: true };
    let batches = stream::try_unfold(watch, |mut watch| async move {
        Ok::<_, Status>(watch.next().await?.map(|batch| (batch, watch)))
    });
    let lines = batches.map_ok(|batch| stream::iter(batch.into_iter().map(|line| Ok(convert::watched(line)))));
    let draining = app.draining.clone().cancelled_owned();
    Ok(lines.try_flatten().take_until(draining).take_until(Box::pin(tokio::time::sleep(MAX_WATCH))))
}

struct Watch {
    app: App,
    tenant: TenantId,
    user: UserId,
    /// Position of the last activity that was sent.
    position: i64,
    changes: Changes,
    /// Whether the store may have more activities without a notification.
    behind: bool,
}

impl Watch {
    /// Waits for the next activities, at least one; `None` when the process stops.
    async fn next(&mut self) -> Result<Option<Vec<Activity>>, Error> {
        loop {
            if !self.behind && !self.changes.next().await {
                return Ok(None);
            }
            let batch = timeline::after(&self.app, (self.tenant, self.user), self.position, BATCH).await?;
            self.behind = batch.len() as i64 == BATCH;
            if let Some(last) = batch.last() {
                self.position = last.position;
                return Ok(Some(batch));
            }
        }
    }
}
