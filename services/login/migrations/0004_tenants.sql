-- Plans with what counts against them, and erasure. Only adds: an older login goes on beside it.

ALTER TABLE tenant ADD COLUMN plan text NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'pro'));

-- How often people of a tenant signed in on a day of its time zone.
CREATE TABLE sign_in_day (
    tenant_id uuid NOT NULL REFERENCES tenant,
    day       date NOT NULL,
    sign_ins  bigint NOT NULL,
    PRIMARY KEY (tenant_id, day)
);
CREATE INDEX sign_in_day_day ON sign_in_day (day);

-- Who signed in within a calendar month of the tenant's time zone: the primary key meters each once.
CREATE TABLE active_member (
    tenant_id uuid NOT NULL,
    month     date NOT NULL,
    user_id   uuid NOT NULL,
    PRIMARY KEY (tenant_id, month, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, user_id) ON DELETE CASCADE
);
COMMENT ON COLUMN active_member.month IS 'its first day';
CREATE INDEX active_member_month ON active_member (month);
CREATE INDEX active_member_user ON active_member (tenant_id, user_id);

-- What an erased person made stays. The id alone names nobody.
ALTER TABLE client DROP CONSTRAINT client_tenant_id_created_by_fkey;
ALTER TABLE invitation DROP CONSTRAINT invitation_tenant_id_invited_by_fkey;
COMMENT ON COLUMN client.created_by IS 'who registered it; the person may be gone';
COMMENT ON COLUMN invitation.invited_by IS 'who invited; the person may be gone';

GRANT DELETE ON user_account, email_directory TO login_app;
GRANT SELECT, INSERT, UPDATE ON sign_in_day TO login_app;
GRANT SELECT, INSERT ON active_member TO login_app;
GRANT SELECT, DELETE ON sign_in_day, active_member TO login_worker;
-- An operator names a tenant by its short name.
GRANT SELECT (tenant_id, slug) ON tenant TO login_worker;

DO $$
DECLARE
    name text;
    rule text := 'tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid';
BEGIN
    FOREACH name IN ARRAY ARRAY['sign_in_day', 'active_member']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I TO login_app USING (%s) WITH CHECK (%s)', name || '_tenant', name, rule, rule);
        EXECUTE format('CREATE POLICY %I ON %I TO login_owner USING (true) WITH CHECK (true)', name || '_owner', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO login_worker USING (true)', name || '_worker_select', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR DELETE TO login_worker USING (true)', name || '_worker_delete', name);
    END LOOP;
    CREATE POLICY tenant_worker ON tenant FOR SELECT TO login_worker USING (true);
END
$$;
