//! Compares what belongs together, for all tenants, from a day on. For the worker role.

use chassis::id::TenantId;
use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::reconcile::{Check, Difference};

struct Row {
    tenant_id: Uuid,
    of: String,
    expected: i64,
    found: i64,
}

/// Makes the differences of a check. Its query returns only rows that differ.
macro_rules! differences {
    ($check:expr, $conn:expr, $from:expr, $sql:literal) => {{
        let rows = sqlx::query_as!(Row, $sql, $from).fetch_all($conn).await?;
        let difference = |row: Row| Difference {
            check: $check,
            tenant_id: TenantId::from(row.tenant_id),
            of: row.of,
            expected: row.expected,
            found: row.found,
        };
        Ok(rows.into_iter().map(difference).collect())
    }};
}

type Differences = Result<Vec<Difference>, sqlx::Error>;

/// Each charge has the click of its serve; each impression that is billed was counted.
pub async fn deliveries(conn: &mut PgConnection, from: NaiveDate) -> Differences {
    differences!(
        Check::Deliveries,
        conn,
        from,
        r#"SELECT c.tenant_id AS "tenant_id!", 'click of charge ' || c.charge_id AS "of!", 1::bigint AS "expected!",
               0::bigint AS "found!"
           FROM charge c
           WHERE c.day >= $1 AND NOT EXISTS (
               SELECT FROM delivery d
               WHERE d.serve_id = c.serve_id AND d.kind = 'click' AND d.campaign_id = c.campaign_id
                 AND d.advertiser_tenant_id = c.tenant_id)
           UNION ALL
           SELECT u.tenant_id, 'impression ' || u.unit_id, 1, 0
           FROM usage_unit u LEFT JOIN delivery d ON d.delivery_id = u.unit_id
           WHERE u.kind = 'impression' AND u.day >= $1 AND d.delivery_id IS NULL"#
    )
}

/// Each charge and each credit is one unit of usage, with the same money. Charges of before money was usage are left out.
pub async fn units(conn: &mut PgConnection, from: NaiveDate) -> Differences {
    differences!(
        Check::Units,
        conn,
        from,
        r#"WITH entry AS (
               SELECT charge_id AS id, tenant_id, price_micros AS micros FROM charge WHERE day >= $1 AND metered IS NOT NULL
               UNION ALL SELECT credit_id, tenant_id, amount_micros FROM credit WHERE day >= $1
           ), unit AS (
               SELECT unit_id AS id, tenant_id, micros FROM usage_unit WHERE day >= $1 AND kind <> 'impression'
           )
           SELECT coalesce(entry.tenant_id, unit.tenant_id) AS "tenant_id!", 'unit ' || id AS "of!",
               coalesce(entry.micros, 0) AS "expected!", coalesce(unit.micros, 0) AS "found!"
           FROM entry FULL JOIN unit USING (id)
           WHERE entry.micros IS DISTINCT FROM unit.micros OR entry.tenant_id IS DISTINCT FROM unit.tenant_id"#
    )
}

/// What a campaign spent on a day is the sum of its charges. A credit does not lower it.
pub async fn days(conn: &mut PgConnection, from: NaiveDate) -> Differences {
    differences!(
        Check::Days,
        conn,
        from,
        r#"WITH charged AS (
               SELECT campaign_id, day, tenant_id, sum(price_micros)::bigint AS micros FROM charge WHERE day >= $1
               GROUP BY campaign_id, day, tenant_id
           ), spent AS (
               SELECT campaign_id, day, tenant_id, spent_micros AS micros FROM campaign_day WHERE day >= $1
           )
           SELECT tenant_id AS "tenant_id!", 'campaign ' || campaign_id || ' on ' || day AS "of!",
               coalesce(charged.micros, 0) AS "expected!", coalesce(spent.micros, 0) AS "found!"
           FROM charged FULL JOIN spent USING (campaign_id, day, tenant_id)
           WHERE coalesce(charged.micros, 0) <> coalesce(spent.micros, 0)"#
    )
}

