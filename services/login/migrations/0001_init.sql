-- login's first schema. Tables of tenants first, each behind forced row-level security; then the
-- small tables that must be read before the tenant is known.

-- Tenants ---------------------------------------------------------------------------------------

CREATE TABLE tenant (
    tenant_id     uuid PRIMARY KEY,
    slug          text NOT NULL,
    name          text NOT NULL,
    locale        text NOT NULL CHECK (locale IN ('ko', 'en')),
    time_zone     text NOT NULL,
    currency_code text NOT NULL CHECK (currency_code ~ '^[A-Z]{3}$'),
    status        text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    version       bigint NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL,
    changed_at    timestamptz NOT NULL,
    CONSTRAINT tenant_slug_key UNIQUE (slug)
);

CREATE TABLE user_account (
    user_id      uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL REFERENCES tenant,
    email        text NOT NULL,
    display_name text NOT NULL,
    locale       text NOT NULL CHECK (locale IN ('ko', 'en')),
    roles        text[] NOT NULL CHECK (roles <@ ARRAY['member', 'admin']),
    status       text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    version      bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL,
    -- What refers to a user names its tenant too, so that no row can point into another tenant.
    CONSTRAINT user_account_tenant_key UNIQUE (tenant_id, user_id)
);

CREATE TABLE credential (
    user_id       uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL,
    password_hash text NOT NULL,
    changed_at    timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, user_id) ON DELETE CASCADE
);
COMMENT ON COLUMN credential.password_hash IS 'Argon2id with its parameters, as a PHC string';

CREATE TABLE session (
    session_id   uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    user_id      uuid NOT NULL,
    token_hash   bytea NOT NULL,
    device       text NOT NULL,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    CONSTRAINT session_tenant_key UNIQUE (tenant_id, session_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, user_id) ON DELETE CASCADE
);
COMMENT ON COLUMN session.token_hash IS 'SHA-256 of the cookie';
CREATE INDEX session_live ON session (tenant_id, user_id, session_id) WHERE ended_at IS NULL;
CREATE INDEX session_expires_at ON session (expires_at);

-- All refresh tokens that descend from one authorization code; the lock that their use is ordered by.
CREATE TABLE refresh_family (
    family_id  uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    session_id uuid NOT NULL,
    user_id    uuid NOT NULL,
    client_id  text NOT NULL,
    scope      text NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT refresh_family_tenant_key UNIQUE (tenant_id, family_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES session (tenant_id, session_id) ON DELETE CASCADE
);
CREATE INDEX refresh_family_session ON refresh_family (tenant_id, session_id);

CREATE TABLE refresh_token (
    token_hash     bytea PRIMARY KEY,
    tenant_id      uuid NOT NULL,
    family_id      uuid NOT NULL,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    used_at        timestamptz,
    successor_hash bytea,
    superseded     boolean NOT NULL DEFAULT false,
    FOREIGN KEY (tenant_id, family_id) REFERENCES refresh_family (tenant_id, family_id) ON DELETE CASCADE
);
COMMENT ON COLUMN refresh_token.superseded IS 'its answer was taken for lost, and another token was given in its place';
CREATE INDEX refresh_token_family ON refresh_token (tenant_id, family_id);

CREATE TABLE authorization_code (
    code_hash      bytea PRIMARY KEY,
    tenant_id      uuid NOT NULL,
    session_id     uuid NOT NULL,
    client_id      text NOT NULL,
    redirect_uri   text NOT NULL,
    scope          text NOT NULL,
    nonce          text,
    code_challenge text NOT NULL,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    used_at        timestamptz,
    family_id      uuid,
    FOREIGN KEY (tenant_id, session_id) REFERENCES session (tenant_id, session_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, family_id) REFERENCES refresh_family (tenant_id, family_id) ON DELETE CASCADE
);
COMMENT ON COLUMN authorization_code.family_id IS 'what the code was exchanged for: revoked when the code comes a second time';
CREATE INDEX authorization_code_session ON authorization_code (tenant_id, session_id);
CREATE INDEX authorization_code_expires_at ON authorization_code (expires_at);

CREATE TABLE client (
    client_id                 text PRIMARY KEY,
    tenant_id                 uuid NOT NULL REFERENCES tenant,
    client_name               text NOT NULL,
    secret_hash               bytea,
    grant_types               text[] NOT NULL,
    redirect_uris             text[] NOT NULL,
    post_logout_redirect_uris text[] NOT NULL,
    scope                     text NOT NULL,
    created_by                uuid NOT NULL,
    created_at                timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, created_by) REFERENCES user_account (tenant_id, user_id)
);
COMMENT ON COLUMN client.secret_hash IS 'SHA-256; null for a public client';
CREATE INDEX client_tenant ON client (tenant_id, client_id);

