-- Impressions and clicks of each creative, to estimate how often people click it. The index follows them, and changes of creatives.

-- A worker counts the deliveries of transactions that its last count had not seen. Each is in one count, also one whose
-- transaction commits late, and no delivery is changed for it. Deliveries of the version before name no creative: they count for
-- the campaign, under its own id.
ALTER TABLE delivery
    ADD COLUMN creative_id uuid,
    ADD COLUMN changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX delivery_changed ON delivery (changed_xid);

CREATE TABLE creative_count (
    creative_id uuid PRIMARY KEY,
    campaign_id uuid NOT NULL REFERENCES campaign,
    tenant_id   uuid NOT NULL,
    impressions bigint NOT NULL CHECK (impressions >= 0),
    clicks      bigint NOT NULL CHECK (clicks >= 0),
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX creative_count_campaign ON creative_count (campaign_id);
CREATE INDEX creative_count_changed ON creative_count (changed_xid);
CREATE TRIGGER mark_changed BEFORE UPDATE ON creative_count FOR EACH ROW EXECUTE FUNCTION mark_changed();

-- One row: what the last count has seen. The first one counts everything.
CREATE TABLE creative_count_mark (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seen     pg_snapshot NOT NULL
);
INSERT INTO creative_count_mark (seen) VALUES ('1:1:');

ALTER TABLE creative ADD COLUMN changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX creative_changed ON creative (changed_xid);
CREATE TRIGGER mark_changed BEFORE UPDATE ON creative FOR EACH ROW EXECUTE FUNCTION mark_changed();

ALTER TABLE creative_count ENABLE ROW LEVEL SECURITY;
ALTER TABLE creative_count FORCE ROW LEVEL SECURITY;
CREATE POLICY creative_count_tenant ON creative_count TO ad_app
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY creative_count_owner ON creative_count TO ad_owner USING (true) WITH CHECK (true);
CREATE POLICY creative_count_worker ON creative_count TO ad_worker USING (true) WITH CHECK (true);
ALTER TABLE creative_count_mark ENABLE ROW LEVEL SECURITY;
ALTER TABLE creative_count_mark FORCE ROW LEVEL SECURITY;
CREATE POLICY creative_count_mark_owner ON creative_count_mark TO ad_owner USING (true) WITH CHECK (true);
CREATE POLICY creative_count_mark_worker ON creative_count_mark TO ad_worker USING (true) WITH CHECK (true);
GRANT SELECT ON creative_count TO ad_app;
GRANT SELECT, INSERT, UPDATE (impressions, clicks) ON creative_count TO ad_worker;
GRANT SELECT, UPDATE (seen) ON creative_count_mark TO ad_worker;
GRANT SELECT (kind, advertiser_tenant_id, campaign_id, creative_id, changed_xid) ON delivery TO ad_worker;
