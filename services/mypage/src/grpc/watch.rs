//! WatchActivity: what came after a cursor, then each new line, by position: nothing is missed and nothing comes twice.

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
    store,
    usecase::timeline,
};

/// How long one call goes on: as long as an access token lives. The caller asks again with a fresh one and its cursor.
const WATCHED_FOR: Duration = Duration::from_secs(300);

const BATCH: i64 = 100;

/// The lines after the cursor, then new ones until the server drains or the token ends.
pub(super) async fn watch(
    app: &App,
    (tenant, user): (TenantId, UserId),
    after: Option<ActivityId>,
) -> Result<impl Stream<Item = Result<WatchActivityResponse, Status>> + Send + use<>, Error> {
    // Listens first: what happens while the timeline is read is heard of.
    let changes = app.live.of(user);
    let mut tx = app.db.begin(tenant).await?;
    let position = timeline::position(&mut tx, user, after).await?;
    drop(tx);
    let watch = Watch { app: app.clone(), tenant, user, position, changes, behind: true };
    let batches = stream::try_unfold(watch, |mut watch| async move {
        Ok::<_, Status>(watch.next().await?.map(|batch| (batch, watch)))
    });
    let lines = batches.map_ok(|batch| stream::iter(batch.into_iter().map(|line| Ok(convert::watched(line)))));
    let draining = app.draining.clone().cancelled_owned();
    Ok(lines.try_flatten().take_until(draining).take_until(Box::pin(tokio::time::sleep(WATCHED_FOR))))
}

struct Watch {
    app: App,
    tenant: TenantId,
    user: UserId,
    /// Of the last line sent.
    position: i64,
    changes: Changes,
    /// Whether there may be more to read without being told.
    behind: bool,
}

impl Watch {
    /// The next lines, at least one; nothing when the stream is over.
    async fn next(&mut self) -> Result<Option<Vec<Activity>>, Error> {
        loop {
            if !self.behind && !self.changes.next().await {
                return Ok(None);
            }
            let mut tx = self.app.db.begin(self.tenant).await?;
            let batch = store::activity::after(&mut tx, self.user, self.position, BATCH).await?;
            drop(tx);
            self.behind = batch.len() as i64 == BATCH;
            if let Some(last) = batch.last() {
                self.position = last.position;
                return Ok(Some(batch));
            }
        }
    }
}