CREATE TABLE invitation (
    invitation_id uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL REFERENCES tenant,
    token_hash    bytea NOT NULL,
    email         text NOT NULL,
    role          text NOT NULL CHECK (role IN ('member', 'admin')),
    locale        text NOT NULL CHECK (locale IN ('ko', 'en')),
    invited_by    uuid NOT NULL,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    accepted_at   timestamptz,
    FOREIGN KEY (tenant_id, invited_by) REFERENCES user_account (tenant_id, user_id)
);
CREATE UNIQUE INDEX invitation_open ON invitation (tenant_id, email) WHERE accepted_at IS NULL;

-- Found before the tenant is known ------------------------------------------------------------------

CREATE TABLE email_directory (
    email_hash bytea PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES tenant,
    user_id    uuid NOT NULL UNIQUE
);
COMMENT ON TABLE email_directory IS 'exempt from row-level security: a sign-in finds its tenant here; holds hashes and ids only';

CREATE TABLE token_directory (
    token_hash bytea PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('session', 'code', 'refresh', 'invitation')),
    tenant_id  uuid NOT NULL REFERENCES tenant,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE token_directory IS 'exempt from row-level security: who shows a cookie, code or token is found here; holds hashes and ids only';
CREATE INDEX token_directory_expires_at ON token_directory (expires_at);

CREATE TABLE client_directory (
    client_id text PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant
);
COMMENT ON TABLE client_directory IS 'exempt from row-level security: an authorization request names its client only; holds ids only';

CREATE TABLE sign_in_attempt (
    attempt_id   uuid PRIMARY KEY,
    email_hash   bytea NOT NULL,
    attempted_at timestamptz NOT NULL
);
COMMENT ON TABLE sign_in_attempt IS 'exempt from row-level security: unknown addresses are throttled as known ones are; holds hashes only';
CREATE INDEX sign_in_attempt_email ON sign_in_attempt (email_hash, attempted_at);
CREATE INDEX sign_in_attempt_at ON sign_in_attempt (attempted_at);

CREATE TABLE signing_key (
    kid         text PRIMARY KEY,
    algorithm   text NOT NULL CHECK (algorithm IN ('ES256', 'RS256')),
    sealed      bytea NOT NULL,
    created_at  timestamptz NOT NULL
);
COMMENT ON TABLE signing_key IS 'exempt from row-level security: the issuer''s own keys, of no tenant';
COMMENT ON COLUMN signing_key.sealed IS 'PKCS #8, sealed with LOGIN_KEY_SECRET';

-- Rights ------------------------------------------------------------------------------------------

GRANT SELECT, INSERT, UPDATE ON tenant, user_account, credential, session, refresh_family, refresh_token, authorization_code TO login_app;
GRANT SELECT, INSERT ON client TO login_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON invitation TO login_app;
GRANT SELECT, INSERT ON email_directory, client_directory, signing_key TO login_app;
GRANT SELECT, INSERT, DELETE ON token_directory, sign_in_attempt TO login_app;

-- The sweep deletes what no one can use any more, and finds the sessions whose time is over.
GRANT SELECT, DELETE ON session, authorization_code, invitation, token_directory, sign_in_attempt TO login_worker;

DO $$
DECLARE
    name text;
    rule text := 'tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid';
BEGIN
    FOREACH name IN ARRAY ARRAY['tenant', 'user_account', 'credential', 'session', 'refresh_family',
                                'refresh_token', 'authorization_code', 'client', 'invitation']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I TO login_app USING (%s) WITH CHECK (%s)', name || '_tenant', name, rule, rule);
        EXECUTE format('CREATE POLICY %I ON %I TO login_owner USING (true) WITH CHECK (true)', name || '_owner', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['session', 'authorization_code', 'invitation']
    LOOP
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO login_worker USING (true)', name || '_worker_select', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR DELETE TO login_worker USING (true)', name || '_worker_delete', name);
    END LOOP;
END
$$;
