//! What a selection may use of a person, in one statement.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::domain::{
    campaign::CampaignId, consented::Consented, interest::Interest, seen::LONGER_THAN_A_DAY, tenant::zone,
};

/// Nobody sees more ads a day. It bounds what is read of a program that opens links.
const IMPRESSIONS: i64 = 1_000;

/// Reads the interests and the day's impressions of a person who consented; `None` without consent.
///
/// The statement is its own transaction, and sets its tenant itself. `LATERAL` makes Postgres do that first: the rest needs its
/// result.
pub async fn find(
    app: &PgPool,
    tenant: TenantId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Consented>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT viewer.interests, viewer.time_zone AS "time_zone?", viewer.campaigns AS "campaigns!", viewer.times AS "times!"
        FROM (SELECT set_config('app.tenant_id', $1, true)::uuid AS tenant_id OFFSET 0) AS scope
        CROSS JOIN LATERAL (
            SELECT p.interests,
                   CASE WHEN t.next_from <= $5 AND t.next_version = t.version THEN t.next_time_zone ELSE t.time_zone END AS time_zone,
                   coalesce(seen.campaigns, '{}') AS campaigns, coalesce(seen.times, '{}') AS times
            FROM viewer_preferences p
            LEFT JOIN tenant t USING (tenant_id)
            LEFT JOIN LATERAL (
                SELECT array_agg(campaign_id) AS campaigns, array_agg(occurred_at) AS times
                FROM (
                    SELECT d.campaign_id, d.occurred_at FROM delivery d
                    WHERE d.viewer_user_id = p.user_id AND d.kind = 'impression' AND d.occurred_at > $3
                    ORDER BY d.occurred_at DESC LIMIT $4
                ) AS latest
            ) AS seen ON true
            WHERE p.user_id = $2 AND p.tenant_id = scope.tenant_id AND p.ad_consent
            OFFSET 0
        ) AS viewer"#,
        tenant.to_string(),
        user.as_uuid(),
        now - LONGER_THAN_A_DAY,
        IMPRESSIONS,
        now,
    )
    .fetch_optional(app)
    .await?;
    Ok(row.map(|row| {
        let zone = zone(row.time_zone.as_deref().unwrap_or_default());
        let interests = Interest::known(&row.interests).into_iter().collect();
        let campaigns = row.campaigns.into_iter().map(CampaignId::from);
        Consented::new(interests, zone, now, campaigns.zip(row.times))
    }))
}
