\set i :i + 1
\set k random(1, {campaigns})
\set n :client_id * 1000000 + :i
BEGIN;
SELECT set_config('app.tenant_id', '{tenant}', true);
WITH facts AS (
    SELECT EXISTS (SELECT FROM erased_viewer WHERE user_id = '{viewer}') AS erased,
           'click' = 'impression' OR EXISTS (SELECT FROM delivery
               WHERE serve_id = {serve} AND kind = 'impression') AS seen
), new AS (
    INSERT INTO delivery (serve_id, kind, delivery_id, tenant_id, viewer_user_id, advertiser_tenant_id, campaign_id,
        creative_id, placement, occurred_at)
    SELECT {serve}, 'click', gen_random_uuid(), '{tenant}',
        '{viewer}', '{tenant}', {campaign}, {campaign}, 'mypage.home', now() FROM facts WHERE seen AND NOT erased
    ON CONFLICT (serve_id, kind) DO NOTHING
    RETURNING serve_id
)
SELECT erased, seen, EXISTS (SELECT FROM new) AS is_new FROM facts;
SELECT set_config('app.tenant_id', '{tenant}', true);
SELECT c.campaign_id, c.tenant_id, c.name, c.headline, c.body, c.landing_url, c.locale, c.interests, c.bid_micros,
    c.daily_budget_micros, c.total_budget_micros, c.currency_code, c.open_to_all, c.starts_on, c.ends_on, c.hours,
    c.frequency_cap, c.status, c.version, c.created_at, c.updated_at, t.active,
    CASE WHEN t.next_from <= now() AND t.next_version = t.version THEN t.next_time_zone ELSE t.time_zone END AS time_zone,
    r.headline, r.body, r.landing_url
FROM campaign c
JOIN tenant t USING (tenant_id)
LEFT JOIN creative r ON r.creative_id = {campaign} AND r.campaign_id = c.campaign_id
WHERE c.campaign_id = {campaign} FOR UPDATE OF c;
WITH budget AS (
    SELECT greatest(daily_budget_micros, (
               SELECT max(held.daily_budget_micros) FROM lowered_budget held
               WHERE held.campaign_id = {campaign} AND held.lowered_at >= now())) AS daily,
           total_budget_micros - (
               SELECT coalesce(sum(spent_micros), 0) FROM campaign_day WHERE campaign_id = {campaign}) AS left
    FROM campaign WHERE campaign_id = {campaign}
), spending AS (
    INSERT INTO campaign_day AS known (campaign_id, day, tenant_id, spent_micros)
    SELECT {campaign}, current_date, '{tenant}', 100000000 FROM budget
    WHERE 100000000 <= daily AND (budget.left IS NULL OR 100000000 <= budget.left)
    ON CONFLICT (campaign_id, day) DO UPDATE SET spent_micros = known.spent_micros + excluded.spent_micros
    WHERE known.spent_micros + excluded.spent_micros <= (SELECT daily FROM budget)
    RETURNING spent_micros
), entry AS (
    INSERT INTO charge (charge_id, tenant_id, campaign_id, serve_id, day, price_micros, currency_code, occurred_at, metered)
    SELECT gen_random_uuid(), '{tenant}', {campaign}, {serve},
        current_date, 100000000, 'KRW', now(), true FROM spending
), unit AS (
    INSERT INTO usage_unit (unit_id, tenant_id, campaign_id, kind, micros, currency_code, day, occurred_at)
    SELECT gen_random_uuid(), '{tenant}', {campaign}, 'click', 100000000, 'KRW', current_date, now() FROM spending
)
UPDATE campaign SET version = version + 1 FROM spending WHERE campaign_id = {campaign}
RETURNING version, spending.spent_micros AS spent;
INSERT INTO outbox (event_id, tenant_id, topic, key, type, time, payload, traceparent)
VALUES (gen_random_uuid(), '{tenant}', 'ad.campaign.v1', {campaign}::text, 'ad.v1.CampaignChanged', now(),
    convert_to(repeat('x', 250), 'UTF8'), '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');
SELECT set_config('app.tenant_id', '{tenant}', true);
INSERT INTO outbox (event_id, tenant_id, topic, key, type, time, payload, traceparent)
VALUES (gen_random_uuid(), '{tenant}', 'ad.delivery.v1', {campaign}::text, 'ad.v1.DeliveryRecorded', now(),
    convert_to(repeat('x', 350), 'UTF8'), '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');
COMMIT;
