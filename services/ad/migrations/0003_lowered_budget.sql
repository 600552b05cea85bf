-- Daily budgets that were lowered. Each still holds for ads that were served before, as long as their price does.
CREATE TABLE lowered_budget (
    campaign_id         uuid NOT NULL REFERENCES campaign,
    version             bigint NOT NULL,
    tenant_id           uuid NOT NULL,
    daily_budget_micros bigint NOT NULL,
    lowered_at          timestamptz NOT NULL,
    CONSTRAINT lowered_budget_pkey PRIMARY KEY (campaign_id, version)
);
COMMENT ON COLUMN lowered_budget.version IS 'version of the campaign with the lower budget';

ALTER TABLE lowered_budget ENABLE ROW LEVEL SECURITY;
ALTER TABLE lowered_budget FORCE ROW LEVEL SECURITY;
CREATE POLICY lowered_budget_tenant ON lowered_budget TO ad_app
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY lowered_budget_owner ON lowered_budget TO ad_owner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON lowered_budget TO ad_app;
