-- Usage by metric and quarter of an hour, which is kept after its records. Days and months of every time zone begin at a
-- quarter, so that a time zone that is known late changes nothing here.
CREATE TABLE usage_quarter (
    tenant_id     uuid NOT NULL,
    quarter       timestamptz NOT NULL,
    metric        text NOT NULL,
    currency_code text NOT NULL,
    quantity      numeric NOT NULL CONSTRAINT usage_quarter_quantity CHECK (quantity >= 0),
    CONSTRAINT usage_quarter_pkey PRIMARY KEY (tenant_id, quarter, metric, currency_code)
);
COMMENT ON COLUMN usage_quarter.quarter IS 'its start';
COMMENT ON COLUMN usage_quarter.currency_code IS 'empty for a metric that counts';
COMMENT ON COLUMN usage_quarter.quantity IS 'numeric: the sum of records may be larger than the largest bigint';
CREATE INDEX usage_quarter_quarter ON usage_quarter (quarter);

ALTER TABLE usage_quarter ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_quarter FORCE ROW LEVEL SECURITY;
CREATE POLICY usage_quarter_tenant ON usage_quarter TO mypage_app
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY usage_quarter_owner ON usage_quarter TO mypage_owner USING (true) WITH CHECK (true);
CREATE POLICY usage_quarter_worker ON usage_quarter FOR ALL TO mypage_worker USING (true) WITH CHECK (false);
GRANT SELECT, INSERT, UPDATE ON usage_quarter TO mypage_app;
GRANT SELECT (quarter), DELETE ON usage_quarter TO mypage_worker;

-- A trigger, because replicas of the version before insert records, too.
CREATE FUNCTION roll_up_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO usage_quarter AS known (tenant_id, quarter, metric, currency_code, quantity)
    VALUES (NEW.tenant_id, date_bin('15 minutes', NEW.period_start, 'epoch'), NEW.metric, coalesce(NEW.currency_code, ''), NEW.quantity)
    ON CONFLICT (tenant_id, quarter, metric, currency_code) DO UPDATE SET quantity = known.quantity + excluded.quantity;
    RETURN NULL;
END
$$;
-- It keeps other transactions from inserting until the records of before are rolled up.
CREATE TRIGGER roll_up AFTER INSERT ON usage_record FOR EACH ROW EXECUTE FUNCTION roll_up_usage();
INSERT INTO usage_quarter (tenant_id, quarter, metric, currency_code, quantity)
SELECT tenant_id, date_bin('15 minutes', period_start, 'epoch'), metric, coalesce(currency_code, ''), sum(quantity)
FROM usage_record GROUP BY 1, 2, 3, 4;
-- usage_record_statement stays for the version before, which reads statements by it.
