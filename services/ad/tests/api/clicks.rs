//! Counts impressions and clicks, and rolls usage up.

use ad::{
    domain::{delivery::DeliveryKind, serve::Serve},
    usecase::{
        record_delivery::{Recorded, record_delivery},
        roll_up_usage::roll_up_usage,
    },
};
use contracts::ad::v1::UsageRecorded;

use crate::harness::TestApp;

impl TestApp {
    /// Counts the serve's impression, without event and usage: a click needs one.
    pub(crate) async fn seen(&self, serve: &Serve) {
        sqlx::query(
            "INSERT INTO delivery (serve_id, kind, delivery_id, tenant_id, viewer_user_id, advertiser_tenant_id, campaign_id,
                 placement, occurred_at)
             VALUES ($1, 'impression', gen_random_uuid(), $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(serve.serve_id.as_uuid())
        .bind(serve.viewer_tenant_id.as_uuid())
        .bind(serve.viewer_user_id.as_uuid())
        .bind(serve.advertiser_tenant_id.as_uuid())
        .bind(serve.campaign_id.as_uuid())
        .bind(&serve.placement)
        .bind(self.clock.now())
        .execute(&self.superuser)
        .await
        .expect("stored");
    }

    /// Clicks a serve whose impression was counted.
    pub(crate) async fn click(&self, serve: &Serve) -> Recorded {
        self.seen(serve).await;
        record_delivery(&self.app, DeliveryKind::Click, serve).await.expect("recorded")
    }

    /// Rolls up the usage so far, and returns the records by metric and quantity, oldest first.
    pub(crate) async fn usage(&self) -> Vec<(String, i64)> {
        self.clock.advance(chrono::Duration::minutes(1));
        roll_up_usage(&self.app).await.expect("rolled up");
        let records = self.published::<UsageRecorded>().await.into_iter().filter_map(|(_, event)| event.record);
        records.map(|record| (record.metric, record.quantity)).collect()
    }
}
