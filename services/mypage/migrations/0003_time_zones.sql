-- The time zones in which a tenant's months are counted. A change holds from the next month on, so that a closed month does
-- not change. The tenant's own row has the zone of its days.
CREATE TABLE tenant_time_zone (
    tenant_id  uuid NOT NULL,
    from_month date NOT NULL,
    time_zone  text NOT NULL,
    CONSTRAINT tenant_time_zone_pkey PRIMARY KEY (tenant_id, from_month),
    CONSTRAINT tenant_time_zone_first_day CHECK (extract(day FROM from_month) = 1)
);
COMMENT ON COLUMN tenant_time_zone.from_month IS 'first day of the first month; year 1 for the tenant''s first zone';

ALTER TABLE tenant_time_zone ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_time_zone FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_time_zone_tenant ON tenant_time_zone TO mypage_app
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY tenant_time_zone_owner ON tenant_time_zone TO mypage_owner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON tenant_time_zone TO mypage_app;

INSERT INTO tenant_time_zone (tenant_id, from_month, time_zone) SELECT tenant_id, DATE '0001-01-01', time_zone FROM tenant;
