-- Usage that is rolled up before it is published, credits, refused requests, and a tenant's next time zone and currency.
--
-- The version before runs beside this one. It publishes its impressions and clicks at once and writes no unit, so nothing of it
-- is published twice. Its charges are not in `ad.spend` yet: a trigger adds a unit for them.

-- What an advertiser is billed for: an impression, a click with its price, or a credit. A unit is in the records of one roll-up.
-- Units are only inserted and marked, so that no row is locked by all clicks of a tenant.
CREATE TABLE usage_unit (
    unit_id       uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL,
    campaign_id   uuid NOT NULL REFERENCES campaign,
    kind          text NOT NULL CHECK (kind IN ('impression', 'click', 'spend', 'credit')),
    micros        bigint NOT NULL CHECK (micros >= 0),
    currency_code text NOT NULL,
    day           date NOT NULL,
    occurred_at   timestamptz NOT NULL,
    roll_up_id    uuid
);
COMMENT ON COLUMN usage_unit.unit_id IS 'id of the delivery, the charge or the credit';
COMMENT ON COLUMN usage_unit.kind IS 'spend: the money of a click that the version before published as a click already';
COMMENT ON COLUMN usage_unit.day IS 'in the tenant''s time zone';
COMMENT ON COLUMN usage_unit.roll_up_id IS 'null until the unit is in a usage record';
CREATE INDEX usage_unit_pending ON usage_unit (tenant_id, occurred_at) WHERE roll_up_id IS NULL;
CREATE INDEX usage_unit_occurred_at ON usage_unit (occurred_at);

-- What was published to ad.usage.v1: the units of one roll-up, metric, currency and minute.
CREATE TABLE usage_record (
    usage_id      uuid PRIMARY KEY,
    roll_up_id    uuid NOT NULL,
    tenant_id     uuid NOT NULL,
    metric        text NOT NULL,
    quantity      bigint NOT NULL CHECK (quantity >= 0),
    currency_code text,
    day           date NOT NULL,
    period_start  timestamptz NOT NULL
);
COMMENT ON COLUMN usage_record.currency_code IS 'of a metric of money; its quantity is in micros';
CREATE INDEX usage_record_day ON usage_record (tenant_id, day);
CREATE INDEX usage_record_period_start ON usage_record (period_start);

-- The other lines of the ledger: each takes back a part of a charge. Rows are never changed.
CREATE TABLE credit (
    credit_id     uuid PRIMARY KEY,
    charge_id     uuid NOT NULL REFERENCES charge,
    tenant_id     uuid NOT NULL,
    campaign_id   uuid NOT NULL REFERENCES campaign,
    amount_micros bigint NOT NULL CHECK (amount_micros > 0),
    currency_code text NOT NULL,
    reason        text NOT NULL CHECK (reason <> ''),
    day           date NOT NULL,
    occurred_at   timestamptz NOT NULL
);
COMMENT ON COLUMN credit.day IS 'of the credit, in the tenant''s time zone';
CREATE INDEX credit_tenant ON credit (tenant_id, credit_id);
CREATE INDEX credit_charge ON credit (charge_id);

-- Requests of links that were not counted, a campaign, day and reason: for reports.
CREATE TABLE refusal (
    campaign_id uuid NOT NULL REFERENCES campaign,
    day         date NOT NULL,
    reason      text NOT NULL,
    tenant_id   uuid NOT NULL,
    count       bigint NOT NULL CHECK (count > 0),
    CONSTRAINT refusal_pkey PRIMARY KEY (campaign_id, day, reason)
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['usage_unit', 'usage_record', 'credit', 'refusal'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format(
            'CREATE POLICY %1$I ON %2$I TO ad_app'
            ' USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)'
            ' WITH CHECK (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)',
            t || '_tenant', t);
        EXECUTE format('CREATE POLICY %1$I ON %2$I TO ad_owner USING (true) WITH CHECK (true)', t || '_owner', t);
    END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE (roll_up_id) ON usage_unit TO ad_app;
GRANT SELECT, INSERT ON usage_record, credit TO ad_app;
GRANT SELECT, INSERT, UPDATE (count) ON refusal TO ad_app;

-- The worker finds the tenants with units to roll up, deletes old ones, and compares what belongs together.
CREATE POLICY usage_unit_worker ON usage_unit FOR ALL TO ad_worker USING (true) WITH CHECK (false);
CREATE POLICY usage_record_worker ON usage_record FOR ALL TO ad_worker USING (true) WITH CHECK (false);
CREATE POLICY charge_worker ON charge FOR SELECT TO ad_worker USING (true);
CREATE POLICY credit_worker ON credit FOR SELECT TO ad_worker USING (true);
GRANT SELECT, DELETE ON usage_unit, usage_record TO ad_worker;
GRANT SELECT ON charge TO ad_worker;
GRANT SELECT (credit_id, charge_id, tenant_id, amount_micros, currency_code, day, occurred_at) ON credit TO ad_worker;
GRANT SELECT (serve_id, kind, delivery_id, advertiser_tenant_id, campaign_id) ON delivery TO ad_worker;

-- Null: of an earlier month, before money was usage. False: of the version before, which writes no unit.
ALTER TABLE charge ADD COLUMN metered boolean;
UPDATE charge SET metered = false WHERE day >= date_trunc('month', now())::date;
ALTER TABLE charge ALTER COLUMN metered SET DEFAULT false;
INSERT INTO usage_unit (unit_id, tenant_id, campaign_id, kind, micros, currency_code, day, occurred_at)
SELECT charge_id, tenant_id, campaign_id, 'spend', price_micros, currency_code, day, occurred_at FROM charge WHERE NOT metered;

CREATE FUNCTION spend_of_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO usage_unit (unit_id, tenant_id, campaign_id, kind, micros, currency_code, day, occurred_at)
    VALUES (NEW.charge_id, NEW.tenant_id, NEW.campaign_id, 'spend', NEW.price_micros, NEW.currency_code, NEW.day, NEW.occurred_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER spend_of_charge AFTER INSERT ON charge FOR EACH ROW WHEN (NEW.metered = false) EXECUTE FUNCTION spend_of_charge();

-- A tenant's time zone and currency change at the start of a month, so that a month has one of each.
ALTER TABLE tenant
    ADD COLUMN next_time_zone text,
    ADD COLUMN next_currency_code text,
    ADD COLUMN next_from timestamptz,
    ADD COLUMN next_version bigint;
COMMENT ON COLUMN tenant.next_from IS 'when the next time zone and currency hold; null for no change';
COMMENT ON COLUMN tenant.next_version IS 'version of the tenant that has the next ones; the version before this one raises version only';