/// Each record has the number or the money of the units of its roll-up, metric, currency and minute.
pub async fn usage(conn: &mut PgConnection, from: NaiveDate) -> Differences {
    differences!(
        Check::Usage,
        conn,
        from,
        r#"WITH part AS (
               SELECT u.roll_up_id, u.tenant_id, part.metric, part.currency_code, u.day,
                   date_trunc('minute', u.occurred_at) AS minute, sum(part.quantity)::bigint AS quantity
               FROM usage_unit u CROSS JOIN LATERAL (VALUES
                   (CASE u.kind WHEN 'impression' THEN 'ad.impressions' WHEN 'click' THEN 'ad.clicks' END, NULL, 1),
                   (CASE u.kind WHEN 'click' THEN 'ad.spend' WHEN 'spend' THEN 'ad.spend' WHEN 'credit' THEN 'ad.credit' END,
                    u.currency_code, u.micros)) AS part (metric, currency_code, quantity)
               WHERE u.day >= $1 AND u.roll_up_id IS NOT NULL AND part.metric IS NOT NULL
               GROUP BY u.roll_up_id, u.tenant_id, part.metric, part.currency_code, u.day, minute
           ), record AS (
               SELECT roll_up_id, tenant_id, metric, currency_code, day, period_start AS minute, sum(quantity)::bigint AS quantity
               FROM usage_record WHERE day >= $1
               GROUP BY roll_up_id, tenant_id, metric, currency_code, day, period_start
           )
           SELECT coalesce(part.tenant_id, record.tenant_id) AS "tenant_id!",
               coalesce(part.metric, record.metric) || ' of roll-up ' || coalesce(part.roll_up_id, record.roll_up_id) || ' at '
                   || coalesce(part.minute, record.minute) AS "of!",
               coalesce(part.quantity, 0) AS "expected!", coalesce(record.quantity, 0) AS "found!"
           FROM part FULL JOIN record
             ON part.roll_up_id = record.roll_up_id AND part.tenant_id = record.tenant_id AND part.metric = record.metric
            AND part.day = record.day AND part.minute = record.minute
            AND coalesce(part.currency_code, '') = coalesce(record.currency_code, '')
           WHERE coalesce(part.quantity, 0) <> coalesce(record.quantity, 0)"#
    )
}

/// The money of a month in the ledger is what was published of it, and what waits for the next roll-up.
pub async fn months(conn: &mut PgConnection, from: NaiveDate) -> Differences {
    differences!(
        Check::Months,
        conn,
        from,
        r#"WITH ledger AS (
               SELECT tenant_id, 'ad.spend' AS metric, currency_code, date_trunc('month', day)::date AS month,
                   sum(price_micros) AS micros
               FROM charge WHERE day >= $1 AND metered IS NOT NULL GROUP BY 1, 2, 3, 4
               UNION ALL
               SELECT tenant_id, 'ad.credit', currency_code, date_trunc('month', day)::date, sum(amount_micros)
               FROM credit WHERE day >= $1 GROUP BY 1, 2, 3, 4
           ), usage AS (
               SELECT tenant_id, metric, currency_code, month, sum(micros) AS micros
               FROM (
                   SELECT tenant_id, metric, currency_code, date_trunc('month', day)::date AS month, quantity AS micros
                   FROM usage_record WHERE day >= $1 AND currency_code IS NOT NULL
                   UNION ALL
                   SELECT tenant_id, CASE kind WHEN 'credit' THEN 'ad.credit' ELSE 'ad.spend' END, currency_code,
                       date_trunc('month', day)::date, micros
                   FROM usage_unit WHERE day >= $1 AND roll_up_id IS NULL AND kind <> 'impression'
               ) AS published
               GROUP BY tenant_id, metric, currency_code, month
           )
           SELECT tenant_id AS "tenant_id!", metric || ' in ' || currency_code || ' of ' || to_char(month, 'YYYY-MM') AS "of!",
               coalesce(ledger.micros, 0)::bigint AS "expected!", coalesce(usage.micros, 0)::bigint AS "found!"
           FROM ledger FULL JOIN usage USING (tenant_id, metric, currency_code, month)
           WHERE coalesce(ledger.micros, 0) <> coalesce(usage.micros, 0)"#
    )
}
