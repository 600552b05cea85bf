//! ad.delivery.v1: adds impressions and clicks to the viewer's timeline.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::ad::v1::{DeliveryKind, DeliveryRecorded};
use sqlx::PgConnection;

use super::{Handlers, id, required, same_tenant, time};
use crate::{
    domain::activity::{ActivityId, ActivityKind, NewActivity},
    usecase::record_activity::record_activity,
};

impl Consume<DeliveryRecorded> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<DeliveryRecorded>) -> Result<(), ConsumeError> {
        let delivery = required(event.payload)?;
        // The event also names the advertiser's tenant; the timeline belongs to the viewer.
        same_tenant(event.tenant_id, &delivery.viewer_tenant_id)?;
        let kind = match delivery.kind() {
            DeliveryKind::Impression => ActivityKind::AdSeen,
            DeliveryKind::Click => ActivityKind::AdClicked,
            DeliveryKind::Unspecified => return Err(ConsumeError::invalid("kind is unspecified or unknown")),
        };
        let activity = NewActivity {
            activity_id: ActivityId::from(event.id.as_uuid()),
            user_id: id("viewer_user_id", &delivery.viewer_user_id)?,
            kind,
            subject: delivery.headline,
            occurred_at: time("occurred_at", delivery.occurred_at)?,
        };
        Ok(record_activity(conn, event.tenant_id, &activity).await?)
    }
}
