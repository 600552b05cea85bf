-- OpenID Connect in full: what clients register, consent, resources, revocation, and keys that take turns.

-- Clients: registered metadata by the names of RFC 7591. Rows of before may show their secret in either way.
ALTER TABLE client
    ADD COLUMN token_endpoint_auth_method text
        CHECK (token_endpoint_auth_method IN ('none', 'client_secret_basic', 'client_secret_post')),
    ADD COLUMN id_token_signed_response_alg text NOT NULL DEFAULT 'RS256'
        CHECK (id_token_signed_response_alg IN ('RS256', 'ES256')),
    ADD COLUMN resources text[] NOT NULL DEFAULT '{}',
    ADD COLUMN previous_secret_hash bytea,
    ADD COLUMN previous_secret_until timestamptz;
COMMENT ON COLUMN client.resources IS 'audiences that its tokens may have beside the issuer''s own API (RFC 8707)';
COMMENT ON COLUMN client.previous_secret_hash IS 'SHA-256; good until previous_secret_until, so that a new secret can be rolled out';

-- Empty means the issuer's own API: what was granted before there was a choice.
ALTER TABLE authorization_code ADD COLUMN resources text[] NOT NULL DEFAULT '{}';
ALTER TABLE refresh_family ADD COLUMN resources text[] NOT NULL DEFAULT '{}';
CREATE INDEX refresh_family_client ON refresh_family (tenant_id, client_id, user_id) WHERE revoked_at IS NULL;

-- What people allowed their company's own programs.
CREATE TABLE consent (
    tenant_id  uuid NOT NULL,
    user_id    uuid NOT NULL,
    client_id  text NOT NULL REFERENCES client ON DELETE CASCADE,
    scope      text NOT NULL,
    resources  text[] NOT NULL,
    granted_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, user_id, client_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, user_id) ON DELETE CASCADE
);
CREATE INDEX consent_client ON consent (client_id);

-- Found before the tenant is known ------------------------------------------------------------------

CREATE TABLE resource_directory (
    resource_hash bytea PRIMARY KEY,
    tenant_id     uuid NOT NULL REFERENCES tenant
);
COMMENT ON TABLE resource_directory IS 'exempt from row-level security: no two tenants may name the same audience; holds hashes and ids only';

CREATE TABLE revoked_token (
    token_hash bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE revoked_token IS 'exempt from row-level security: access tokens of clients without a tenant are revoked too; holds hashes only';
CREATE INDEX revoked_token_expires_at ON revoked_token (expires_at);

-- Keys take turns: each is served for a while before it signs. Keys of before sign from when they were made.
ALTER TABLE signing_key ADD COLUMN signs_from timestamptz;

-- Rights ------------------------------------------------------------------------------------------

GRANT UPDATE, DELETE ON client TO login_app;
GRANT DELETE ON client_directory, signing_key TO login_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON consent TO login_app;
GRANT SELECT, INSERT, DELETE ON resource_directory TO login_app;
GRANT SELECT, INSERT ON revoked_token TO login_app;
GRANT SELECT, DELETE ON revoked_token TO login_worker;

ALTER TABLE consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent FORCE ROW LEVEL SECURITY;
CREATE POLICY consent_tenant ON consent TO login_app
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY consent_owner ON consent TO login_owner USING (true) WITH CHECK (true);
