-- The table that the handler of these tests writes: one row per event.
CREATE TABLE note (
    tenant_id uuid NOT NULL,
    text      text NOT NULL,
    -- The order in which they were written.
    number    bigint GENERATED ALWAYS AS IDENTITY
);
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
ALTER TABLE note FORCE ROW LEVEL SECURITY;
CREATE POLICY note_tenant ON note TO chassis_app
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT, INSERT ON note TO chassis_app;
