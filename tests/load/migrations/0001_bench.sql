-- What the handlers of the benchmark of chassis write, as mypage does.
CREATE TABLE usage_record (
    usage_id     uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    metric       text NOT NULL,
    quantity     bigint NOT NULL,
    period_start timestamptz NOT NULL
);
CREATE TABLE ended_session (
    session_id uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL
);
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['usage_record', 'ended_session']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY tenant ON %I TO bench_app
                 USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO bench_app', name);
    END LOOP;
END
$$;
