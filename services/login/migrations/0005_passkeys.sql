-- Tries to sign in count by device and by place too; passkeys.

-- Tries -------------------------------------------------------------------------------------------

ALTER TABLE sign_in_attempt
    ADD COLUMN device_mark bytea,
    ADD COLUMN source_mark bytea,
    ADD COLUMN failed boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN sign_in_attempt.device_mark IS 'keyed hash of a device that its person signed in on before; null for all others';
COMMENT ON COLUMN sign_in_attempt.source_mark IS 'keyed hash of the network it came from; null for a known device';
CREATE INDEX sign_in_attempt_source ON sign_in_attempt (source_mark, attempted_at) WHERE source_mark IS NOT NULL;
GRANT UPDATE (failed) ON sign_in_attempt TO login_app;

-- Sessions say how their person signed in -----------------------------------------------------------

ALTER TABLE session ADD COLUMN amr text[] NOT NULL DEFAULT ARRAY['pwd'];
COMMENT ON COLUMN session.amr IS 'methods by RFC 8176';

-- Passkeys ----------------------------------------------------------------------------------------

CREATE TABLE passkey (
    passkey_id   uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    user_id      uuid NOT NULL,
    name         text NOT NULL,
    credential   jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT passkey_tenant_key UNIQUE (tenant_id, passkey_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, user_id) ON DELETE CASCADE
);
COMMENT ON COLUMN passkey.credential IS 'public key, sign counter and flags, as webauthn-rs writes them; nothing secret';
CREATE INDEX passkey_user ON passkey (tenant_id, user_id, passkey_id);

CREATE TABLE passkey_directory (
    credential_hash bytea PRIMARY KEY,
    tenant_id       uuid NOT NULL,
    passkey_id      uuid NOT NULL UNIQUE,
    FOREIGN KEY (tenant_id, passkey_id) REFERENCES passkey (tenant_id, passkey_id) ON DELETE CASCADE
);
COMMENT ON TABLE passkey_directory IS 'exempt from row-level security: a sign-in by passkey finds its tenant here; holds hashes and ids only';

CREATE TABLE passkey_ceremony (
    token_hash bytea PRIMARY KEY,
    sealed     bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE passkey_ceremony IS 'exempt from row-level security: a sign-in by passkey begins before there is a tenant; holds hashes and what is sealed';
COMMENT ON COLUMN passkey_ceremony.sealed IS 'the challenge and what it is for, sealed with LOGIN_KEY_SECRET; taken once';
CREATE INDEX passkey_ceremony_expires_at ON passkey_ceremony (expires_at);

-- Rights ------------------------------------------------------------------------------------------

GRANT SELECT, INSERT, UPDATE, DELETE ON passkey TO login_app;
GRANT SELECT, INSERT ON passkey_directory TO login_app;
GRANT SELECT, INSERT, DELETE ON passkey_ceremony TO login_app;
GRANT SELECT, DELETE ON passkey_ceremony TO login_worker;

ALTER TABLE passkey ENABLE ROW LEVEL SECURITY;
ALTER TABLE passkey FORCE ROW LEVEL SECURITY;
CREATE POLICY passkey_tenant ON passkey TO login_app
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY passkey_owner ON passkey TO login_owner USING (true) WITH CHECK (true);
