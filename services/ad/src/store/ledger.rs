//! The ledger: tables `charge` and `credit` together.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{
    campaign::CampaignId,
    charge::ChargeId,
    ledger::{Entry, EntryKind},
    money::{Currency, Money},
    serve::ServeId,
};

/// Lists the tenant's charges and credits older than `before`, newest first.
pub async fn list(conn: &mut PgConnection, before: Option<Uuid>, limit: i64) -> Result<Vec<Entry>, sqlx::Error> {
    // Each half is limited by its own index.
    let rows = sqlx::query!(
        r#"(SELECT charge_id AS "entry_id!", campaign_id AS "campaign_id!", price_micros AS "micros!",
                currency_code AS "currency_code!", day AS "day!", occurred_at AS "occurred_at!", serve_id AS serve_id,
                NULL::uuid AS charge_id, NULL AS reason
            FROM charge WHERE $1::uuid IS NULL OR charge_id < $1 ORDER BY charge_id DESC LIMIT $2)
           UNION ALL
           (SELECT credit_id, campaign_id, amount_micros, currency_code, day, occurred_at, NULL, charge_id, reason
            FROM credit WHERE $1::uuid IS NULL OR credit_id < $1 ORDER BY credit_id DESC LIMIT $2)
           ORDER BY 1 DESC LIMIT $2"#,
        before,
        limit,
    )
    .fetch_all(conn)
    .await?;
    let entries = rows.into_iter().filter_map(|row| {
        let kind = match (row.serve_id, row.charge_id, row.reason) {
            (Some(serve_id), ..) => EntryKind::Charge { serve_id: ServeId::from(serve_id) },
            (_, Some(charge_id), Some(reason)) => EntryKind::Credit { charge_id: ChargeId::from(charge_id), reason },
            _ => return None,
        };
        Some(Entry {
            entry_id: row.entry_id,
            kind,
            campaign_id: CampaignId::from(row.campaign_id),
            amount: Money::new(row.micros, Currency::stored(&row.currency_code)),
            day: row.day,
            occurred_at: row.occurred_at,
        })
    });
    Ok(entries.collect())
}
