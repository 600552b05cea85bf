-- Browser sessions of the pages for advertisers, and who is an admin.

-- A browser's session. It needs no token of login but the ID token, the hint of a sign-out.
CREATE TABLE web_session (
    web_session_id  uuid PRIMARY KEY,
    tenant_id       uuid NOT NULL,
    user_id         uuid NOT NULL,
    session_id      uuid NOT NULL,
    locale          text NOT NULL,
    admin           boolean NOT NULL,
    sealed_id_token bytea NOT NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL
);
COMMENT ON COLUMN web_session.session_id IS 'login''s session (sid): ends this one when it ends';
COMMENT ON COLUMN web_session.admin IS 'by the ID token; member.admin is newer';
CREATE INDEX web_session_session ON web_session (session_id);
CREATE INDEX web_session_user ON web_session (user_id);
CREATE INDEX web_session_expires_at ON web_session (expires_at);

-- login's sessions that have ended, stored for a day: the event may arrive before the sign-in that began with the session.
CREATE TABLE ended_session (
    session_id uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    ended_at   timestamptz NOT NULL
);
CREATE INDEX ended_session_ended_at ON ended_session (ended_at);

-- Roles and languages of people, from login.user.v1. No names, no addresses.
CREATE TABLE member (
    user_id   uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    admin     boolean NOT NULL,
    locale    text NOT NULL,
    version   bigint NOT NULL
);

-- From the cookie to the tenant.
CREATE TABLE web_session_key (
    token_hash     bytea PRIMARY KEY,
    tenant_id      uuid NOT NULL,
    web_session_id uuid NOT NULL UNIQUE REFERENCES web_session ON DELETE CASCADE
);
COMMENT ON TABLE web_session_key IS
    'exempt from row-level security: finds the tenant of a cookie; holds its SHA-256 and ids only';
GRANT SELECT, INSERT ON web_session_key TO ad_app;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['web_session', 'ended_session', 'member'] LOOP
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
GRANT SELECT, INSERT, DELETE ON web_session TO ad_app;
GRANT SELECT, INSERT ON ended_session TO ad_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON member TO ad_app;

-- The sweep deletes expired sessions.
CREATE POLICY web_session_worker ON web_session FOR ALL TO ad_worker USING (true) WITH CHECK (false);
CREATE POLICY ended_session_worker ON ended_session FOR ALL TO ad_worker USING (true) WITH CHECK (false);
GRANT SELECT, DELETE ON web_session, ended_session TO ad_worker;
