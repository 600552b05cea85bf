//! ad.delivery.v1: adds impressions and clicks to the viewer's timeline.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::{
    ad::v1::{DeliveryKind, DeliveryRecorded},
    read,
};
use sqlx::PgConnection;

use super::{Handlers, required};
use crate::{
    domain::activity::{ActivityId, ActivityKind, NewActivity},
    usecase::record_activity::record_activity,
};

impl Consume<DeliveryRecorded> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<DeliveryRecorded>) -> Result<(), ConsumeError> {
        let delivery = required(event.payload)?;
        // The kind is all that the fact says: an unknown one waits as a dead letter for a version that knows it.
        let kind = match delivery.kind() {
            DeliveryKind::Impression => ActivityKind::AdSeen,
            DeliveryKind::Click => ActivityKind::AdClicked,
            DeliveryKind::Unspecified => return Err(ConsumeError::invalid("kind is unspecified or unknown")),
        };
        let activity = NewActivity {
            activity_id: ActivityId::from(event.id.as_uuid()),
            source: event.source,
            user_id: read::id("viewer_user_id", &delivery.viewer_user_id)?,
            kind,
            subject: read::text(&delivery.headline),
            occurred_at: read::time("occurred_at", delivery.occurred_at, self.clock.now())?,
        };
        Ok(record_activity(conn, event.tenant_id, &activity).await?)
    }
}
